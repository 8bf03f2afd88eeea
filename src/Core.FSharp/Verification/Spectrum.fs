namespace MeanField.Core

open System

/// Bounds of the largest eigenvalue of symmetric matrices of enclosures.
[<RequireQualifiedAccess>]
module internal Spectrum =
    /// Larger matrices are bounded by their traces: only their diagonals are read.
    let longest = 16

    let private nought = Enclosure.point 0.0

    let private top (matrix: float[,]) =
        let evd =
            MathNet.Numerics.LinearAlgebra.Matrix<float>.Build
                .DenseOfArray(matrix)
                .Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric)

        let last = evd.EigenValues.Count - 1
        evd.EigenValues[last].Real, evd.EigenVectors.Column(last).ToArray()

    /// An upper bound of the largest eigenvalue of all positive semidefinite matrices within: the trace, or by Weyl that of the
    /// middle plus the largest row sum of radii, with a slack for the eigenvalue's own rounding.
    let upper (matrix: Enclosure[,]) =
        let size = Array2D.length1 matrix
        let trace = [ 0 .. size - 1 ] |> List.fold (fun total i -> Enclosure.add total (matrix[i, i])) nought

        if size = 1 || size > longest || not (matrix |> Seq.cast |> Seq.forall Enclosure.isBounded) then
            trace.High
        else
            let middle = matrix |> Array2D.map Enclosure.middle
            let radius i k = Math.BitIncrement(Math.Max(matrix[i, k].High - middle[i, k], middle[i, k] - matrix[i, k].Low))
            let rows = List.init size (fun i -> List.init size (radius i) |> List.sum) |> List.max
            let size' = middle |> Seq.cast<float> |> Seq.sumBy abs
            Math.Min(trace.High, fst (top middle) + rows + 1e-13 * (size' + rows))

    /// A direction in which the mean square is a lower bound: a unit v, or v v^T for second derivatives, whose entries in d x d matrices
    /// are then the rows of the given one.
    let private direction d order (matrix: Enclosure[,]) : float[] =
        let size = Array2D.length1 matrix
        let unit length i = Array.init length (fun k -> if k = i then 1.0 else 0.0)
        // v v^T has a single entry for a coordinate direction: of long matrices the diagonal alone is known.
        let single = if order < 2 then [ 0 .. size - 1 ] else [ 0 .. d + 1 .. size - 1 ]
        let largest = single |> List.maxBy (fun i -> matrix[i, i].Low)

        let vector =
            if size > 1 && size <= longest && matrix |> Seq.cast |> Seq.forall Enclosure.isBounded then
                snd (top (Array2D.map Enclosure.middle matrix))
            else
                unit size largest

        if order < 2 || d = 1 || size > longest then
            vector
        else
            let symmetric = Array2D.init d d (fun i k -> vector[i * d + k] + vector[k * d + i])
            let sign = if (Seq.sum [ for i in 0 .. d - 1 -> symmetric[i, i] ]) < 0.0 then -1.0 else 1.0
            let v = snd (top (Array2D.map ((*) sign) symmetric))
            Array.init (d * d) (fun k -> v[k / d] * v[k % d])

    /// v' M v / |v|^2 from below; for second derivatives v is some u u^T, |v| = |u|^2.
    let lower d order (matrix: Enclosure[,]) =
        let v = direction d order matrix |> Array.map Enclosure.point
        let sum items = items |> Seq.fold Enclosure.add nought

        let form =
            sum
                [ for i in 0 .. v.Length - 1 do
                      for k in 0 .. v.Length - 1 -> Enclosure.multiply (matrix[i, k]) (Enclosure.multiply (v[i]) (v[k])) ]

        let size = v |> Array.map (Enclosure.power (Fractions.Fraction 2)) |> sum
        (Enclosure.multiply form (Enclosure.reciprocal size)).Low
