namespace MeanField.Core

open System
open MathNet.Numerics.LinearAlgebra

/// A sample with atoms for gamma whose law mu* is critical for F = T + c KL(mu, gamma), found by the printed first variation as a text.
type internal FiniteMinimiser =
    {
        /// Its law Optimal is mu*.
        Sample: Sample
        /// c
        Coefficient: float
        /// T as a functional of the weights of mu, its text evaluated.
        Potential: float list -> float
        /// psi at the atoms, mu having these weights: its printed text evaluated.
        Psi: float list -> float list
        /// What the texts of T and psi left behind.
        Trace: Trace
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal FiniteMinimiser =
    let private mostSteps = 60

    /// A step is halved at most so often until the residual falls.
    let private mostHalvings = 12

    /// Residuals of log weights, per unit of the largest term in them: rounding of a sum of some hundred terms.
    let private precision = 1e-13

    /// Logarithms of weights, of sum 1 from now on.
    let normalised (logs: float[]) =
        let top = Array.max logs
        let total = top + Math.Log(logs |> Array.sumBy (fun log -> Math.Exp(log - top)))
        logs |> Array.map (fun log -> log - total)

    let weights (logs: float[]) = logs |> normalised |> Array.map Math.Exp |> List.ofArray

    let private largest (values: float[]) = values |> Array.fold (fun most value -> Math.Max(most, abs value)) 0.0

    let private isFinite (values: float[]) = Array.forall Double.IsFinite values

    /// Forward differences: the residual is smooth, and what the slopes lack in digits the iteration makes good.
    let private slopes residual (logs: float[]) (at: float[]) =
        let step = 1e-7

        let column k =
            let moved = logs |> Array.mapi (fun index value -> if index = k then value + step else value)
            Array.map2 (fun (there: float) here -> (there - here) / step) (residual moved) at

        Matrix<float>.Build.DenseOfColumnArrays(Array.init logs.Length column)

    /// Along Newton's direction as far as the residual falls; the slopes of an earlier step serve as long as they divide it by three.
    let private improved residual (slopes: Matrix<float>) (logs: float[]) (at: float[]) =
        let direction = slopes.Solve(Vector<float>.Build.DenseOfArray at).ToArray()

        let candidate halvings =
            let share = Math.Pow(0.5, float halvings)
            let next = Array.map2 (fun value part -> value - share * part) logs direction
            next, residual next

        let falls factor (_, values) = isFinite values && largest values < factor * largest at
        let full = candidate 0

        if falls 0.3 full then
            Some full, true
        else
            Seq.init mostHalvings candidate |> Seq.tryFind (falls 1.0), false

    /// A zero of the residual to the `allowed` size, None where Newton's method finds none.
    let private zero residual allowed start =
        let rec go left known logs at =
            if not (isFinite at) then
                None
            elif largest at <= allowed logs then
                Some logs
            elif left = 0 then
                None
            else
                let slopes = known |> Option.defaultWith (fun () -> slopes residual logs at)

                match improved residual slopes logs at with
                | Some(next, values), serves -> go (left - 1) (if serves then Some slopes else None) next values
                | None, _ when known.IsSome -> go (left - 1) None logs at
                | None, _ -> None

        go mostSteps None start (residual start)

    /// The minimiser on a sample: log mu* = log gamma - psi(.; mu*)/c - log Z, by a damped Newton method on the log weights from gamma on.
    let private solve glossary written (psi: Notation) coefficient subject sample =
        let trace = Trace()
        let read trace world = Written.ofObjective trace glossary world Map.empty written

        let psiAt (weights: float list) =
            let world = Mixtures.world subject (Mixtures.at weights sample)
            let at point = (Written.value trace glossary (World.place "w" (Point.Neuron point) world) Map.empty psi)[0]
            List.map at sample.Support

        let c: float = coefficient (Mixtures.world subject sample)
        let prior = sample.Weights[Prior] |> List.map Math.Log |> Array.ofList
        let exponents logs = weights logs |> psiAt |> List.map (fun value -> value / c) |> Array.ofList
        let residual logs = exponents logs |> Array.map2 (-) prior |> normalised |> Array.map2 (-) logs
        let allowed logs = precision * (1.0 + largest logs + trace.Largest / c)

        zero residual allowed (normalised prior)
        |> Option.map (fun logs ->
            { Sample = { sample with Weights = Map.add Optimal (weights logs) sample.Weights }
              Coefficient = c
              Potential = Mixtures.ofText read false subject sample trace
              Psi = psiAt
              Trace = trace })

    let private atoms = 6

    /// Up to `count` minimisers out of `draws` random problems with a prior of six atoms.
    let find count draws coefficient (subject: Subject) : FiniteMinimiser list =
        match Subject.tryStep "psi" subject with
        | None -> []
        | Some step ->
            let random = Random 20262
            let solve = solve (Written.glossary subject.Problem) (Texts.objective subject) step.Right coefficient subject

            Seq.init draws (fun _ -> Sample.draw random 3 (Trials.isLogistic subject) subject |> Sample.wider random atoms subject)
            |> Seq.choose solve
            |> Seq.truncate count
            |> List.ofSeq
