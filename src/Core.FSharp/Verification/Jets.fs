namespace MeanField.Core

open System

/// Derivatives of a formula in the free neuron w, by jets at a sample.
[<RequireQualifiedAccess>]
module internal Jets =
    let reading apply : Sample.Reading<Jet<Rounded>> =
        { Arithmetic = apply; Lift = Rounded.exact >> Jet.constant; Read = fun jet -> jet.Value.Value }

    let private arithmetic = Jet.over Rounded.arithmetic
    let jets = reading arithmetic

    /// Doubles with running errors.
    let rounded: Sample.Reading<Rounded> = { Arithmetic = Rounded.arithmetic; Lift = Rounded.exact; Read = _.Value }

    /// The coordinates of w, block by block.
    let coordinates (model: Model) =
        [ for block, length in model.Blocks do
              for k in 0 .. length - 1 -> block, k ]

    let blockOf name (point: Point<'n>) =
        match point with
        | Point.Neuron blocks -> Map.find name blocks
        | Point.Input values -> values

    /// The neuron as jets that move along one coordinate and along another.
    let private moving left right (point: Point<float>) =
        let speed direction block k = if direction = (block, k) then 1 else 0

        let jet block k value = Jet.moving Rounded.arithmetic (Rounded.exact value) (speed left block k) (speed right block k)

        match point with
        | Point.Neuron blocks -> Point.Neuron(blocks |> Map.map (fun block -> Array.mapi (jet block)))
        | Point.Input values -> Point.Input(values |> Array.map (Rounded.exact >> Jet.constant))

    /// The slopes of a formula along two coordinates of w, and its mixed second derivative.
    let slopes subject (sample: Sample) left right (formula: Scalar) =
        let world = Sample.world jets subject sample |> World.place "w" (moving left right sample.Free["w"])
        Evaluate.scalar arithmetic world formula |> Jet.slopes Rounded.arithmetic

    /// The gradient in one block of w.
    let gradient (subject: Subject) sample formula block =
        coordinates subject.Model
        |> List.filter (fst >> (=) block)
        |> List.map (fun coordinate -> (slopes subject sample coordinate coordinate formula).Left)
        |> Array.ofList

    /// A derived object at the sample, with its running errors.
    let stated subject sample term = Evaluate.term Rounded.arithmetic (Sample.world rounded subject sample) term

    /// A derived number at the sample.
    let number subject sample scalar = (stated subject sample (ScalarTerm scalar))[0]

    /// A neuron off the grid of the samples: no corner of a formula by chance.
    let private jittered (random: Random) (point: Point<float>) =
        match point with
        | Point.Neuron blocks ->
            Point.Neuron(blocks |> Map.map (fun _ -> Array.map (fun value -> value + (random.NextDouble() - 0.5) / 64.0)))
        | Point.Input _ -> point

    /// A sample with so many points of pi, w in general position.
    let drawWith count subject random =
        let sample = Sample.draw random count false subject
        { sample with Free = sample.Free |> Map.add "w" (jittered random sample.Free["w"]) }

    let draw subject random = drawWith 3 subject random

    let plus (left: Rounded) right = Rounded.arithmetic.Add(left, right)
    let times (left: Rounded) right = Rounded.arithmetic.Multiply(left, right)
    let negative = times (Rounded.exact -1.0)
    let quotient (left: Rounded) right = times left (Rounded.arithmetic.Power(right, Fractions.Fraction.MinusOne))
    let total (numbers: Rounded seq) = Seq.fold plus (Rounded.exact 0.0) numbers
