using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class RecentCacheTests
{
    [Fact]
    public void The_key_not_asked_for_the_longest_goes_first()
    {
        var made = new List<string>();
        var cache = new RecentCache<string, string>(2);
        foreach (var key in new[] { "a", "b", "a", "c", "a", "b" })
            Assert.Equal(key + key, cache.Get(key, Make));

        Assert.Equal(["a", "b", "c", "b"], made);
        Assert.Equal(2, cache.Count);

        string Make(string key)
        {
            made.Add(key);
            return key + key;
        }
    }

    [Fact]
    public void A_value_is_made_once_for_all_who_ask_at_a_time()
    {
        var made = 0;
        var cache = new RecentCache<int, int>(1);
        Parallel.For(0, 64, _ => Assert.Equal(7, cache.Get(3, key => Interlocked.Increment(ref made) + key + 3)));

        Assert.Equal(1, made);
    }

    [Fact]
    public void Programs_beyond_the_bound_are_let_go_with_their_kernels()
    {
        var first = Compiled(0);
        for (var k = 1; k <= CompiledProgram.CachedPrograms; k++)
            Compiled(k);
        GC.Collect();

        Assert.False(first.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Compiled(double literal)
    {
        var code = new ProgramBuilder();
        var program = code.Output("mean", code.Sum(Axes.Particle, code.Block("w"), code.Literal(literal))).Build();
        var compiled = CompiledProgram.Compile(program, VectorTarget.Scalar);
        compiled.Sweep(0, storing: false, tail: false);
        return new WeakReference(compiled);
    }
}
