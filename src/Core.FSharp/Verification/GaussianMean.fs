namespace MeanField.Core

open System

/// Means over gamma = N(0, tau I) by the trapezoid rule, whose error for an analytic integrand falls exponentially with 1/step
/// and is bounded by the integrand's size on strips |Im w_i| <= a (Trefethen and Weideman 2014, theorem 5.1).
[<RequireQualifiedAccess>]
module internal GaussianMean =
    /// The integrand has no bound here: the message says what is missing.
    exception NotBounded of reason: string

    /// How finely: errors are at most about `Share` of the mean of the integrand's bound.
    type Effort = { Share: float; MostNodes: float }

    type private Setting = { Blocks: (string * int) list; Tau: float; Effort: Effort; Integrand: Point<Traced> -> Traced[] }

    // ---- Bounds ----

    /// The neuron of the given coordinates.
    let private neuron setting (coordinate: int -> Traced) =
        let place (first, blocks) (name, length) =
            first + length, Map.add name (Array.init length (fun index -> coordinate (first + index))) blocks

        setting.Blocks |> List.fold place (0, Map.empty) |> snd |> Point.Neuron

    let private strips setting heights =
        let coordinate index = Traced.OnStrip(Strip.coordinate index (heights index))

        setting.Integrand(neuron setting coordinate)
        |> Array.map (fun number ->
            match number with
            | Traced.OnStrip strip -> strip
            | Traced.Plain _
            | Traced.Enclosed _ -> Strip.ofNumber (Traced.enclosure number))

    /// log |integrand| from above, over all components.
    let private growth (strips: Strip[]) =
        if strips |> Array.forall _.Growth.IsSome then
            strips |> Array.map _.Growth.Value |> Array.reduce GrowthBound.max |> Some
        else
            None

    let private coefficient values index = Map.tryFind index values |> Option.defaultValue 0.0

    /// exp(k |w| + q w^2) times the normal density is a multiple of a normal one of this variance, shifted; infinite without a mean.
    let private variance setting growth index =
        let left = 1.0 - 2.0 * setting.Tau * coefficient growth.Square index
        if left > 1e-6 then setting.Tau / left else infinity

    /// log of the mean of exp(k |w| + q w^2), and of every trapezoid sum for it with a step up to 2 sqrt tau: each half line adds at most
    /// its integral and a step's worth of the maximum.
    let private logMass setting growth index =
        let variance, k = variance setting growth index, coefficient growth.Linear index
        let shape = 0.5 * Math.Log(variance / setting.Tau) + 0.5 * k * k * variance
        shape + Math.Log 3.6

    let private logMasses setting growth coordinates = growth.Constant + (coordinates |> List.sumBy (logMass setting growth))

    // ---- Steps and ranges ----

    let private heights = [ for k in -10 .. 10 -> Math.Pow(1.35, float k) ]

    /// For each height of the strip in a coordinate, log of the bound there, beside exp(-2 pi height/step).
    let private bounds setting coordinates index =
        let root = Math.Sqrt setting.Tau
        let narrow = [ 0.7; 0.5; 0.35; 0.2; 0.1 ]

        (heights |> List.map ((*) root)) @ narrow
        |> List.choose (fun height ->
            let on other = if other = index then height else 0.0

            strips setting on
            |> growth
            |> Option.map (fun bound -> height, logMasses setting bound coordinates + height * height / (2.0 * setting.Tau)))

    /// log of the rule's error with a step: 2 M/(exp(2 pi a/h) - 1), a denominator of at least exp(2 pi a/h)/2 where that exceeds 2.
    let private logError bounds step =
        let each (height, bound) =
            let turns = 2.0 * Math.PI * height / step
            if turns > 0.7 then Math.Log 4.0 + bound - turns else infinity

        bounds |> List.map each |> List.fold min infinity

    let private step setting bounds allowed =
        let candidates = Seq.initInfinite (fun k -> 2.0 * Math.Sqrt setting.Tau * Math.Pow(0.87, float k)) |> Seq.truncate 40

        match candidates |> Seq.tryFind (fun step -> logError bounds step <= allowed) with
        | Some step -> step
        | None -> raise (NotBounded "no strip of neurons was found on which the integrand is analytic and bounded")

    /// log of the mean beyond |w| = L of exp(k |w| + q w^2), from above; L lies beyond the maxima of both halves.
    let private logTail setting growth index (far: float) =
        let variance, k = variance setting growth index, coefficient growth.Linear index
        let z = (far - k * variance) / Math.Sqrt variance
        if z < 0.0 then infinity else logMass setting growth index - 0.5 * z * z

    let private range setting growth index step allowed =
        let nodes = Seq.initInfinite id |> Seq.truncate 2000
        let far count = logTail setting growth index (float count * step) - logMass setting growth index

        match nodes |> Seq.tryFind (fun count -> far count <= allowed) with
        | Some count -> count
        | None -> raise (NotBounded "the integrand grows too fast for the range of neurons that is summed over")

    // ---- The rule ----

    /// One coordinate: nodes, their weights, and log of weight times bound.
    type private Axis = { Index: int; Nodes: (float * Enclosure * float)[] }

    let private density tau (node: float) =
        let square = Enclosure.multiply (Enclosure.point node) (Enclosure.point node)
        let exponent = Enclosure.multiply square (Enclosure.reciprocal (Enclosure.point (-2.0 * tau)))
        let norm = Enclosure.multiply (Enclosure.irrational "pi") (Enclosure.point (2.0 * tau))
        Enclosure.multiply (Enclosure.exp exponent) (Enclosure.power (Fractions.Fraction(-1, 2)) norm)

    /// A step of few bits, so that its multiples are exact.
    let private short (step: float) =
        let unit = Math.Pow(2.0, Math.Floor(Math.Log2 step) - 6.0)
        Math.Floor(step / unit) * unit

    let private axis setting growth index step count =
        let node k =
            let at = float k * step
            let weight = Enclosure.multiply (Enclosure.point step) (density setting.Tau at)
            let bound = coefficient growth.Linear index * Math.Abs at + coefficient growth.Square index * at * at
            at, weight, Math.Log(Math.Max(weight.High, 1e-300)) + bound

        { Index = index; Nodes = Array.init (2 * count + 1) (fun k -> node (k - count)) }

    let private nought = Enclosure.point 0.0

    /// What the nodes give, and the weight times bound of those left out for their smallness.
    let private sum setting least read (axes: Axis list) constant length =
        let totals = Array.create length nought
        let mutable omitted = 0.0

        let rec visit (point: Map<int, float>) weight bound axes =
            match axes with
            | [] when bound < least -> omitted <- omitted + Math.Exp bound
            | [] ->
                let values = setting.Integrand(neuron setting (fun index -> read (point |> Map.tryFind index |> Option.defaultValue 0.0)))

                for k in 0 .. length - 1 do
                    totals[k] <- Enclosure.add totals[k] (Enclosure.multiply weight (Traced.enclosure values[k]))
            | axis :: rest ->
                for at, own, log in axis.Nodes do
                    visit (Map.add axis.Index at point) (Enclosure.multiply weight own) (bound + log) rest

        visit Map.empty (Enclosure.point 1.0) constant axes
        totals, omitted

    /// What is decided before the integrand is evaluated.
    let private plan setting (growth: GrowthBound) coordinates =
        let mass = logMasses setting growth coordinates
        let allowed = Math.Log setting.Effort.Share

        let along index =
            let bounds = bounds setting coordinates index
            let step = short (step setting bounds (mass + allowed))
            let count = range setting growth index step allowed

            axis setting growth index step count,
            logError bounds step,
            mass - logMass setting growth index + logTail setting growth index (float count * step)

        mass, coordinates |> List.map along

    /// The slack covers the rounding of the logarithms.
    let private upper logs = logs |> List.sumBy (fun log -> Math.Exp(log + 1e-6))

    /// E of an integrand over N(0, tau I), component by component; `read` makes a node a number. Cost: as many evaluations as the
    /// product of the nodes along the coordinates that the integrand reads.
    let ofIntegrand effort blocks tau read (integrand: Point<Traced> -> Traced[]) : Enclosure[] =
        let setting = { Blocks = blocks; Tau = tau; Effort = effort; Integrand = integrand }
        let real = strips setting (fun _ -> 0.0)
        let coordinates = real |> Array.map _.Reads |> Set.unionMany |> Set.toList

        match growth real with
        | None -> raise (NotBounded "no bound was found on the growth of the integrand")
        | Some growth when coordinates |> List.exists (variance setting growth >> Double.IsInfinity) ->
            raise (NotBounded "the integrand grows like exp(w^2/(2*tau)) or faster by the bound that was found")
        | Some growth ->
            let mass, axes = plan setting growth coordinates
            let nodes = axes |> List.fold (fun total (axis, _, _) -> total * float axis.Nodes.Length) 1.0

            if nodes > setting.Effort.MostNodes then
                raise (NotBounded $"a rule for {coordinates.Length} coordinates would have more nodes than are allowed")

            let least = mass + Math.Log setting.Effort.Share - Math.Log nodes
            let totals, omitted = sum setting least read (axes |> List.map (fun (axis, _, _) -> axis)) growth.Constant real.Length
            let errors = axes |> List.collect (fun (_, error, tail) -> [ error; tail ])
            let error = upper errors + omitted * (1.0 + 1e-6)
            totals |> Array.map (fun total -> Enclosure.add total { Low = -error; High = error })
