using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Laziness;
using MeanField.Engine.Minimisers;

namespace MeanField.Cli;

/// <summary>One call of 'workbench lazy', its problem read.</summary>
internal sealed record LazyCall(Problem Problem, string ProblemFolder, LazyRequest Request, Screen Screen)
{
    private const int MostParticles = 2000;
    private const int MostSteps = 100;
    private const int DefaultReplicas = 8;
    private const int DefaultPaths = 10_000;

    /// <summary>Of a control that is a mean over a sample.</summary>
    private const int SampledPaths = 1000;
    private const int SampledParticles = 400;
    private const int SampledSteps = 50;

    private CommonRequest Common => Request.Common;

    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var report = Report(cancel);
        if (Common.Json)
            Console.Out.WriteLine(LazyJson.Of(report).ToJsonString(JsonLayout.Options));
        else
            LazyText.Write(Screen, Problem, report);
        foreach (var failure in LazyText.Failures(report))
            Console.Error.WriteLine(failure);
        return LazyText.ExitCode(report);
    }

    /// <summary>The report alone.</summary>
    public LazyReport Report(CancellationToken cancel)
    {
        Existence.Require(Problem, ProblemFolder);
        var optimum = Optimum.Of(Problem, ProblemFolder, Common.Threads, Told, cancel);
        OptimalNet.Require(optimum.Problem);
        Told("constants");
        var constants = Constants.ofProblem(Problem, NodesOfLaw.Read(Problem, ProblemFolder));
        if (constants.IsError)
            throw new FaultException(constants.ErrorValue);
        var isSampled = optimum.Solution.Method != "quadrature";
        return LazyStudy.Of(
            optimum,
            Options(isSampled),
            Request.Paths ?? (isSampled ? SampledPaths : DefaultPaths),
            [.. constants.ResultValue],
            Told,
            cancel
        );
    }

    private NetOptions Options(bool isSampled)
    {
        var asked = Problem.Run;
        var steps = Request.Steps ?? Math.Min(asked.Steps, isSampled ? SampledSteps : MostSteps);
        return new NetOptions(
            Request.Particles ?? Math.Max(2, Math.Min(asked.Particles, isSampled ? SampledParticles : MostParticles)),
            Math.Max(2, steps + steps % 2),
            Request.Replicas ?? DefaultReplicas,
            Common.Threads,
            ProblemFolder
        );
    }

    private void Told(string stage)
    {
        if (!Screen.Quiet)
            Console.Error.WriteLine(stage);
    }
}
