namespace MeanField.Core

open Fractions

type ExistenceVerdict =
    | Shown = 0
    | None = 1
    | NotDecided = 2

/// Whether the infimum of the objective is attained for the problem's own numbers, and why; `Check` sets it against the step `existence`,
/// which speaks of all values.
type Attainment = { Verdict: ExistenceVerdict; Reason: string; Check: Check }

/// Existence by numbers (theory section 2). A minimiser of the free energy is mu_alpha with alpha = f - fhat(mu_alpha), a zero of the dual's
/// gradient in its domain A = { alpha : E_gamma exp(beta <alpha, sigma>) finite }, on which the dual is strictly concave.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Attainment =
    let private shown reason = Some(ExistenceVerdict.Shown, reason)
    let private none reason = Some(ExistenceVerdict.None, reason)

    // ---- Growth with numbers ----

    let private numbers (problem: Problem) scalar =
        let exact node =
            match node.Shape with
            | Symbol "beta" -> Some(Expr.rational problem.Energy.Beta.Exact)
            | Symbol "tau" -> Some(Expr.rational problem.Energy.Tau.Exact)
            | _ -> Option.None

        Binding.replace exact scalar

    let private byGrowth problem model facts density =
        match Growth.decide facts model (numbers problem density) with
        | Exists because -> shown because
        | NoMinimiser(term, because) -> none $"{Infix.print (Display.ofScalar term)}: {because}"
        | Interior _
        | NotDecided _ -> Option.None

    // ---- Open domains ----

    let private gradient (model: Model) formula =
        model.Blocks |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length formula)

    /// A polynomial of degree 2 in w, whatever its coefficients: A is where a matrix is positive definite, an open set. log Z is lower
    /// semicontinuous (Fatou), so it rises to infinity towards the edge, and the strongly concave dual has its maximum inside.
    let private byQuadratic (model: Model) formula =
        let slopes = gradient model formula

        let isSmooth =
            (Kink.inScalar (Occurrence.mentions "w") formula).IsNone
            && model.Blocks
               |> List.forall (fun (block, _) -> slopes |> List.forall (fun (_, slope) -> (Kink.inTerm block slope).IsNone))

        let isFlat (row, column) = not (Occurrence.termMentions "w" (Hessian.block "w" row column))

        if isSmooth && List.allPairs slopes slopes |> List.forall isFlat then
            shown
                "sigma is a quadratic polynomial of w: the log density has finite mass exactly where its matrix is negative definite, an open set of alpha, and the dual falls to -infinity towards its edge (Fatou), so that its maximum is inside"
        else
            Option.None

    let rec private degree (scalar: Scalar) : Fraction option =
        match scalar.Shape with
        | _ when not (Occurrence.mentions "w" scalar) -> Some Fraction.Zero
        | Coordinate(Free "w", Block _)
        | Component(Whole(Free "w", Block _, _), _) -> Some Fraction.One
        | Dot(left, right) -> Option.map2 (+) (degreeOfAtom left) (degreeOfAtom right)
        | Apply(("relu" | "abs"), inner) -> degree inner
        | Extremum(_, left, right) -> same [ degree left; degree right ]
        | Sum terms -> terms |> List.map (snd >> degree) |> same
        | Product items ->
            items
            |> List.map (fun (radix, exponent) ->
                if not (Occurrence.mentions "w" radix) then
                    Some Fraction.Zero
                elif exponent > Fraction.Zero && exponent.Denominator.IsOne then
                    degree radix |> Option.map ((*) exponent)
                else
                    Option.None)
            |> List.reduce (Option.map2 (+))
        | _ -> Option.None

    and private degreeOfAtom atom =
        match atom with
        | Whole(Free "w", Block _, _) -> Some Fraction.One
        | _ when not (Occurrence.atomMentions "w" atom) -> Some Fraction.Zero
        | _ -> Option.None

    and private same degrees =
        match List.distinct degrees with
        | [ only ] -> only
        | _ -> Option.None

    /// sigma = a g(x; u), g continuous and positively homogeneous of degree 1 in at most two numbers u: a is integrated out, and the log
    /// density is -q(u)/2 with q homogeneous of degree 2. The mass is a constant times INT q^(-d/2) over the unit sphere of u, which is
    /// infinite as soon as q, being Lipschitz, has a zero there: A = { q > 0 } is open.
    let private byHomogeneity (model: Model) formula =
        let outer (name, length) =
            if length > 1 then
                Option.None
            else
                match Calculus.gradient "w" name 1 formula with
                | ScalarTerm slope when formula = Expr.multiply (Expr.coordinate (Free "w") (Block name)) slope ->
                    let rest = model.Blocks |> List.filter (fst >> (<>) name) |> List.sumBy snd
                    let isFree = not (Occurrence.exists ((=) (Expr.coordinate (Free "w") (Block name))) slope)
                    if isFree && rest <= 2 && degree slope = Some Fraction.One then Some name else Option.None
                | _ -> Option.None

        model.Blocks
        |> List.tryPick outer
        |> Option.bind (fun name ->
            shown
                $"{name} enters as a Gaussian and is integrated out; what is left of the log density is homogeneous of degree 2 in the others, whose mass is finite on an open set of alpha and infinite on its edge, so that the dual's maximum is inside")

    // ---- sigma = h(x) phi(w), phi a polynomial ----

    /// A polynomial in the scalar blocks: powers and coefficients.
    type private Polynomial = (Map<string, int> * Enclosure) list

    type private Term = { Number: Fraction; OfInput: Scalar; Powers: Map<string, int> }

    let private term (coefficient, part) : Term option =
        let number, items = Expr.asProduct part
        let moving, still = items |> List.partition (fst >> Occurrence.mentions "w")

        let power (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Coordinate(Free "w", Block name) when exponent.Denominator.IsOne && exponent > Fraction.Zero -> Some(name, exponent.ToInt32())
            | _ -> Option.None

        let powers = List.map power moving

        if List.forall Option.isSome powers then
            Some
                { Number = coefficient * number
                  OfInput = Expr.product still
                  Powers = powers |> List.choose id |> Map }
        else
            Option.None

    let private terms facts formula =
        let all = Range.resolve facts formula |> Kernel.expand |> Expr.asSum |> List.map term
        if List.forall Option.isSome all then Some(List.choose id all) else Option.None

    let private valuesAt worlds scalar = worlds |> Array.map (fun world -> Evaluate.scalar Enclosure.arithmetic world scalar)

    /// h at the nodes and phi, where sigma is their product.
    let private factors (worlds: World<Enclosure>[]) (terms: Term list) : (Enclosure[] * Polynomial) option =
        let gathered key = terms |> List.groupBy key
        let scaled (term: Term) = Expr.scale term.Number term.OfInput

        match gathered _.OfInput, gathered _.Powers with
        | [ input, all ], _ ->
            Some(
                valuesAt worlds input,
                all |> List.groupBy _.Powers |> List.map (fun (powers, some) -> powers, Enclosure.ofRational (List.sumBy _.Number some))
            )
        | _, [ powers, all ] -> Some(all |> List.map scaled |> Expr.sum |> valuesAt worlds, [ powers, Enclosure.point 1.0 ])
        | _, groups when worlds.Length = 1 ->
            Some(
                [| Enclosure.point 1.0 |],
                groups |> List.map (fun (powers, all) -> powers, (all |> List.map scaled |> Expr.sum |> valuesAt worlds)[0])
            )
        | _ -> Option.None

    let private total (powers: Map<string, int>) = powers |> Map.toSeq |> Seq.sumBy snd

    /// E over N(0, tau): (k - 1)!! tau^(k/2) a factor, 0 for odd k.
    let private moment tau (powers: Map<string, int>) =
        powers
        |> Map.toList
        |> List.map (fun (_, k) ->
            if k % 2 = 1 then
                Enclosure.point 0.0
            else
                let odd = [ 1..2 .. k - 1 ] |> List.fold (fun product factor -> product * Fraction factor) Fraction.One
                Enclosure.multiply (Enclosure.ofRational odd) (Enclosure.power (Fraction(k, 2)) tau))
        |> List.fold Enclosure.multiply (Enclosure.point 1.0)

    let private sum items = items |> Seq.fold Enclosure.add (Enclosure.point 0.0)

    let rec private corners names =
        match names with
        | [] -> [ Map.empty ]
        | name :: rest -> corners rest |> List.collect (fun corner -> [ for value in [ -1; 0; 1 ] -> Map.add name value corner ])

    /// The signs that the homogeneous part of the largest degree certainly takes; more blocks than these have too many corners.
    let private signs (phi: Polynomial) names =
        let largest = phi |> List.map (fst >> total) |> List.max
        let top = phi |> List.filter (fst >> total >> (=) largest)

        let valueAt (corner: Map<string, int>) =
            top
            |> List.map (fun (powers, coefficient) ->
                let sign = powers |> Map.toList |> List.fold (fun product (name, k) -> product * pown corner[name] k) 1
                Enclosure.multiply coefficient (Enclosure.point (float sign)))
            |> sum

        let values = if List.length names > 5 then [] else corners names |> List.map valueAt
        values |> List.exists (fun value -> value.Low > 0.0), values |> List.exists (fun value -> value.High < 0.0)

    /// phi >= -C (1 + |w|): then every negative multiple of it has finite mass.
    let private isBoundedBelow (phi: Polynomial) names =
        let isSquare (powers: Map<string, int>, coefficient: Enclosure) =
            coefficient.Low >= 0.0 && powers |> Map.forall (fun _ k -> k % 2 = 0)

        let largest, leading = phi |> List.maxBy (fst >> total)

        List.length names = 1 && total largest % 2 = 0 && leading.Low > 0.0
        || phi |> List.forall (fun (powers, coefficient) -> isSquare (powers, coefficient) || total powers <= 1)

    let private print (range: Enclosure) =
        let text (value: float) = value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        if Enclosure.isPoint range then text range.Low else $"[{text range.Low}, {text range.High}]"

    /// s = <alpha, h> decides all: mu_alpha depends on it alone, and s = <f, h> - ||h||^2 E_mu phi at a minimiser, where E_mu phi grows with s.
    let private judge (phi: Polynomial) names (target: Enclosure) (size: Enclosure) (mean: Enclosure) =
        let excess = Enclosure.subtract target (Enclosure.multiply size mean)
        let facts = $"<f, h> = {print target}, ||h||^2 = {print size}, E_gamma phi = {print mean}"

        let law = "sigma = h(x) phi(w) with phi of a degree above 2, and a minimiser has s = <alpha, h> = <f, h> - ||h||^2 E_mu phi"

        match signs phi names with
        | true, true when Enclosure.hasSign excess ->
            none
                $"{law}; phi outgrows the prior upwards and downwards, so only s = 0 has finite mass and the law is gamma itself, for which s = {print excess} ({facts})"
        | true, true when excess = Enclosure.point 0.0 -> shown $"{law}; s = 0 at gamma itself, which is the minimiser ({facts})"
        | true, false when excess.Low > 0.0 ->
            none
                $"{law}; phi outgrows the prior, so that finite mass needs s <= 0, but then E_mu phi <= E_gamma phi and s >= {print excess} > 0 ({facts})"
        | true, false when excess.High <= 0.0 && isBoundedBelow phi names ->
            shown $"{law}; the mass is finite for s <= 0, and there the equation has a solution, as <f, h> <= ||h||^2 E_gamma phi ({facts})"
        | _ -> Option.None

    let private byProduct (problem: Problem) (model: Model) facts nodes formula =
        let names = List.map fst model.Blocks
        let tau = Enclosure.ofRational problem.Energy.Tau.Exact

        let decided target (h: Enclosure[], phi: Polynomial) =
            let size = h |> Array.map (Enclosure.power (Fraction 2)) |> NodeValues.mean nodes

            let mean sign =
                phi
                |> List.map (fun (powers, coefficient) -> Enclosure.multiply sign (Enclosure.multiply coefficient (moment tau powers)))
                |> sum

            let product = Array.map2 Enclosure.multiply h target |> NodeValues.mean nodes
            let negated = phi |> List.map (fun (powers, coefficient) -> powers, Enclosure.negate coefficient)

            if size.Low <= 0.0 || phi |> List.forall (fst >> total >> (>) 3) then
                Option.None
            elif signs phi names = (false, true) then
                judge negated names (Enclosure.negate product) size (mean (Enclosure.point -1.0))
            else
                judge phi names product size (mean (Enclosure.point 1.0))

        match NodeValues.target problem model nodes with
        | Some target when target.Length > 0 && model.Blocks |> List.forall (snd >> (=) 1) ->
            terms facts formula |> Option.bind (factors (NodeValues.worlds problem nodes)) |> Option.bind (decided target)
        | _ -> Option.None

    // ---- The verdict ----

    let private isFreeEnergy (problem: Problem) = problem.Energy.Objective.IsNone && problem.Energy.Loss.Kind = LossKind.Squared

    let private decide problem (model: Model) nodes density =
        let facts = Knowledge.ofProblem problem model

        let means =
            [ yield fun () -> byGrowth problem model facts density
              match model.Neuron with
              | Some formula when isFreeEnergy problem ->
                  yield fun () -> byQuadratic model formula
                  yield fun () -> byHomogeneity model formula
                  yield fun () -> byProduct problem model facts nodes formula
              | _ -> () ]

        means
        |> List.tryPick (fun attempt -> attempt ())
        |> Option.defaultValue (
            ExistenceVerdict.NotDecided,
            "neither the growth of the log density with these numbers, nor an open dual domain, nor a product h(x) phi(w) with a polynomial phi decides it"
        )

    let private word verdict =
        match verdict with
        | ExistenceVerdict.Shown -> "shown"
        | ExistenceVerdict.None -> "none"
        | _ -> "not decided"

    /// The step speaks of all values: what it shows or refutes must be so for these.
    let private check (subject: Subject) verdict reason =
        let derived = Subject.tryStep "existence" subject |> Option.map (fun step -> Infix.print step.Right)
        let detail = $"{word verdict}: {reason}"

        match verdict, derived with
        | ExistenceVerdict.NotDecided, _ -> Check.skipped "existence" "numbers" detail
        | ExistenceVerdict.None, Some "shown"
        | ExistenceVerdict.Shown, Some "none" -> Check.exact "existence" "numbers" false detail
        | _ -> Check.exact "existence" "numbers" true detail

    /// Whether a minimiser exists with the problem's numbers and nodes; none where the objective has no Gibbs law.
    /// `Shown` and `None` rest on a proof in exact or outward-rounded arithmetic. Deterministic. Faults: as `Verification.checks`.
    let ofProblem (problem: Problem) (nodes: NodeValues) : Result<Attainment list, Fault> =
        Subject.create problem
        |> Result.map (fun subject ->
            match Subject.tryScalar "gibbs_log_density" subject with
            | Some density ->
                let verdict, reason = decide problem subject.Model nodes density
                [ { Verdict = verdict; Reason = reason; Check = check subject verdict reason } ]
            | Option.None -> [])
