using MeanField.Benchmarks;

return args switch
{
    ["step", ..] => StepBenchmark.Run(args[1..]),
    ["prepare", _, ..] => PrepareBenchmark.Run(args[1..]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Benchmarks step [SECONDS [THREADS]] | prepare FILE [KEY=VALUE...]");
    return 2;
}
