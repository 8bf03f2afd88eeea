using MeanField.Cli;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Collectives;

Console.SetError(new StandardError(Console.Error));
try
{
    using var ranks = Mpi.OfProcess();
    if (ranks.Rank > 0)
    {
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
    }
    return new CommandLine(new Workbench(ranks), ranks).Run(args);
}
catch (FaultException failure)
{
    return Failure.Report(failure, args, Console.Error);
}
