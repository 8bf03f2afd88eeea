using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Compiled kernels put to the test: against the formulas they come from, and at every width, in every precision, against the interpreter.
/// </summary>
public static class KernelChecks
{
    private const string Kind = "kernel";

    /// <summary>
    /// One check an output of every program at the width of this process; with <paramref name="everyWidth"/> also one at each width of
    /// this processor, in every precision bit for bit with the interpreter. What cannot be compiled is skipped with the reason.
    /// </summary>
    public static IEnumerable<Check> Of(KernelCases cases, bool everyWidth)
    {
        foreach (var one in cases.Cases)
        foreach (var check in Compiled(one, everyWidth))
            yield return check;
        if (cases.Refusal != "")
            yield return KernelCaseModule.skipped(Kind, cases.Refusal);
    }

    private static Check[] Compiled(KernelCase one, bool everyWidth)
    {
        try
        {
            var target = VectorTargets.Default;
            var outputs = Outputs(one, target, Precision.Double);
            var formulas = KernelCaseModule.judge(Kind, $"the kernel ({target.Words()})", one, outputs);
            return everyWidth ? [.. formulas, .. VectorTargets.Supported.SelectMany(width => BitForBit(one, width))] : [.. formulas];
        }
        catch (FaultException exception) when (exception.Fault.IsUnsupported)
        {
            return [KernelCaseModule.skipped(Kind, FaultModule.found(exception.Fault))];
        }
    }

    private static IEnumerable<Check> BitForBit(KernelCase one, VectorTarget target)
    {
        var pairs = Array.ConvertAll(
            Enum.GetValues<Precision>(),
            precision =>
                (Expected: KernelCaseModule.interpret(ElementaryFunctions.Evaluate, precision, one), Found: Outputs(one, target, precision))
        );
        return one.Program.Outputs.Select(output =>
            KernelCaseModule.identical(
                one,
                output,
                $"the kernel ({target.Words()}) against the interpreted program in every precision, bit for bit",
                Array.TrueForAll(pairs, pair => Same(pair.Expected[output.Name], pair.Found[output.Name]))
            )
        );
    }

    private static bool Same(double[][] expected, double[][] found) =>
        expected.SelectMany(row => row).Select(Pattern).SequenceEqual(found.SelectMany(row => row).Select(Pattern));

    // A NaN equals any NaN: processors choose its payload by operand order.
    private static ulong Pattern(double value) => double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value);

    private static Dictionary<string, double[][]> Outputs(KernelCase one, VectorTarget target, Precision precision) =>
        KernelCaseRun.Outputs(one, CompiledProgram.Compile(one.Program, target, precision));
}
