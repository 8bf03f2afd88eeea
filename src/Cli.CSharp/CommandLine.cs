using System.CommandLine;
using MeanField.Engine.Collectives;

namespace MeanField.Cli;

/// <summary>The words of the command line and what they lead to; ends with an exit code, never with an exception.</summary>
internal sealed class CommandLine(IWorkbench workbench, ICommunicator ranks)
{
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    // Failures and signals are handled here, in one place, with the exit codes that users rely on.
    private static readonly InvocationConfiguration Invocation = new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    /// <summary>Runs one command. Exit codes: 0, 2 wrong or unsupported input, 3 failure, 70 our bug, 130 / 143 interrupted.</summary>
    public int Run(string[] arguments)
    {
        using var interruption = new Interruption();
        var exitCode = Run(arguments, interruption.Token);
        return exitCode == Interruption.CtrlC ? interruption.ExitCode : exitCode;
    }

    /// <summary>The same, where something else than a signal interrupts: the exit code is then that of Ctrl-C.</summary>
    public int Run(string[] arguments, CancellationToken cancel)
    {
        try
        {
            var result = Root(cancel).Parse(arguments, Parsing);
            if (result.Errors.Count > 0)
                throw Usage.FromErrors(result);
            if (ranks.Size > 1)
                Share(result.CommandResult.Command, cancel);
            return result.Invoke(Invocation);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested || ranks.Size > 1)
        {
            Console.Error.WriteLine("interrupted");
            return Interruption.CtrlC;
        }
        catch (Exception failure)
        {
            return RankFailure.End(ranks, error => Failure.Report(failure, arguments, error));
        }
    }

    /// <summary>Refuses commands that several processes do not share; for the others mpirun may come to an end.</summary>
    private static void Share(Command command, CancellationToken cancel)
    {
        if (command is not (RunCommand or SweepCommand or BenchCommand or RootCommand))
            throw RankFailure.NotShared($"'{command.Name}'");
        if (command is RunCommand or SweepCommand)
            cancel.Register(() => RankFailure.TellEnd(command is SweepCommand ? "its finished cells stay" : "its last checkpoint stays"));
    }

    private RootCommand Root(CancellationToken cancel)
    {
        var options = new GlobalOptions();
        var root = new RootCommand(
            "Mean-Field Workbench: two-layer nets in the mean-field regime, derived, verified, solved and simulated."
        )
        {
            new DeriveCommand(workbench, options, cancel),
            new RunCommand(workbench, options, cancel),
            new VerifyCommand(workbench, options, cancel),
            new SolveCommand(workbench, options, cancel),
            new PredictCommand(workbench, options, cancel),
            new BridgeCommand(workbench, options, cancel),
            new LazyCommand(workbench, options, cancel),
            new SweepCommand(workbench, options, cancel),
            new BenchCommand(workbench, options, cancel),
            new ReportCommand(workbench, options, cancel),
            new StudioCommand(workbench, options, cancel),
            new CompletionCommand(options),
        };
        options.AddTo(root);
        return root;
    }
}
