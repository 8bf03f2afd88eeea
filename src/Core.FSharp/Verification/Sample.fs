namespace MeanField.Core

open System

/// Numbers for everything that a formula of a problem reads: finite laws in the place of pi, mu, gamma and mu*, points for the free
/// variables, and values for functions of which nothing is assumed. The constants of the problem keep their values.
type internal Sample =
    {
        /// Points of pi with weights of sum 1.
        Inputs: (float * float[]) list
        /// The points on which mu, gamma and mu* live.
        Support: Map<string, float[]> list
        /// Their weights there, positive, of sum 1.
        Weights: Map<Law, float list>
        /// beta, tau, t and the constants.
        Symbols: Map<string, float>
        Vectors: Map<string, float[]>
        /// w, w2, v, v2 and x, x2: neurons in general position, inputs among the points of pi.
        Free: Map<string, Point<float>>
        /// f, alpha and others as functions of the input; f is the formula of the problem where there is one.
        Opaque: string -> float[] -> float
    }

/// Drawing of samples and the worlds that they make.
[<RequireQualifiedAccess>]
module internal Sample =
    /// A multiple of 1/64 in [-2, 2] other than 0: exact in every arithmetic, and no corner of a formula by chance.
    let private coordinate (random: Random) =
        let magnitude = float (random.Next(1, 129)) / 64.0
        if random.Next 2 = 0 then magnitude else -magnitude

    let neuron (random: Random) (model: Model) =
        model.Blocks |> List.map (fun (name, length) -> name, Array.init length (fun _ -> coordinate random)) |> Map.ofList

    let private between (random: Random) (low: float) (high: float) = low + (high - low) * float (random.Next(1, 64)) / 64.0

    /// An input in the support of its law.
    let input (random: Random) (problem: Problem) : float[] =
        let values (numbers: Number list) = numbers |> List.map _.Value |> Array.ofList

        match problem.Input with
        | None -> [||]
        | Some { Dimension = p; Law = law } ->
            match law with
            | InputLaw.Uniform(low, high) -> Array.map2 (between random) (values low) (values high)
            | InputLaw.Normal(mean, scale) -> Array.map2 (fun m s -> m + s * coordinate random) (values mean) (values scale)
            | InputLaw.Sphere radius ->
                let direction = Array.init p (fun _ -> coordinate random)
                let length = direction |> Array.sumBy (fun value -> value * value) |> Math.Sqrt
                direction |> Array.map (fun value -> radius.Value * value / length)
            | InputLaw.Signs _ -> Array.init p (fun _ -> if random.Next 2 = 0 then 1.0 else -1.0)
            | InputLaw.Atoms(points, _) -> points |> List.item (random.Next points.Length) |> values
            | InputLaw.Data _ -> Array.init p (fun _ -> coordinate random)

    /// Multiples of 1/64 of sum 1: exact in every arithmetic, so that laws have mass 1.
    let weights (random: Random) count =
        let others = List.init (count - 1) (fun _ -> float (random.Next(1, 64 / count)) / 64.0)
        (1.0 - List.sum others) :: others

    /// Whether a point is known to lie in the support of the law of the inputs, however it was found.
    let admits (problem: Problem) (x: float[]) =
        match problem.Input with
        | None -> false
        | Some { Law = law } ->
            match law with
            | InputLaw.Uniform(low, high) ->
                List.zip3 low high (List.ofArray x) |> List.forall (fun (low, high, value) -> low.Value <= value && value <= high.Value)
            | InputLaw.Normal _
            | InputLaw.Data _ -> true
            | InputLaw.Sphere _
            | InputLaw.Signs _
            | InputLaw.Atoms _ -> false

    /// Nothing but the input decides the value: a mixing of its bits.
    let private scatter (salt: int) (values: float[]) =
        values
        |> Array.fold
            (fun (hash: uint64) value -> (hash ^^^ BitConverter.DoubleToUInt64Bits value) * 0x9E3779B97F4A7C15UL ^^^ (hash >>> 29))
            (uint64 salt * 0xD1342543DE82EF95UL + 1UL)

    let private scattered salt values =
        let bits = scatter salt values
        let hash = bits ^^^ (bits >>> 32)
        let magnitude = float (hash % 96UL + 1UL) / 64.0
        if (hash >>> 40) % 2UL = 0UL then magnitude else -magnitude

    let private scalars (problem: Problem) =
        problem.Constants
        |> List.filter (_.IsVector >> not)
        |> List.map (fun constant -> constant.Name, constant.Components.Head.Value)

    let private vectors (problem: Problem) =
        problem.Constants
        |> List.filter _.IsVector
        |> List.map (fun constant -> constant.Name, constant.Components |> List.map _.Value |> Array.ofList)
        |> Map.ofList

    /// Functions of the input. `labels`: f, where it is no formula, takes the values +-1. delta is that of the identity for equal weights.
    let private opaque salt labels inputs (target: (float[] -> float) option) name (at: float[]) =
        match name, target with
        | "f", Some formula -> formula at
        | "f", None when labels -> float (sign (scattered salt at))
        | "delta", _ -> if Array.forall ((=) 0.0) at then float (List.length inputs) else 0.0
        | _ -> scattered (salt + Seq.sumBy int name) at

    /// A sample with `count` points for pi and three for the other laws; beta and tau differ, t lies between 0 and tau.
    /// `labels`: a target that is no formula takes the values +-1, as a logistic loss wants them.
    let draw (random: Random) count labels (subject: Subject) : Sample =
        let problem, model = subject.Problem, subject.Model
        let inputs = List.init count (fun _ -> input random problem)
        let support = List.init 3 (fun _ -> neuron random model)
        let tau = float (random.Next(2, 8)) / 4.0
        let beta = tau + float (random.Next(1, 8)) / 4.0
        let numbers = [ "beta", beta; "tau", tau; "t", tau * float (random.Next(1, 8)) / 8.0 ]
        let symbols, vectors = Map.ofList (scalars problem @ numbers), vectors problem
        let salt = random.Next()

        let target =
            model.Target
            |> Option.map (fun formula x -> Evaluate.scalar Doubles.ofTable (World.ofNumbers symbols vectors (Map [ "x", x ])) formula)

        let place name value = name, Point.Input value
        let neurons = [ "w"; "w2"; "v"; "v2" ] |> List.map (fun name -> name, Point.Neuron(neuron random model))

        { Inputs = List.zip (weights random count) inputs
          Support = support
          Weights = Map [ for law in [ Mu; Prior; Optimal ] -> law, weights random support.Length ]
          Symbols = symbols
          Vectors = vectors
          Free = Map.ofList (place "x" inputs.Head :: place "x2" (List.last inputs) :: neurons)
          Opaque = opaque salt labels inputs target }

    /// The same with mu, gamma and mu* on `count` points.
    let wider (random: Random) count (subject: Subject) sample =
        { sample with
            Support = List.init count (fun _ -> neuron random subject.Model)
            Weights = Map [ for law in [ Mu; Prior; Optimal ] -> law, weights random count ] }

    /// The same with equal weights for the points of pi.
    let evenly sample =
        { sample with
            Inputs = sample.Inputs |> List.map (fun (_, x) -> 1.0 / float sample.Inputs.Length, x) }

    let withSymbol name value (sample: Sample) = { sample with Symbols = Map.add name value sample.Symbols }

    /// The sample with the values of two symbols exchanged.
    let exchanged one other sample = sample |> withSymbol one sample.Symbols[other] |> withSymbol other sample.Symbols[one]

    // ---- Worlds ----

    /// How numbers enter an arithmetic and what they are near to.
    type Reading<'n> = { Arithmetic: IArithmetic<'n>; Lift: float -> 'n; Read: 'n -> float }

    let doubles apply = { Arithmetic = Doubles.applying apply; Lift = id; Read = id }

    /// Numbers, with the functions of the table.
    let ofTable = doubles (fun name -> (Functions.row name).Evaluate)

    let lift (reading: Reading<'n>) (point: Point<float>) : Point<'n> =
        match point with
        | Point.Input values -> Point.Input(Array.map reading.Lift values)
        | Point.Neuron blocks -> Point.Neuron(Map.map (fun _ -> Array.map reading.Lift) blocks)

    /// The weighted points of a law.
    let points (sample: Sample) law : (float * Point<float>) list =
        match law with
        | Data -> sample.Inputs |> List.map (fun (weight, x) -> weight, Point.Input x)
        | Mu
        | Prior
        | Optimal -> List.zip sample.Weights[law] (List.map Point.Neuron sample.Support)

    /// SUM of weight * value.
    let average (reading: Reading<'n>) (points: (float * Point<float>) list) (integrand: Point<'n> -> 'n[]) : 'n[] =
        let arithmetic = reading.Arithmetic

        points
        |> List.map (fun (weight, point) ->
            integrand (lift reading point) |> Array.map (fun value -> arithmetic.Multiply(reading.Lift weight, value)))
        |> List.reduce (Array.map2 (fun left right -> arithmetic.Add(left, right)))

    let private readPoint (reading: Reading<'n>) point =
        match point with
        | Point.Input values -> Point.Input(Array.map reading.Read values)
        | Point.Neuron blocks -> Point.Neuron(Map.map (fun _ -> Array.map reading.Read) blocks)

    /// On the support the weight; elsewhere any positive number.
    let density sample law point =
        match points sample law |> List.tryFind (snd >> (=) point), point with
        | Some(weight, _), _ -> weight
        | None, Point.Neuron blocks -> abs (scattered (hash law) (blocks |> Map.toArray |> Array.collect snd))
        | None, Point.Input values -> abs (scattered (hash law) values)

    let private divergence sample left right =
        List.map2 (fun p q -> p * Math.Log(p / q)) sample.Weights[left] sample.Weights[right] |> List.sum

    /// The world of a sample: sigma is the formula of the problem.
    let world (reading: Reading<'n>) (subject: Subject) (sample: Sample) : World<'n> =
        let symbols = sample.Symbols |> Map.map (fun _ -> reading.Lift)
        let vectors = sample.Vectors |> Map.map (fun _ -> Array.map reading.Lift)

        let output (x: 'n[]) neuron =
            let numbers = World.ofNumbers symbols vectors (Map [ "x", x ])
            Evaluate.scalar reading.Arithmetic (World.place "w" neuron numbers) subject.Model.Neuron.Value

        { Symbols = symbols
          Vectors = vectors
          Free = sample.Free |> Map.map (fun _ -> lift reading)
          Opaque = fun name at -> at |> Array.map reading.Read |> sample.Opaque name |> reading.Lift
          Output = output
          Mean = fun law _ integrand -> average reading (points sample law) integrand
          Density = fun law point -> point |> readPoint reading |> density sample law |> reading.Lift
          Divergence = fun left right -> divergence sample left right |> reading.Lift }
