using System.Numerics;
using System.Numerics.Tensors;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>Where the particles of every replica begin: at 0, independent N(0, tau I) draws of the prior, or the rows of a file.</summary>
public sealed class StartLaw
{
    private readonly Run run;
    private readonly double deviation;
    private readonly double[]? rows;
    private readonly VectorTarget target;

    private StartLaw(Problem problem, double[]? rows, VectorTarget target) =>
        (run, deviation, this.rows, this.target) = (problem.Run, Math.Sqrt(problem.Energy.Tau.Value), rows, target);

    /// <summary>The start of a problem whose particles have d components; a file is named from <paramref name="folder"/> and holds
    /// N x d numbers for every replica alike, or (R N) x d, replicas below one another, as runs write them.</summary>
    /// <exception cref="FaultException">No such file, another shape, or a number that the run's precision does not hold.</exception>
    internal static StartLaw Of(Problem problem, string folder, int dimension, VectorTarget target) =>
        new(problem, problem.Run.Start.Kind == StartKind.File ? Rows(problem, folder, dimension) : null, target);

    /// <summary>What the file holds; empty for the other starts.</summary>
    internal double[] FileRows => rows ?? [];

    /// <summary>Places a new replica's particles. O(N d).</summary>
    internal void Place(Ensemble ensemble)
    {
        if (ensemble.Format == NumberFormat.Double)
            Place<double>(ensemble);
        else
            Place<float>(ensemble);
    }

    private void Place<T>(Ensemble ensemble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (run.Start.Kind == StartKind.Prior)
            Draw<T>(ensemble);
        if (rows is not null)
            ensemble.Layout.FromRows<T>(RowsOf(ensemble), ensemble.State);
    }

    private void Draw<T>(Ensemble ensemble)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (layout, before) = (ensemble.Layout, ensemble.FirstParticle);
        var noise = new NormalNoise<T>(unchecked((ulong)run.Seed), layout.Behind(before), target);
        for (var superblock = 0; superblock < ensemble.Layout.Superblocks; superblock++)
        {
            var numbers = ensemble.Now<T>(superblock);
            noise.Fill(before + layout.FirstParticle(superblock), step: 0, (uint)ensemble.Replica, NoiseStream.Start, numbers);
            TensorPrimitives.Multiply(numbers, T.CreateTruncating(deviation), numbers);
        }
    }

    private ReadOnlySpan<double> RowsOf(Ensemble ensemble)
    {
        var length = ensemble.Layout.Particles * ensemble.Layout.Dimension;
        return rows.AsSpan(rows!.Length == length ? 0 : ensemble.Replica * length, length);
    }

    private static double[] Rows(Problem problem, string folder, int dimension)
    {
        var (run, where) = (problem.Run, problem.Places.Of("run.start"));
        var file = NpyFile.Read(Path.Combine(folder, run.Start.Path), where, $"{run.Particles} x {dimension}");
        var all = (long)run.Particles * run.Replicas;
        if (file.Columns != dimension || (file.Rows != run.Particles && file.Rows != all))
            throw Refused(
                $"{file.Rows} x {file.Columns} numbers in {run.Start.Path}",
                $"{run.Particles} x {dimension}, a row for each of run.particles, or {all} x {dimension}, the replicas below one another"
            );
        var wrong = Array.FindIndex(file.Values, value => !IsHeld(value));
        return wrong < 0
            ? file.Values
            : throw Refused(
                FormattableString.Invariant(
                    $"{file.Values[wrong]} in row {wrong / dimension + 1}, column {wrong % dimension + 1} (both from 1) of {run.Start.Path}"
                ),
                run.Precision == Precision.Single ? "finite numbers that single precision holds, at most 3.4e38 in size" : "finite numbers"
            );

        bool IsHeld(double value) => run.Precision == Precision.Single ? float.IsFinite((float)value) : double.IsFinite(value);

        FaultException Refused(string found, string expected) => new(FaultModule.invalid(where, found, expected, "", ""));
    }
}
