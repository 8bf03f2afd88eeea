using System.Linq.Expressions;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Throughput;

/// <summary>The peak of fused multiply-adds of this machine at a vector width: independent chains in registers, on every worker of a team at a time.</summary>
internal sealed class MultiplyAddPeak : IDisposable
{
    private const long Turns = 200_000;
    private const int Bursts = 8;
    private const int Line = 64;

    private readonly AlignedBuffer results;
    private readonly Action<long, long> chains;
    private readonly Team team;
    private readonly double lanes;
    private readonly double[] rates;

    public MultiplyAddPeak(VectorTarget target, NumberFormat format, Team team)
    {
        (this.team, rates) = (team, new double[team.Workers]);
        var machine = Machine.Of(target, format);
        // A processor keeps some ten of them in flight; factor and addend stay in registers, too.
        var count = machine.RegisterFile == 32 ? 16 : 12;
        lanes = (double)count * machine.Width;
        chains = Build(machine, count);
        results = new AlignedBuffer(team.Workers * Line);
    }

    /// <summary>Multiply-adds of numbers a second, of all workers together: the sum of their own rates by processor time, since a worker
    /// that other processes hold up shows no peak. The median of some milliseconds.</summary>
    public double Measure() => Runs.Measured.Of(Enumerable.Range(0, Bursts).Select(_ => Burst())).Median;

    private double Burst()
    {
        team.Run(
            team.Workers,
            (item, _) =>
            {
                var before = ThreadClock.Milliseconds;
                chains(Start + item * Line, Turns);
                rates[item] = lanes * Turns / (ThreadClock.Milliseconds - before) * 1e3;
            }
        );
        return rates.Sum();
    }

    private unsafe long Start => (long)results.Start;

    public void Dispose() => results.Dispose();

    /// <summary>(address, turns): the sum of the chains is stored, so that none is left out.</summary>
    private static Action<long, long> Build(Machine machine, int count)
    {
        var (address, turns) = (Expression.Parameter(typeof(long)), Expression.Parameter(typeof(long)));
        var (factor, addend) = (Expression.Variable(machine.Register), Expression.Variable(machine.Register));
        ParameterExpression[] sums = [.. Enumerable.Range(0, count).Select(_ => Expression.Variable(machine.Register))];
        var end = Expression.Label();
        var turn = sums.Select(sum => Expression.Assign(sum, machine.FusedMultiplyAdd(sum, factor, addend, negated: false)));
        var total = sums.Aggregate<Expression>((left, right) => machine.Arithmetic(Core.Operation.Add, left, right));
        var body = Expression.Block(
            [factor, addend, .. sums],
            [
                Expression.Assign(factor, machine.Constant(0.999)),
                Expression.Assign(addend, machine.Constant(1e-3)),
                .. sums.Select((sum, k) => Expression.Assign(sum, machine.Constant(0.1 * k))),
                Expression.Loop(
                    Expression.Block([
                        Expression.IfThen(Expression.Equal(turns, Expression.Constant(0L)), Expression.Break(end)),
                        .. turn,
                        Expression.Assign(turns, Expression.Decrement(turns)),
                    ]),
                    end
                ),
                machine.Store(address, total),
            ]
        );
        return Expression.Lambda<Action<long, long>>(ConstantPool.Around(body), address, turns).Compile();
    }
}
