namespace MeanField.Core

open System
open System.Collections.Generic

/// The control problem: its terminal value, h, the heat and the Hamilton-Jacobi-Bellman equation, and the Foellmer drift in its forms.
/// Gaussian identities hold coordinate by coordinate, so that gamma may be normal along one coordinate and concentrated in the others:
/// quadrature in one dimension then judges them for any number of parameters.
[<RequireQualifiedAccess>]
module internal Bridges =
    /// psi/c, c the coefficient of KL.
    let private terminal (subject: Subject) psi value =
        match subject.Functional.Entropies with
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] ->
            [ Measurement.check "value_terminal" "values" "psi/c, c the coefficient of KL" 2 (fun random ->
                  let sample = Jets.draw subject random
                  let found = Jets.quotient (Jets.number subject sample psi) (Jets.number subject sample coefficient)
                  [ { Stated = Jets.number subject sample value; Found = found } ]) ]
        | _ -> []

    /// The average over the atoms v of gamma of exp(-V(w + sqrt(1 - t/tau) v, tau)), the terminal value at each point by itself.
    let private averaged subject (sample: Sample) value =
        let scale = Math.Sqrt(1.0 - sample.Symbols["t"] / sample.Symbols["tau"])

        let moved (own: Point<float>) (noise: Point<float>) =
            match own, noise with
            | Point.Neuron own, Point.Neuron noise ->
                Point.Neuron(own |> Map.map (fun block -> Array.mapi (fun k at -> at + scale * noise[block][k])))
            | other, _ -> other

        let weighted (weight, noise) =
            let placed = { sample with Free = sample.Free |> Map.add "w" (moved sample.Free["w"] noise) }
            let gain = Rounded.arithmetic.Apply("exp", Jets.negative (Jets.number subject placed value))
            Jets.times (Rounded.exact weight) gain

        let mean = Sample.points sample Prior |> List.map weighted |> Jets.total
        // The places are doubles: a value of this size moves by some units with them.
        { mean with Error = mean.Error * 8.0 + 64.0 * Math.Pow(2.0, -53.0) * mean.Value }

    let private partition subject value h =
        Measurement.check "partition" "values" "exp(-value_terminal) at each atom of gamma, moved by hand" 2 (fun random ->
            let sample = Jets.draw subject random
            [ { Stated = Jets.number subject sample h; Found = averaged subject sample value } ])

    let private drift (subject: Subject) h (block, _) =
        let name = $"foellmer_drift.{block}"

        match Subject.tryValue name subject, Subject.tryValue $"{name}.tilted" subject with
        | Some value, Some _ ->
            [ Measurement.check name "jets" "jets of log h over a finite gamma" 2 (fun random ->
                  let sample = Jets.draw subject random
                  let found = Jets.gradient subject sample (Functions.apply "log" h) block
                  Measurement.ofArrays (Jets.stated subject sample value) found) ]
        | _ -> []

    // ---- Quadrature along one coordinate ----

    /// Samples have one point of pi and are few: a rule evaluates h some hundred times. What holds for one law of the inputs is
    /// judged elsewhere for several.
    let private draws = 12

    let private jets: Sample.Reading<Jet<float>> = { Arithmetic = Jet.over Definitions.doubles; Lift = Jet.constant; Read = _.Value }

    let private along block k value (model: Model) : Point<float> =
        let at name length = Array.init length (fun index -> if name = block && index = k then value else 0.0)
        Point.Neuron(Map [ for name, length in model.Blocks -> name, at name length ])

    /// gamma along one coordinate.
    let private normal (subject: Subject) (sample: Sample) (block, k) rule =
        let deviation = Math.Sqrt sample.Symbols["tau"]
        Trapezoid.nodes rule |> List.map (fun (weight, z) -> weight, along block k (deviation * z) subject.Model)

    /// The formula with its constant means (over finite laws, without w and t) as symbols, and the sample with their values: a rule
    /// would compute them at each of its points.
    let private hoisted subject (term: Term) (sample: Sample) =
        let isVarying (node: Scalar) =
            match node.Shape with
            | Symbol "t"
            | Mean(Prior, _) -> true
            | _ -> false

        let values = Dictionary<Scalar, string>()

        let hoist (node: Scalar) =
            match node.Shape with
            | Mean _ when Occurrence.isClosed node && not (Occurrence.exists isVarying node) ->
                let name = $"#mean{values.Count}"
                values[node] <- name
                Some(Expr.symbol name)
            | _ -> None

        let term = Binding.replaceTerm hoist term
        let world = Mixtures.world subject sample
        let add symbols (KeyValue(node, name)) = Map.add name (Evaluate.scalar Doubles.ofTable world node) symbols
        term, { sample with Symbols = Seq.fold add sample.Symbols values }

    /// The value of a term with slopes along t (left) and the coordinate of w (right), or along w twice.
    let private value subject (sample: Sample) coordinate rule byTime (term: Term) : Jet<float>[] =
        let world = Sample.world jets subject sample
        let prior = normal subject sample coordinate rule

        let moving speed value =
            if speed then
                Jet.moving Definitions.doubles value (if byTime then 0 else 1) 1
            else
                Jet.constant value

        let own =
            match sample.Free["w"] with
            | Point.Neuron blocks -> Point.Neuron(blocks |> Map.map (fun block -> Array.mapi (fun k -> moving ((block, k) = coordinate))))
            | Point.Input values -> Point.Input(Array.map Jet.constant values)

        let mean law length integrand = if law = Prior then Sample.average jets prior integrand else world.Mean law length integrand

        let time = Jet.moving Definitions.doubles sample.Symbols["t"] (if byTime then 1 else 0) 0

        Evaluate.term
            jets.Arithmetic
            { world with
                Mean = mean
                Symbols = world.Symbols |> Map.add "t" time
                Free = world.Free |> Map.add "w" own }
            term

    /// Both by quadrature, by the first pair of rules for which both converge; without one the sample is of no use. What the first
    /// number does not converge for is not asked of the second.
    let private compared stated found : Measurement =
        let isFinite (number: Rounded) = Double.IsFinite number.Value

        let attempt pair =
            let first = Trapezoid.refinedBy pair stated

            if isFinite first then
                let second = Trapezoid.refinedBy pair found
                if isFinite second then Some { Stated = first; Found = second } else None
            else
                None

        let unknown: Rounded = { Value = nan; Error = nan }

        [ Trapezoid.usual; Trapezoid.dense ]
        |> List.tryPick attempt
        |> Option.defaultValue { Stated = unknown; Found = unknown }

    let private slopes jet = Jet.slopes Definitions.doubles jet

    /// Left less right of a printed equation for the function `word`, whose rate in t is given and whose slopes stand along one coordinate.
    let private residualOf (subject: Subject) sample name word rate (slopes: Slopes<float>) =
        let isFunction (part: Notation) = part.Form = Call(word, [ Notation.name "w"; Notation.name "t" ])

        let ifFunction value (arguments: Notation list) =
            match arguments with
            | [ only ] when isFunction only -> Some [| value |]
            | _ -> None

        let squaredLength (arguments: Notation list) =
            match arguments with
            | [ { Form = Call("grad", [ only ]) } ] when isFunction only -> Some [| slopes.Left * slopes.Left |]
            | _ -> None

        let reader =
            Words.reader
                subject
                [ "d_t", (fun _ -> ifFunction rate)
                  "laplacian", (fun _ -> ifFunction slopes.Mixed)
                  "norm2", (fun _ -> squaredLength) ]

        let step = subject.Steps |> List.find (fun step -> step.Name = name)
        let world = Mixtures.world subject sample
        Words.number reader world step.Left - Words.number reader world step.Right

    /// Two coordinates: along one alone V may be linear, so that its Laplacian is not seen.
    let private neighbours (random: Random) (coordinates: 'coordinate list) =
        let first = random.Next coordinates.Length
        List.distinct [ coordinates[first]; coordinates[(first + 1) % coordinates.Length] ]

    /// Those of use, if any is.
    let private converged (measurements: Measurement list) =
        match measurements |> List.filter (_.Found.Value >> Double.IsFinite) with
        | [] -> measurements
        | usable -> usable

    /// The heat equation of h and the equation of V = -log h.
    let private equations subject h =
        let residual name word (formula: Scalar) means =
            Measurement.checkWithin draws name "quadrature" means 1 (fun random ->
                let formula, sample = Jets.drawWith 1 subject random |> hoisted subject (ScalarTerm formula)

                let along coordinate =
                    let at byTime rule = value subject sample coordinate rule byTime formula |> Array.head |> slopes
                    let rate rule = (at true rule).Left
                    // What the printed equation makes of the other derivatives.
                    let rest rule = rate rule - residualOf subject sample name word (rate rule) (at false rule)
                    compared rate rest

                neighbours random (Jets.coordinates subject.Model) |> List.map along |> converged)

        let means = "the printed equation along a coordinate, its derivatives by jets under the trapezoid rule"
        [ residual "heat" "h" h means; residual "hjb" "V" (Expr.negate (Functions.apply "log" h)) means ]

    /// E~[Z]/sqrt(tau - t) is the slope of log h along each coordinate.
    let private tilted (subject: Subject) h (block, length) =
        let name = $"foellmer_drift.{block}.tilted"

        match Subject.tryValue name subject with
        | None -> []
        | Some term ->
            [ Measurement.checkWithin
                  draws
                  name
                  "quadrature"
                  "the slope of log h along one coordinate, by jets under the trapezoid rule"
                  1
                  (fun random ->
                      let sample = Jets.drawWith 1 subject random
                      let k = random.Next length
                      let at (term, sample) rule = value subject sample (block, k) rule false term
                      let stated = hoisted subject term sample
                      let logarithm = hoisted subject (ScalarTerm(Functions.apply "log" h)) sample
                      let component' rule = (at stated rule |> Array.item k).Value
                      let slope rule = (at logarithm rule |> Array.head |> slopes).Left
                      [ compared component' slope ]) ]

    /// Quadrature under jets costs some hundred evaluations of h; a larger one would make the whole verification slow.
    let private isLarge (subject: Subject) h = (Jets.coordinates subject.Model).Length > 8 || Seq.length (Occurrence.nodes h) > 120

    let private gaussian (subject: Subject) h =
        if isLarge subject h then
            [ for name in [ "heat"; "hjb" ] ->
                  Check.skipped name "quadrature" "h is too large for quadrature: more than 8 coordinates or 120 subexpressions" ]
        elif Kink.isRough h then
            [ for name in [ "heat"; "hjb" ] ->
                  Check.skipped name "quadrature" "the terminal value has corners: its second derivative is no function" ]
        else
            equations subject h @ List.collect (tilted subject h) subject.Model.Blocks

    let checks (subject: Subject) : Check list =
        match Subject.tryScalar "psi" subject, Subject.tryScalar "value_terminal" subject, Subject.tryScalar "partition" subject with
        | Some psi, Some value, Some h ->
            terminal subject psi value
            @ [ partition subject value h ]
            @ List.collect (drift subject h) subject.Model.Blocks
            @ gaussian subject h
        | _ -> []
