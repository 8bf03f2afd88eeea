namespace MeanField.Core

open System

/// One number twice: as the derivation states it and as independent means find it, each with what rounding may have done to it.
type internal Measurement = { Stated: Rounded; Found: Rounded }

/// Checks that compare numbers at random samples.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Measurement =
    let private isFinite (number: Rounded) = Double.IsFinite number.Value && Double.IsFinite number.Error

    let ofArrays (stated: Rounded[]) (found: Rounded[]) =
        Array.map2 (fun one other -> { Stated = one; Found = other }) stated found |> List.ofArray

    /// Where independent means find a value and the derivation states none, no tolerance helps.
    let private error measurement =
        if Double.IsFinite measurement.Stated.Value then
            abs (measurement.Stated.Value - measurement.Found.Value)
        else
            Double.MaxValue

    /// Running errors are of first order: twice them, and the smallest normal number for what underflows.
    let private tolerance measurement =
        let stated = if Double.IsFinite measurement.Stated.Error then measurement.Stated.Error else 0.0
        2.0 * (stated + measurement.Found.Error) + 1e-300

    /// Samples are drawn until enough of them have finite values.
    let private gather draws wanted (attempt: Random -> Measurement list) (random: Random) =
        let rec go wanted left found =
            if wanted = 0 || left = 0 then
                found
            else
                let measurements = attempt random
                let isUsable = measurements |> List.forall (fun pair -> isFinite pair.Found)
                if isUsable then go (wanted - 1) (left - 1) (measurements :: found) else go wanted (left - 1) found

        go wanted draws []

    /// One seed for each name, the same on every machine.
    let random name = Random(Seq.fold (fun hash letter -> (hash * 31 + int letter) &&& 0xFFFFFF) 7 name)

    /// The check of the step `name` at `samples` samples out of at most `draws`; `means` says what it is compared with.
    let checkWithin draws name kind means samples (attempt: Random -> Measurement list) : Check =
        match gather draws samples attempt (random name) with
        | [] -> Check.skipped name kind $"no sample with finite values was found in {draws}"
        | found ->
            match List.concat found with
            | [] -> Check.skipped name kind "the object has no components"
            | measurements ->
                let worst = measurements |> List.maxBy (fun pair -> error pair / tolerance pair)

                Check.measured
                    name
                    kind
                    (error worst)
                    (tolerance worst)
                    $"against {means}: {measurements.Length} numbers at {found.Length} samples, the worst shown; the tolerance is twice a running error analysis of both values"

    /// The same within as many draws as cheap measurements need.
    let check name = checkWithin 40 name
