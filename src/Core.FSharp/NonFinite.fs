namespace MeanField.Core

open System

/// A part of a problem's formulas that is no finite number although everything that it is made of is one.
type NonFinitePart =
    {
        /// The part, as formulas are written.
        Formula: string
        /// An infinity or NaN; beyond the range of the precision.
        Value: float
        /// The input x that it was evaluated at, empty where it reads none.
        Input: float[]
        /// The particle that it was evaluated at, from 0.
        Particle: int
    }

/// What left the finite numbers in a step: the drift of a particle, then the objective, are evaluated once more in a slow arithmetic that
/// stops at the first operation without a finite result.
[<RequireQualifiedAccess>]
module NonFinite =
    /// A number and the formula that it is the value of.
    type internal Written = { Number: float; Formula: Lazy<Scalar> }

    exception internal Left of Written

    let private named name number = { Number = number; Formula = lazy (Expr.symbol name) }

    let private numbered name (values: float[]) =
        if values.Length = 1 then
            [| named name values[0] |]
        else
            values |> Array.mapi (fun k value -> named $"{name}[{k + 1}]" value)

    /// A longer formula is cut: every particle of a wide neuron has hundreds of terms.
    let private longest = 120

    let private text (formula: Lazy<Scalar>) =
        let whole = Infix.print (Display.ofScalar formula.Value)
        if whole.Length <= longest then whole else whole[.. longest - 4] + "..."

    /// Operations keep what they were made of, and leave when they leave the finite numbers.
    let private arithmetic (isFinite: float -> bool) =
        let doubles = Doubles.ofTable

        let made number formula =
            let result = { Number = number; Formula = formula }
            if isFinite number then result else raise (Left result)

        { new IArithmetic<Written> with
            member _.Rational value = { Number = doubles.Rational value; Formula = lazy (Expr.rational value) }
            member _.Irrational name = { Number = doubles.Irrational name; Formula = lazy (if name = "pi" then Expr.pi else Expr.e) }
            member _.Add(left, right) = made (left.Number + right.Number) (lazy (Expr.add left.Formula.Value right.Formula.Value))

            member _.Multiply(left, right) = made (left.Number * right.Number) (lazy (Expr.multiply left.Formula.Value right.Formula.Value))

            member _.Power(radix, exponent) =
                made (doubles.Power(radix.Number, exponent)) (lazy (Expr.powerOf radix.Formula.Value exponent))

            member _.PowerOf(radix, exponent) =
                made (doubles.PowerOf(radix.Number, exponent.Number)) (lazy (Expr.power radix.Formula.Value exponent.Formula.Value))

            member _.Apply(name, argument) = made (doubles.Apply(name, argument.Number)) (lazy (Expr.apply name argument.Formula.Value))

            member _.Extremum(largest, left, right) = if (left.Number < right.Number) = largest then right else left

            member _.Choose(test, left, right, yes, no) = if Doubles.holds test left.Number right.Number then yes () else no () }

    let private readsInput (formula: Scalar) =
        formula
        |> Occurrence.exists (fun node ->
            match node.Shape with
            | Symbol name -> name = "x" || name.StartsWith("x[", StringComparison.Ordinal)
            | _ -> false)

    /// Where the evaluation is: a node (from 0; -1 outside the data's means) and a particle.
    type private Place = { mutable Node: int; mutable Particle: int }

    /// What the formulas are evaluated over.
    type private Subject =
        { IsFinite: float -> bool
          Weights: float[]
          Inputs: float[][]
          Targets: float[]
          Particles: int
          Neuron: int -> Point<Written>
          Place: Place }

    /// More evaluations of a neuron than this take seconds: of larger ensembles every k-th particle stands for the mean.
    let private mostNeurons = 1 <<< 21

    let private bug what = Fault.raise (Fault.InternalBug(what, ""))

    let private nodes subject =
        seq {
            for node in 0 .. subject.Weights.Length - 1 do
                subject.Place.Node <- node
                subject.Weights[node], Point.Input(numbered "x" subject.Inputs[node])
        }

    let private neurons subject =
        let stride = max 1 (subject.Particles / max 1 (mostNeurons / max 1 subject.Weights.Length))
        let chosen = [| 0..stride .. subject.Particles - 1 |]

        seq {
            for particle in chosen do
                subject.Place.Particle <- particle
                1.0 / float chosen.Length, subject.Neuron particle
        }

    /// Sums are numbers of their own: a formula of all their terms would be as long as the ensemble.
    let private mean binder length (points: seq<float * Point<Written>>) integrand =
        let total: float[] = Array.zeroCreate length
        let mutable last = [||]

        for weight, point in points do
            last <- integrand point
            last |> Array.iteri (fun k value -> total[k] <- total[k] + weight * value.Number)

        let formula k = lazy (Expr.symbol $"E[{binder}]({Infix.print (Display.ofScalar last[k].Formula.Value)})")
        total |> Array.mapi (fun k number -> { Number = number; Formula = formula k })

    /// A mean, after which the evaluation is where it was before.
    let private over subject law length integrand =
        let place = subject.Place
        let node, particle = place.Node, place.Particle

        let sums =
            match law with
            | Data -> mean "x~pi" length (nodes subject) integrand
            | Mu -> mean "w~mu" length (neurons subject) integrand
            | _ -> bug $"no points of the law {law}"

        place.Node <- node
        place.Particle <- particle
        sums |> Array.tryFind (fun sum -> not (subject.IsFinite sum.Number)) |> Option.iter (fun sum -> raise (Left sum))
        sums

    let private target subject name =
        if name = "f" && subject.Place.Node >= 0 && subject.Targets.Length > 0 then
            named "f(x)" subject.Targets[subject.Place.Node]
        else
            bug $"no values of {name} here"

    let private world problem subject =
        let uniforms = Theory.uniforms problem

        let symbols =
            uniforms
            |> Seq.filter (fun pair -> pair.Value.Length = 1)
            |> Seq.map (fun pair -> pair.Key, named pair.Key pair.Value[0])

        let vectors = uniforms |> Seq.map (fun pair -> pair.Key, numbered pair.Key pair.Value)

        { World.ofNumbers (Map.ofSeq symbols) (Map.ofSeq vectors) Map.empty with
            Opaque = (fun name _ -> target subject name)
            Mean = over subject }
        |> World.place "w" (subject.Neuron subject.Place.Particle)

    /// A neuron of consecutive numbers, block by block.
    let private point blocks (numbers: float[]) =
        blocks
        |> List.mapFold (fun start (name, width) -> (name, numbered name numbers[start .. start + width - 1]), start + width) 0
        |> fst
        |> Map.ofList
        |> Point.Neuron

    /// The drift, then the objective.
    let private terms (functional: Functional) (wanted: Theory.Wanted) =
        [ for output in wanted.Step do
              match output.Quantity with
              | Lowering.Value drift when output.Over = Axes.Particle -> drift
              | _ -> ()
          ScalarTerm functional.Potential ]

    /// The part at which the evaluation of the terms leaves the finite numbers.
    let private found problem (model: Model) subject terms =
        let place = subject.Place

        try
            let world = world problem subject

            for term in terms do
                term
                |> Model.expand model
                |> Theory.targetElsewhere model
                |> Evaluate.term (arithmetic subject.IsFinite) world
                |> ignore

            None
        with
        | Left written ->
            Some
                { Formula = text written.Formula
                  Value = written.Number
                  Input = (if place.Node >= 0 && readsInput written.Formula.Value then subject.Inputs[place.Node] else [||])
                  Particle = place.Particle }
        | :? FaultException -> None

    let private isFinite (problem: Problem) (number: float) =
        if problem.Run.Precision = Precision.Double then
            Double.IsFinite number
        else
            Single.IsFinite(float32 number)

    /// The first part of the drift of a particle, else of the objective, that is not finite in the precision of the run; None where all
    /// is finite (then the step itself leads too far), or where the formulas read more than nodes and particles.
    /// `inputs` are the n nodes, `targets` the n values of f (empty without a target), `particles` the number N of neurons, `neuron` the
    /// numbers of one, block by block. O(n N) evaluations of the neuron; beyond two million, means over mu are those of every k-th particle.
    let part
        (problem: Problem)
        (weights: float[])
        (inputs: float[][])
        (targets: float[])
        (particles: int)
        (neuron: Func<int, float[]>)
        (particle: int)
        : NonFinitePart option =
        let subject (model: Model) =
            { IsFinite = isFinite problem
              Weights = weights
              Inputs = inputs
              Targets = targets
              Particles = particles
              Neuron = neuron.Invoke >> point model.Blocks
              Place = { Node = -1; Particle = particle } }

        result {
            let! model, functional = Theory.split problem
            let! wanted = Theory.wantedOwn problem model functional
            return found problem model (subject model) (terms functional wanted)
        }
        |> Result.defaultValue None
