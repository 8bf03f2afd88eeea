using MeanField.Core;
using MeanField.Report.Pages;

namespace MeanField.Report.Folders;

/// <summary>Parts of a report that are computed for it, and stay out where that takes too long or is refused.</summary>
internal static class Limited
{
    /// <summary>The parts, or the reason why there are none.</summary>
    public static IReadOnlyList<Part> Of(ReportOptions options, CancellationToken cancel, Func<CancellationToken, IEnumerable<Part>> parts)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(options.SolveSeconds));
        try
        {
            return [.. parts(limit.Token)];
        }
        catch (FaultException refused)
        {
            return [new Prose($"There is no picture: {FaultModule.message(refused.Fault)}.")];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return
            [
                new Prose(
                    FormattableString.Invariant(
                        $"There is no picture within {options.SolveSeconds:G3} s: --solve SECONDS gives it more time."
                    )
                ),
            ];
        }
    }
}
