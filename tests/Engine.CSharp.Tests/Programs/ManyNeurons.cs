using MeanField.Core;

namespace MeanField.Engine.Tests.Programs;

/// <summary>A formula of many functions, SUM_k tanh(k b x + c) sigmoid(k c x + b): far more operations than registers or JIT variables.</summary>
public static class ManyNeurons
{
    public static KernelProgram Of(int terms)
    {
        var code = new ProgramBuilder();
        var (b, c, x) = (code.Block("b"), code.Block("c"), code.Column("x"));
        var total = code.Literal(0);
        for (var k = 1; k <= terms; k++)
        {
            var scaled = code.Multiply(code.Literal(k), x);
            var first = code.Elementary("tanh", code.Fused(b, scaled, c));
            total = code.Fused(first, code.Elementary("sigmoid", code.Fused(c, scaled, b)), total);
        }
        var moment = code.Sum(Axes.Particle, code.Literal(1), total);
        var drift = code.Sum(Axes.Node, moment, total);
        return code.Output("moment", moment).Output("drift", drift).Build();
    }
}
