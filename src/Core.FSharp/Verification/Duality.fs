namespace MeanField.Core

open System

/// The dual problem in finite worlds: its gradient and Hessian against jets of the dual, the gap against the objective at mu_alpha.
[<RequireQualifiedAccess>]
module internal Duality =
    let private isYhat (node: Scalar) =
        match node.Shape with
        | Opaque("yhat", _) -> true
        | _ -> false

    /// Whether the dual holds yhat(x), which an equation defines.
    let isImplicit dual = Occurrence.exists isYhat dual

    let private values (point: Point<float>) =
        match point with
        | Point.Input x -> x
        | Point.Neuron blocks -> blocks |> Map.toArray |> Array.collect snd

    /// Two different points of pi, or one where two were drawn alike, with equal weights: delta is their number on the diagonal.
    let private world (subject: Subject) labels random =
        let sample = Sample.draw random 2 labels subject
        let isTwofold = sample.Inputs |> List.map snd |> List.distinct |> List.length = 2
        (if isTwofold then sample else Sample.draw random 1 labels subject) |> Sample.evenly

    /// Other values for alpha.
    let private withAlpha (alphas: float list) (sample: Sample) =
        let table = List.zip (List.map snd sample.Inputs) alphas |> Map.ofList

        let opaque name (x: float[]) =
            match name, Map.tryFind x table with
            | "alpha", Some value -> value
            | _ -> sample.Opaque name x

        { sample with Opaque = opaque }

    /// A sample at whose alpha the dual is finite: alpha is drawn again until it is.
    let private draw subject labels dual (random: Random) =
        let sample = world subject labels random

        let candidate _ = sample |> withAlpha (sample.Inputs |> List.map (fun _ -> 3.0 * random.NextDouble() - 1.5))

        Seq.init 60 candidate
        |> Seq.tryFind (fun sample -> Double.IsFinite (Jets.number subject sample dual).Value)
        |> Option.defaultValue sample

    /// The dual as a jet: alpha moves at the point `left` of pi and at the point `right`.
    let private slopes subject (sample: Sample) left right dual =
        let world = Sample.world Jets.jets subject sample

        let opaque name (at: Jet<Rounded>[]) =
            let x = at |> Array.map _.Value.Value
            let value = Rounded.exact (sample.Opaque name x)
            let speed point = if name = "alpha" && x = point then 1 else 0
            Jet.moving Rounded.arithmetic value (speed left) (speed right)

        Evaluate.scalar Jets.jets.Arithmetic { world with Opaque = opaque } dual |> Jet.slopes Rounded.arithmetic

    /// The number of points of pi: the inverse of their weight.
    let private count (sample: Sample) = Rounded.exact (float sample.Inputs.Length)

    let private gradient subject labels dual value =
        Measurement.check "dual_gradient" "jets" "jets of the dual in alpha, divided by the weights of pi" 2 (fun random ->
            let sample = draw subject labels dual random
            let x = values sample.Free["x"]
            let found = Jets.times (count sample) (slopes subject sample x x dual).Left
            [ { Stated = Jets.number subject sample value; Found = found } ])

    let private hessianAt (subject: Subject) labels dual value isDiagonal random =
        let drawn = draw subject labels dual random
        let second = if isDiagonal then drawn.Free["x"] else drawn.Free["x2"]
        let sample = { drawn with Free = drawn.Free |> Map.add (Model.secondInput subject.Model) second }
        let bend = (slopes subject sample (values sample.Free["x"]) (values second) dual).Mixed

        [ { Stated = Jets.number subject sample value
            Found = Jets.times (count sample) (Jets.times (count sample) bend) } ]

    let private hessian subject labels dual value =
        [ for isDiagonal in [ true; false ] ->
              Measurement.check
                  "dual_hessian"
                  "jets"
                  $"""second jets of the dual in alpha {if isDiagonal then "at one point" else "at two points"} of pi, divided by the weights"""
                  2
                  (hessianAt subject labels dual value isDiagonal) ]

    /// The law with the log density of the derivation with respect to gamma.
    let tilted subject (sample: Sample) logDensity =
        let weight (prior, neuron) =
            let placed = { sample with Free = sample.Free |> Map.add "w" neuron }
            let norm = values neuron |> Array.sumBy (fun value -> value * value)
            prior * Math.Exp((Jets.number subject placed logDensity).Value + norm / (2.0 * sample.Symbols["tau"]))

        let weights = Sample.points sample Prior |> List.map weight

        { sample with
            Weights = sample.Weights |> Map.add Mu (weights |> List.map (fun weight -> weight / List.sum weights)) }

    /// The laws enter as doubles: what their rounding does to a value of this size.
    let private loosened scale (number: Rounded) : Rounded =
        { number with Error = number.Error + 64.0 * Math.Pow(2.0, -53.0) * (1.0 + abs scale) }

    /// T + c KL at mu_alpha less the dual.
    let private gap (subject: Subject) labels dual logDensity value =
        let means = "the objective at the law of dual_log_density less the dual"

        Measurement.check "dual_gap" "primal" means 2 (fun random ->
            let sample = draw subject labels dual random
            let primal = Jets.number subject (tilted subject sample logDensity) subject.Model.Objective
            let less = Jets.plus primal (Jets.negative (Jets.number subject sample dual))
            [ { Stated = Jets.number subject sample value; Found = loosened primal.Value less } ])

    let private derivatives subject labels dual =
        let scalar name = Subject.tryScalar name subject

        [ match scalar "dual_gradient" with
          | Some value -> gradient subject labels dual value
          | None -> ()
          match scalar "dual_hessian" with
          | Some value -> yield! hessian subject labels dual value
          | None -> ()
          match scalar "dual_log_density", scalar "dual_gap" with
          | Some density, Some value -> gap subject labels dual density value
          | _ -> () ]

    let checks (subject: Subject) : Check list =
        let labels = (Subject.tryValue "conjugate.labels" subject).IsSome

        match Subject.tryScalar "dual" subject with
        | None -> []
        // Lagrangian judges it: the dual has no formula in alpha alone.
        | Some dual when isImplicit dual -> []
        | Some dual -> derivatives subject labels dual
