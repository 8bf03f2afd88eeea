using MeanField.Benchmarks;

return args switch
{
    ["step", _, ..] => StepBenchmark.Run(args[1..]),
    ["prepare", _, ..] => PrepareBenchmark.Run(args[1..]),
    ["kernels", _, ..] => KernelsBenchmark.Run(args[1..]),
    ["share", _, _, ..] => ShareBenchmark.Run(args[1..]),
    ["many", _, _, _, ..] => ManyBenchmark.Run(args[1..]),
    ["solve", _, _, ..] => SolveBenchmark.Run(args[1..]),
    ["newton", _, _, _, ..] => NewtonBenchmark.Run(args[1..]),
    ["drift", _, _, ..] => DriftBenchmark.Run(args[1..]),
    ["derive", _, ..] => DeriveBenchmark.Run(args[1..]),
    ["elementary", ..] => ElementaryBenchmark.Run(args[1..]),
    ["gram", _, ..] => GramBenchmark.Run(args[1..]),
    ["sinkhorn", _, _, _, _, _, _] => SinkhornBenchmark.Run(args[1..]),
    ["noise"] => NoiseBenchmark.Run(),
    ["compile"] => CompileBenchmark.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: Benchmarks step FILE [SECONDS [THREADS [KEY=VALUE...]]] | prepare FILE [KEY=VALUE...] | kernels FILE [KEY=VALUE...]"
            + " | share FILE ROUNDS [KEY=VALUE...] | many FILE ROUNDS THREADS [KEY=VALUE...] | newton FILE POINTS ROUNDS [KEY=VALUE...] | drift FILE FOLDER [KEY=VALUE...] | derive FILE [KEY=VALUE...] | elementary [NAME...] | gram N... | sinkhorn FROM TO TAU TOLERANCE THREADS ROUNDS | noise | compile"
    );
    return 2;
}
