using System.Collections.Concurrent;
using System.Linq.Expressions;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Machine code of outer products: tiles of the matrix stay in registers while points stream by. Every entry is its own chain of fused
/// operations in the order of the points, so that all widths give the same bits.
/// </summary>
internal sealed unsafe class MomentKernels
{
    private const long Line = MomentPanels.Block * sizeof(double);
    private static readonly ConcurrentDictionary<VectorTarget, MomentKernels> Known = new();
    private readonly Machine machine;
    private readonly Action<long>[] tiles;
    private readonly Action<long> sums;

    private MomentKernels(VectorTarget target)
    {
        machine = Machine.Of(target, NumberFormat.Double);
        // Three quarters of the register file are sums; the others hold rows and a column's number.
        Blocks = Math.Max(1, machine.RegisterFile * 3 / 4 / (Parts * machine.Width));
        tiles = [.. Enumerable.Range(1, Blocks).Select(blocks => Generate($"Moments{blocks}", blocks, MomentPanels.Block))];
        sums = Generate("Moments", 1, 1);
    }

    private enum Slot
    {
        Rows,
        Columns,
        Sums,
        Stride,
        Count,
        Length,
    }

    /// <summary>Blocks of 8 rows that a tile may have.</summary>
    public int Blocks { get; }

    /// <summary>Registers of a block.</summary>
    private int Parts => MomentPanels.Block / machine.Width;

    public static MomentKernels Of(VectorTarget target) => Known.GetOrAdd(target, _ => new MomentKernels(target));

    /// <summary>
    /// Adds SUM_k rows_jk columns_lk over the points of a run, from +0, to 8 columns of so many blocks of rows, whose sums stand
    /// <paramref name="stride"/> bytes apart.
    /// </summary>
    public void AddProducts(int blocks, double* rows, double* columns, double* into, long stride, int points) =>
        Run(tiles[blocks - 1], rows, columns, into, stride, points);

    /// <summary>Adds SUM_k rows_jk weight_k to the sums of one block of rows.</summary>
    public void AddSums(double* rows, double* weights, double* into, int points) => Run(sums, rows, weights, into, 0, points);

    private static void Run(Action<long> kernel, double* rows, double* columns, double* into, long stride, int points)
    {
        var frame = stackalloc long[(int)Slot.Length] { (long)rows, (long)columns, (long)into, stride, points };
        kernel((long)frame);
    }

    private Action<long> Generate(string name, int blocks, int columns)
    {
        var (body, frame) = (new KernelBody(), Expression.Parameter(typeof(long), "frame"));
        var breadth = Math.Min(columns, machine.Width);
        for (var first = 0; first < columns; first += breadth)
            EmitTile(body, slot => Methods.Call(typeof(Memory), nameof(Memory.Slot), frame, Expression.Constant((int)slot)), blocks, first);
        return body.Close(name, frame).Compile();

        void EmitTile(KernelBody body, Func<Slot, Expression> read, int blocks, int first)
        {
            var (row, column) = (body.Integer(read(Slot.Rows)), body.Integer(read(Slot.Columns)));
            var totals = Totals(body, blocks * Parts, breadth);
            body.For(
                body.Integer(read(Slot.Count)),
                _ =>
                {
                    var rows = new ParameterExpression[blocks * Parts];
                    for (var part = 0; part < rows.Length; part++)
                        rows[part] = Assign(body, machine.Load(At(row, part / Parts * MomentPanels.BlockBytes + PartBytes(part))));
                    for (var c = 0; c < breadth; c++)
                    {
                        var factor = Assign(body, machine.Broadcast(At(column, (first + c) * sizeof(double))));
                        for (var part = 0; part < rows.Length; part++)
                            body.Set(totals[part, c], machine.FusedMultiplyAdd(rows[part], factor, totals[part, c], negated: false));
                    }
                    body.Set(row, At(row, Line));
                    body.Set(column, At(column, columns * sizeof(double)));
                }
            );
            AddTotals(body, read, totals, first);
        }
    }

    private ParameterExpression[,] Totals(KernelBody body, int parts, int columns)
    {
        var totals = new ParameterExpression[parts, columns];
        for (var part = 0; part < parts; part++)
        for (var c = 0; c < columns; c++)
            totals[part, c] = Assign(body, machine.Constant(0));
        return totals;
    }

    /// <summary>Sums [block][column][8].</summary>
    private void AddTotals(KernelBody body, Func<Slot, Expression> read, ParameterExpression[,] totals, int first)
    {
        var into = body.Integer(read(Slot.Sums));
        for (var part = 0; part < totals.GetLength(0); part++)
        {
            for (var c = 0; c < totals.GetLength(1); c++)
            {
                var place = At(into, (first + c) * Line + PartBytes(part));
                body.Append(machine.Store(place, machine.Arithmetic(MeanField.Core.Operation.Add, machine.Load(place), totals[part, c])));
            }
            if (part % Parts == Parts - 1)
                body.Set(into, Expression.Add(into, read(Slot.Stride)));
        }
    }

    /// <summary>Bytes from a block's first row to a register's.</summary>
    private long PartBytes(int part) => part % Parts * (long)machine.Width * sizeof(double);

    private ParameterExpression Assign(KernelBody body, Expression value)
    {
        var variable = body.Variable(machine.Register);
        body.Set(variable, value);
        return variable;
    }

    private static Expression At(Expression address, long bytes) =>
        bytes == 0 ? address : Expression.Add(address, Expression.Constant(bytes));
}
