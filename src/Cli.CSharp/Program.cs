using MeanField.Cli;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Collectives;

try
{
    using var ranks = Mpi.OfProcess();
    // mpirun gives the first process a terminal of its own, whose escape sequences would end up in files.
    if (ranks.Size > 1)
        Environment.SetEnvironmentVariable("TERM", "dumb");
    Console.SetError(ranks.Rank == 0 ? new StandardError(Console.Error) : TextWriter.Null);
    if (ranks.Rank > 0)
        Console.SetOut(TextWriter.Null);
    return new CommandLine(new Workbench(ranks), ranks).Run(args);
}
catch (FaultException failure)
{
    return Failure.Report(failure, args, Console.Error);
}
