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

    /// More evaluations of a neuron than this take seconds: of larger ensembles every k-th particle stands for the mean.
    let private mostNeurons = 1 <<< 21

    let private world
        problem
        isFinite
        place
        (weights: float[])
        (inputs: float[][])
        (targets: float[])
        particles
        (neuron: int -> Point<Written>)
        =
        let nodes = max 1 weights.Length
        let stride = max 1 (particles / max 1 (mostNeurons / nodes))

        let mean length (points: seq<float * Point<Written>>) law integrand =
            let total: float[] = Array.zeroCreate length
            let mutable last = [||]

            for weight, point in points do
                last <- integrand point
                last |> Array.iteri (fun k value -> total[k] <- total[k] + weight * value.Number)

            let formula k =
                lazy
                    (let body = Infix.print (Display.ofScalar last[k].Formula.Value)
                     Expr.symbol $"E[{law}]({body})")

            total |> Array.mapi (fun k number -> { Number = number; Formula = formula k })

        let data =
            seq {
                for node in 0 .. weights.Length - 1 do
                    place.Node <- node
                    weights[node], Point.Input(numbered "x" inputs[node])
            }

        let ensemble =
            let chosen = [| 0..stride .. particles - 1 |]

            seq {
                for particle in chosen do
                    place.Particle <- particle
                    1.0 / float chosen.Length, neuron particle
            }

        let over law length integrand =
            let node, particle = place.Node, place.Particle

            let sums =
                match law with
                | Data -> mean length data "x~pi" integrand
                | Mu -> mean length ensemble "w~mu" integrand
                | _ -> Fault.raise (Fault.InternalBug($"no points of the law {law}", ""))

            place.Node <- node
            place.Particle <- particle
            sums |> Array.tryFind (fun sum -> not (isFinite sum.Number)) |> Option.iter (fun sum -> raise (Left sum))
            sums

        let uniforms = Theory.uniforms problem

        let symbols =
            uniforms
            |> Seq.filter (fun pair -> pair.Value.Length = 1)
            |> Seq.map (fun pair -> pair.Key, named pair.Key pair.Value[0])

        let vectors = uniforms |> Seq.map (fun pair -> pair.Key, numbered pair.Key pair.Value)

        { World.ofNumbers (Map.ofSeq symbols) (Map.ofSeq vectors) Map.empty with
            Opaque = (fun name _ -> named $"{name}(x)" targets[place.Node])
            Mean = over }

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
        let isFinite (number: float) =
            if problem.Run.Precision = Precision.Double then
                Double.IsFinite number
            else
                Single.IsFinite(float32 number)

        let place = { Node = -1; Particle = particle }

        let point blocks number =
            let numbers = neuron.Invoke number

            blocks
            |> List.mapFold (fun start (name, width) -> (name, numbered name numbers[start .. start + width - 1]), start + width) 0
            |> fst
            |> Map.ofList
            |> Point.Neuron

        let evaluate (model: Model) (functional: Functional) (wanted: Theory.Wanted) =
            let world =
                world problem isFinite place weights inputs targets particles (point model.Blocks)
                |> World.place "w" (point model.Blocks particle)

            let value term = Evaluate.term (arithmetic isFinite) world (Model.expand model term) |> ignore

            for output in wanted.Step do
                match output.Quantity with
                | Lowering.Value drift when output.Over = Axes.Particle -> value drift
                | _ -> ()

            value (ScalarTerm functional.Potential)

        let left (model, functional) wanted =
            try
                evaluate model functional wanted
                None
            with
            | Left written ->
                Some
                    { Formula = text written.Formula
                      Value = written.Number
                      Input = (if place.Node >= 0 && readsInput written.Formula.Value then inputs[place.Node] else [||])
                      Particle = place.Particle }
            | :? FaultException -> None

        let found =
            result {
                let! model, functional = Theory.split problem
                let! wanted = Theory.wantedOwn problem model functional
                return left (model, functional) wanted
            }

        match found with
        | Ok part -> part
        | Error _ -> None
