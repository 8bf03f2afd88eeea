using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Runtime.InteropServices;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Constants of kernels in native memory. As literals the JIT would hoist them out of the loops into registers, which long formulas need
/// for their values; from memory they are operands of the instructions. A process keeps what it has once written. They stand in one
/// table that kernels address by its start, in a register: an address as a literal would be an instruction of ten bytes before each use.
/// </summary>
internal static unsafe class ConstantPool
{
    private const int TileParticles = 64;
    private const int WidestRegister = 64;
    private const int TableBytes = 1 << 20;
    private static readonly Lock Growing = new();
    private static readonly byte* Table = NewTable();
    private static int used = WidestRegister;
    private static readonly long Doubles = WriteIntegers(NumberFormat.Double);
    private static readonly long Singles = WriteIntegers(NumberFormat.Single);
    private static readonly ConcurrentDictionary<Constant, Expression> Known = new();

    /// <summary>The start of the table, a variable of every method that loads constants.</summary>
    private static readonly ParameterExpression Start = Expression.Variable(typeof(long), "constants");

    /// <summary>
    /// The body of a method that loads constants: it takes the start of the table from the table's first word, since what is read from memory is no
    /// literal to the JIT.
    /// </summary>
    public static Expression Around(Expression body)
    {
        var start = Methods.CallOf(typeof(Memory), nameof(Memory.Load), typeof(long), Expression.Constant((long)Table));
        return Expression.Block([Start], Expression.Assign(Start, start), body);
    }

    /// <summary>
    /// A pattern as a number or a vector of so many lanes. Copies have places of their own: one place the JIT would read once, into a register, for
    /// all that reads it.
    /// </summary>
    public static Expression Load(ulong pattern, NumberFormat format, Type register, int lanes, int copy) =>
        Known.GetOrAdd(new(pattern, format, register, lanes, copy), Write);

    /// <summary>The address of 0, 1, ..., 63: no tile has more particles. Every multiple of a register's lanes is aligned.</summary>
    public static long Integers(NumberFormat format) => format == NumberFormat.Double ? Doubles : Singles;

    private static long WriteIntegers(NumberFormat format)
    {
        var numbers = (byte*)NativeMemory.AlignedAlloc((nuint)(TileParticles * format.Bytes), WidestRegister);
        for (var k = 0; k < TileParticles; k++)
            if (format == NumberFormat.Double)
                ((double*)numbers)[k] = k;
            else
                ((float*)numbers)[k] = k;
        return (long)numbers;
    }

    private static Expression Write(Constant constant)
    {
        lock (Growing)
        {
            var start = (used + constant.Bytes - 1) / constant.Bytes * constant.Bytes;
            if (start + constant.Bytes > TableBytes)
                return Alone(constant);
            used = start + constant.Bytes;
            Fill(Table + start, constant);
            return Methods.CallOf(typeof(Memory), nameof(Memory.LoadAt), constant.Register, Start, Expression.Constant((long)start));
        }
    }

    private static MethodCallExpression Alone(Constant constant)
    {
        var place = (byte*)NativeMemory.AlignedAlloc((nuint)constant.Bytes, WidestRegister);
        Fill(place, constant);
        return Methods.CallOf(typeof(Memory), nameof(Memory.Load), constant.Register, Expression.Constant((long)place));
    }

    private static void Fill(byte* place, Constant constant)
    {
        for (var lane = 0; lane < constant.Lanes; lane++)
            if (constant.Format == NumberFormat.Double)
                ((ulong*)place)[lane] = constant.Pattern;
            else
                ((uint*)place)[lane] = (uint)constant.Pattern;
    }

    private static byte* NewTable()
    {
        var table = (byte*)NativeMemory.AlignedAlloc(TableBytes, WidestRegister);
        *(long*)table = (long)table;
        return table;
    }

    private sealed record Constant(ulong Pattern, NumberFormat Format, Type Register, int Lanes, int Copy)
    {
        public int Bytes => Lanes * Format.Bytes;
    }
}
