namespace MeanField.Core

open System
open Fractions

/// The rigorous constants of a problem: suprema of the neuron, how fast it grows, and what bounds the residual and the log-concavity
/// margin before any minimiser is known (theory sections 6 and 7).
[<RequireQualifiedAccess>]
module Constants =
    let private between name (range: Enclosure) reason = { Name = name; Low = range.Low; High = range.High; Reason = reason }
    let private atMost name high reason = { Name = name; Low = 0.0; High = high; Reason = reason }
    let private unknown name reason = { Name = name; Low = -infinity; High = infinity; Reason = reason }

    // ---- Growth ----

    let private factor (name, degree: Fraction) =
        if degree = Fraction.One then $"|{name}|"
        elif degree.Denominator.IsOne then $"|{name}|^{degree}"
        else $"|{name}|^({degree})"

    /// The class of growth, as the exponent of a power of |w|.
    let private growth facts formula =
        match Monomials.ofScalar facts (Range.resolve facts formula) with
        | Beyond obstacle ->
            { (unknown "growth" $"{Infix.print (Display.ofScalar obstacle.Stopped)}: {obstacle.Reason}") with
                Low = 0.0 }
        | Powers(monomials, isTight) ->
            let moving = monomials |> List.map (Map.toList >> List.filter (fun (_, degree) -> degree > Fraction.Zero))
            let largest = moving |> List.map (List.sumBy snd) |> List.max |> Rounding.toFloat

            let bounds =
                moving
                |> List.filter (List.isEmpty >> not)
                |> List.map (List.map factor >> String.concat "*")
                |> List.distinct
                |> String.concat " + "

            { Name = "growth"
              Low = (if isTight then largest else 0.0)
              High = largest
              Reason =
                (if bounds = "" then
                     "sigma is bounded at every input"
                 else
                     $"the power of |w|: |sigma| <= C(x) (1 + {bounds})") }

    // ---- The residual at the minimiser ----

    /// The formula with the signs of the blocks turned.
    let private mirrored blocks formula =
        let turned name = List.contains name blocks

        let node node =
            match node.Shape with
            | Coordinate(Free "w", Block name) when turned name -> Some(Expr.negate node)
            | _ -> None

        let atom atom =
            match atom with
            | Whole(Free "w", Block name, length) when turned name -> Some(Vector.create length [ Expr.integer -1, atom ])
            | _ -> None

        Binding.substitute node atom (ScalarTerm formula)

    /// More blocks have too many sets of signs.
    let private mostBlocks = 6

    let rec private subsets items =
        match items with
        | [] -> [ [] ]
        | head :: tail -> subsets tail |> List.collect (fun set -> [ set; head :: set ])

    /// Blocks whose change of sign, which gamma does not see, is that of sigma: then fhat(x; gamma) = 0.
    let private oddIn (model: Model) formula =
        if model.Blocks.Length > mostBlocks then
            None
        else
            subsets (List.map fst model.Blocks)
            |> List.tryFind (fun blocks -> mirrored blocks formula = ScalarTerm(Expr.negate formula))

    /// sup |d2 l| or |d2^2 l| at the nodes over all outputs.
    let private overOutputs problem nodes derivative (target: Enclosure[]) =
        Array.map2
            (fun (world: World<Enclosure>) value ->
                let symbols = world.Symbols |> Map.add "y" value |> Map.add "yhat" Enclosure.whole
                Evaluate.scalar Enclosure.arithmetic { world with Symbols = symbols } derivative |> Enclosure.magnitude)
            (NodeValues.worlds problem nodes)
            target

    let private byOutput = Calculus.by (Expr.symbol "yhat")

    /// || d2 l(f, .) || over all outputs, for losses whose slope is bounded.
    let private steepest problem (model: Model) nodes target =
        overOutputs problem nodes (byOutput model.Loss) target |> NodeValues.norm nodes

    /// The Lipschitz constant of d2 l in the output.
    let private bend problem (model: Model) nodes target =
        let second = byOutput (byOutput model.Loss)
        let isJump = (Kink.inScalar (Occurrence.exists ((=) (Expr.symbol "yhat"))) (byOutput model.Loss)).IsSome

        if isJump then
            infinity, "the slope of the loss jumps"
        else
            let high = overOutputs problem nodes second target |> Array.map _.High |> Array.max

            high,
            (if Double.IsInfinity high then
                 "the second derivative of the loss is not bounded"
             else
                 "sup |d2^2 l| over all outputs")

    let private isDefault (problem: Problem) = problem.Energy.Objective.IsNone

    /// Bounds of rho* = ||d2 l(f, fhat(mu*))|| that need no minimiser.
    let private residuals problem (model: Model) nodes formula rho (target: Enclosure[]) =
        let slope = (steepest problem model nodes target).High, "the slope of the loss is bounded over all outputs"

        let comparison =
            if problem.Energy.Loss.Kind <> LossKind.Squared then
                []
            else
                [ match oddIn model formula with
                  | Some blocks ->
                      let names = String.concat ", " blocks

                      (NodeValues.norm nodes target).High,
                      $"R(mu*) <= R(gamma_tau) = ||f||^2: sigma is odd in {names}, so that fhat(gamma_tau) = 0"
                  | None -> ()
                  rho, "R(mu*) <= R(gamma_tau), and ||f - fhat(gamma_tau)|| <= ||f|| + S0" ]

        slope :: comparison |> List.minBy fst

    let private residual problem model nodes formula rho target =
        if not (isDefault problem) then
            { (unknown "rho_star" "the objective is the user's own: theory section 1's comparison is about the free energy") with
                Low = 0.0 }
        else
            let high, reason = residuals problem model nodes formula rho target

            if Double.IsInfinity high then
                { (unknown "rho_star" "neither the slope of the loss nor fhat(gamma_tau) is bounded here") with
                    Low = 0.0 }
            else
                atMost "rho_star" high reason

    // ---- The margin ----

    /// lambda = 1/tau - beta rho* G2.
    let private margin (problem: Problem) (second: Constant) (residual: Constant) =
        let exact (number: Number) = Enclosure.ofRational number.Exact
        let inverse = Enclosure.reciprocal (exact problem.Energy.Tau)
        let blocked = [ second; residual ] |> List.tryFind (fun constant -> Double.IsInfinity constant.High)

        match blocked with
        | Some constant -> unknown "lambda" $"lambda = 1/tau - beta rho* G2 has no bound: {constant.Name}: {constant.Reason}"
        | None ->
            let both =
                Enclosure.multiply (Enclosure.between second.Low second.High) (Enclosure.between (max 0.0 residual.Low) residual.High)

            let range = Enclosure.subtract inverse (Enclosure.multiply (exact problem.Energy.Beta) both)

            let verdict =
                if range.Low > 0.0 then "the Gibbs law is log-concave with margin m >= lambda"
                elif range.High <= 0.0 then "this bound does not show log-concavity"
                else "log-concavity is not decided before a minimiser sharpens rho*"

            between "lambda" range $"lambda = 1/tau - beta rho* G2, on the bounds of rho* and G2 above: {verdict}"

    // ---- All of them ----

    let private ofFormula problem (model: Model) nodes formula (suprema: Constant list) =
        let facts = Knowledge.ofProblem problem model
        let named name = suprema |> List.find (fun constant -> constant.Name = name)

        let onTarget =
            match NodeValues.target problem model nodes with
            | None -> []
            | Some target ->
                let size, largest = NodeValues.norm nodes target, named "S0"

                let rho =
                    if Double.IsInfinity largest.High then
                        { unknown "rho" $"||f|| + S0: {largest.Reason}" with Low = largest.Low }
                    else
                        between
                            "rho"
                            (Enclosure.add size (Enclosure.between largest.Low largest.High))
                            "||f|| + S0, which bounds ||f - fhat(mu)|| for every mu"

                let residual = residual problem model nodes formula rho.High target
                let bend, why = bend problem model nodes target

                [ rho
                  residual
                  margin problem (named "G2") residual
                  atMost "slope" (steepest problem model nodes target).High "|| d2l(f, .) || over all outputs"
                  atMost "L2" bend why ]

        suprema @ [ growth facts formula ] @ onTarget

    /// S0, G1, G2, growth, rho, rho_star, lambda, slope (of the loss) and L2 (its Lipschitz constant) over the nodes of pi, each enclosed, with what the enclosure rests on; none without an
    /// activation. Infinite ends where no bound exists or none is known. Deterministic; cost: that of `Bounds.ofNeuron`.
    /// Faults: those of the problem's formulas.
    let ofProblem (problem: Problem) (nodes: NodeValues) : Result<Constant list, Fault> =
        result {
            let! model = Model.create problem
            let! suprema = Bounds.ofNeuron problem nodes

            return
                match model.Neuron with
                | None -> []
                | Some formula -> ofFormula problem model nodes formula suprema
        }
