using MeanField.Core;

namespace MeanField.Engine.Tests.Programs;

/// <summary>
/// The greedy step of sigma = a*tanh(b*x + c), squared loss: moments fhat_j, drifts -beta SUM_j weight_j (fhat_j - f_j) grad sigma,
/// and the mean squared drift (theory.md section 5).
/// </summary>
public static class SineNeuron
{
    public static KernelProgram Step()
    {
        var code = new ProgramBuilder();
        var (a, b, c) = (code.Block("a"), code.Block("b"), code.Block("c"));
        var (weight, x, f) = (code.Column("weight"), code.Column("x"), code.Column("f"));
        var (beta, share) = (code.Uniform("beta"), code.Uniform("1/N"));
        var t = code.Elementary("tanh", code.Fused(b, x, c));
        var fhat = code.Multiply(code.Sum(Axes.Particle, a, t), share);
        var coefficient = code.Multiply(weight, code.Subtract(fhat, f));
        var weighted = code.Multiply(coefficient, x);
        var slope = code.Fused(t, t, code.Literal(1), negated: true);
        var push = code.Subtract(code.Literal(0), beta);
        var pushA = code.Multiply(push, a);
        var driftA = code.Multiply(push, code.Sum(Axes.Node, coefficient, t));
        var driftB = code.Multiply(pushA, code.Sum(Axes.Node, weighted, slope));
        var driftC = code.Multiply(pushA, code.Sum(Axes.Node, coefficient, slope));
        var square = code.Fused(driftC, driftC, code.Fused(driftB, driftB, code.Multiply(driftA, driftA)));
        var cost = code.Multiply(code.Sum(Axes.Particle, code.Literal(1), square), share);
        return code.Output("fhat", fhat).Output("a", driftA).Output("b", driftB).Output("c", driftC).Output("cost", cost).Build();
    }
}
