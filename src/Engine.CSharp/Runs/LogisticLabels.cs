using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>The logistic loss log(1 + exp(-y yhat)) is that of labels y = +-1: it is constant for y = 0, so that rows labelled 0 and 1 would be
/// fitted in silence as if half of them were not there.</summary>
internal static class LogisticLabels
{
    /// <summary>Refuses other labels of data and atoms, held-out rows included. A target that is a formula may be any function.</summary>
    /// <exception cref="FaultException">The first value that is no label.</exception>
    public static void Check(Problem problem, InputNodes nodes)
    {
        if (problem.Energy.Loss.Kind != LossKind.Logistic || problem.Target?.Value is not { } target || target.IsExpression)
            return;
        var key = problem.Places.Of(target.IsColumn ? "target.column" : "target.values");
        CheckLabels(nodes.Nodes, key, "");
        if (nodes.HeldOut is { } held)
            CheckLabels(held, key, " of the rows held out by [test]");
    }

    private static void CheckLabels(NodeTable table, Location where, string rows)
    {
        var labels = table[DataLaw.Target].Values;
        var wrong = Array.FindIndex(labels, label => Math.Abs(label) != 1);
        if (wrong >= 0)
            throw new FaultException(
                FaultModule.invalid(
                    where,
                    FormattableString.Invariant($"the label {labels[wrong]} in row {wrong + 1}{rows}"),
                    "labels -1 and 1, which the logistic loss takes, without standardize",
                    "",
                    "write the labels as -1 and 1, or a loss of your own in energy.loss"
                )
            );
    }
}
