using CsCheck;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class RandomProgramTests
{
    private static readonly (int Particles, int Nodes)[] Sizes = [(0, 2), (1, 1), (15, 2), (16, 1), (17, 2), (33, 3)];

    [Theory]
    [InlineData(Precision.Double)]
    [InlineData(Precision.Single)]
    [InlineData(Precision.Mixed)]
    public void Kernels_at_all_targets_equal_the_interpreter_on_random_programs(Precision precision) => Compare(70, precision);

    /// <summary>As many random programs at ragged sizes; "programs COUNT" runs longer campaigns.</summary>
    internal static void Compare(int programs, params Precision[] precisions) =>
        Gen.Select(RandomPrograms.Any, Gen.Int[0, Sizes.Length - 1], Gen.Int[0, 1000])
            .Sample(
                (program, size, seed) =>
                {
                    var oracle = new Oracle(program, Sizes[size].Particles, Sizes[size].Nodes, seed);
                    foreach (var precision in precisions)
                    {
                        var expected = oracle.Interpret(precision);
                        foreach (var target in VectorTargets.Supported)
                            BitEqual.Check(
                                expected,
                                oracle.Compile(target, precision: precision, isOpened: seed % 2 == 0),
                                $"{target} {precision} {Sizes[size]}"
                            );
                    }
                },
                iter: programs,
                threads: 1,
                print: Print
            );

    [Theory]
    [InlineData(530, 1)]
    [InlineData(530, 2)]
    [InlineData(17, 33)]
    [InlineData(2, 33)]
    public void Kernels_at_all_targets_equal_the_interpreter_on_large_tables(int particles, int nodes) =>
        Gen.Select(RandomPrograms.Any, Gen.Int[0, 1000])
            .Sample(
                (program, seed) =>
                {
                    var oracle = new Oracle(program, particles, nodes, seed);
                    foreach (var precision in Enum.GetValues<Precision>())
                    {
                        var expected = oracle.Interpret(precision);
                        foreach (var target in VectorTargets.Supported)
                            BitEqual.Check(
                                expected,
                                oracle.Compile(target, precision: precision),
                                $"{target} {precision} {particles} x {nodes}"
                            );
                    }
                },
                iter: 6,
                threads: 1,
                print: value => Print(value.Item1)
            );

    [Theory]
    [InlineData(Precision.Double)]
    [InlineData(Precision.Mixed)]
    public void Kernels_in_parts_equal_the_interpreter(Precision precision) =>
        Gen.Select(
                RandomPrograms.Any,
                Gen.Int[0, Sizes.Length - 1],
                Gen.Int[0, 1000],
                Gen.OneOf(Gen.Const(8), Gen.Const(40), Gen.Const(150))
            )
            .Sample(
                (program, size, seed, limit) =>
                {
                    var oracle = new Oracle(program, Sizes[size].Particles, Sizes[size].Nodes, seed);
                    var expected = oracle.Interpret(precision);
                    foreach (var target in new[] { VectorTarget.Scalar, VectorTargets.Default })
                        BitEqual.Check(
                            expected,
                            oracle.CompileInParts(target, precision, limit, isOpened: seed % 2 == 0),
                            $"{target} {precision} parts of {limit}"
                        );
                },
                iter: 60,
                threads: 1,
                print: value => Print(value.Item1)
            );

    [Fact]
    public void Stored_and_recomputed_pair_values_give_the_same_bits() =>
        Gen.Select(RandomPrograms.Any, Gen.Int[0, 1000])
            .Sample(
                (program, seed) =>
                {
                    var oracle = new Oracle(program, 1100, 2, seed);
                    var target = VectorTargets.Default;
                    var stored = oracle.Compile(target);
                    BitEqual.Check(stored, oracle.Compile(target, memoryCap: 0), "all recomputed");
                    BitEqual.Check(stored, oracle.Compile(target, memoryCap: 40_000), "partly recomputed");
                    BitEqual.Check(stored, oracle.Compile(target, isOpened: true), "opened");
                },
                iter: 25,
                threads: 1,
                print: value => Print(value.Item1)
            );

    [Fact]
    public void One_two_and_three_threads_give_the_same_bits()
    {
        using var two = new Team(2);
        using var three = new Team(3);
        Gen.Select(RandomPrograms.Any, Gen.Int[0, 1000])
            .Sample(
                (program, seed) =>
                {
                    var oracle = new Oracle(program, 2500, 3, seed);
                    var alone = oracle.Compile(VectorTargets.Default);
                    BitEqual.Check(alone, oracle.Compile(VectorTargets.Default, two), "two threads");
                    BitEqual.Check(alone, oracle.Compile(VectorTargets.Default, three), "three threads");
                    BitEqual.Check(alone, oracle.Compile(VectorTargets.Default, three, isOpened: true), "three threads, opened");
                },
                iter: 25,
                threads: 1,
                print: value => Print(value.Item1)
            );
    }

    /// <summary>The same programs in every run: what few of them reach, other draws may miss.</summary>
    [Fact]
    public void Random_programs_reach_stages_levels_stores_and_finite_numbers()
    {
        var (sweeps, levels, stores, finite, all) = Reached(1);
        Assert.True(sweeps > 40 && levels > 20 && stores > 40, $"sweeps {sweeps}, levels {levels}, stores {stores}");
        Assert.True(finite > all / 2, $"{finite} of {all} numbers are finite");
    }

    /// <summary>Of 200 programs: how many have several sweeps, deep nests, stored values; finite numbers among all.</summary>
    internal static (int Sweeps, int Levels, int Stores, int Finite, int All) Reached(ulong seed)
    {
        var (sweeps, levels, stores, finite, all) = (0, 0, 0, 0, 0);
        var random = new PCG(0, seed);
        for (var k = 0; k < 200; k++)
        {
            var program = RandomPrograms.Any.Generate(random, null, out _);
            var plan = new SweepPlan(program);
            var stages = Enumerable.Range(0, program.Stages.Length).Where(plan.HasSweep).ToList();
            sweeps += stages.Count > 1 ? 1 : 0;
            levels += stages.Exists(stage => plan.NestOf(stage, storing: true).Levels > 2) ? 1 : 0;
            stores += plan.Stored.Count > 0 ? 1 : 0;
            var numbers = new Oracle(program, 5, 2, seed: 1).Interpret().Values.SelectMany(row => row).ToList();
            (finite, all) = (finite + numbers.Count(double.IsFinite), all + numbers.Count);
        }
        return (sweeps, levels, stores, finite, all);
    }

    private static string Print((KernelProgram Program, int Size, int Seed) value) => Print(value.Program);

    private static string Print(KernelProgram program) => KernelProgramModule.print(program);
}
