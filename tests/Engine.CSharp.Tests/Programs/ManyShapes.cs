using MeanField.Core;

namespace MeanField.Engine.Tests.Programs;

/// <summary>One program with every kernel function, vectors of width p, a pair vector, two loop levels in one sweep and three stages.</summary>
public static class ManyShapes
{
    public static KernelProgram Of(int p)
    {
        var code = new ProgramBuilder();
        var (a, b, c) = (code.Block("a"), code.Block("b", p), code.Block("c"));
        var (weight, x) = (code.Column("weight"), code.Column("x", p));
        var (beta, shift) = (code.Uniform("beta"), code.Uniform("shift", p));
        var z = code.Fused(c, code.Literal(0.5), code.Dot(b, x));
        var t = code.Elementary("tanh", z);
        var s = code.Elementary("sigmoid", code.Multiply(t, beta));
        var pairVector = code.Multiply(code.Multiply(s, b), code.Add(x, shift));
        var moment = code.Sum(Axes.Particle, a, t);
        var vectorMoment = code.Sum(Axes.Particle, s, pairVector);
        var level = code.Sum(Axes.Node, weight, code.Elementary("silu", z));
        var second = code.Sum(Axes.Node, code.Multiply(weight, moment), code.Elementary("exp", code.Subtract(t, level)));
        var chosen = code.Select(Comparison.Less, second, level, code.Elementary("log", code.Elementary("abs", second)), a);
        var pull = code.Sum(Axes.Node, code.Multiply(weight, s), code.Multiply(x, vectorMoment));
        var drift = code.Add(code.Multiply(pull, chosen), code.Elementary("relu", b));
        var norm = code.Dot(drift, drift);
        var mean = code.Sum(Axes.Particle, code.Elementary("sqrt", norm), code.Elementary("sign", drift));
        var last = code.Multiply(code.Elementary("heaviside", a), code.Dot(mean, shift));
        return code.Output("moment", moment)
            .Output("vectorMoment", vectorMoment)
            .Output("chosen", chosen)
            .Output("drift", drift)
            .Output("norm", norm)
            .Output("mean", mean)
            .Output("last", last)
            .Build();
    }
}
