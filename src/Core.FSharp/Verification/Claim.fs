namespace MeanField.Core

open System.Text.RegularExpressions
open Fractions

/// A user's formula for a derived object, read.
type internal Claim = { Name: string; Source: Formula; Claimed: Term; Derived: Term }

/// Reading of claims "NAME = EXPRESSION".
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Claim =
    /// The part of the claim's text from an index on, without blanks at its ends, with its places.
    let private from index (source: Formula) =
        let rest = source.Text.Substring index
        let start = index + rest.Length - rest.TrimStart().Length
        Formula(rest.Trim(), (fun offset -> source.At(start + offset)))

    // ---- The equality sign ----

    let private quotes = "put the whole claim in quotes: --claim \"psi = ...\""

    let private missingSign (source: Formula) =
        let found = if source.Text.Trim() = "" then "nothing" else "a claim without '='"
        Error(Fault.invalid (source.At source.Text.Length) found "NAME = EXPRESSION" "" quotes)

    let private comparison (source: Formula) index (sign: string) =
        Error(
            Fault.invalid (source.At index) $"the comparison '{sign}'" "'=' between the name and the expression" "" "claims are equalities"
        )

    /// The index of the '=' after the name.
    let private equalsSign (source: Formula) =
        let text = source.Text

        match text.IndexOf '=' with
        | -1 ->
            match text.IndexOfAny [| '<'; '>' |] with
            | -1 -> missingSign source
            | index -> comparison source index (string text[index])
        | index when index > 0 && "<>!:".Contains text[index - 1] -> comparison source (index - 1) (text.Substring(index - 1, 2))
        | index when index + 1 < text.Length && text[index + 1] = '=' -> comparison source index "=="
        | index -> Ok index

    /// A second '=' that stands in no parentheses: inside them it belongs to an if.
    let private secondSign (right: Formula) =
        let depth =
            right.Text
            |> Seq.scan
                (fun depth letter ->
                    match letter with
                    | '(' -> depth + 1
                    | ')' -> depth - 1
                    | _ -> depth)
                0

        match Seq.zip depth right.Text |> Seq.tryFindIndex (fun (depth, letter) -> depth = 0 && letter = '=') with
        | Some index -> Error(Fault.invalid (right.At index) "a second '='" "one '='" "" "make two claims of it")
        | None -> Ok()

    // ---- The name ----

    let private wrongArguments (place: Location) name (arguments: string) free =
        let listed = String.concat ", " free
        let right = if List.isEmpty free then name else $"{name} or {name}({listed})"
        Error(Fault.invalid place $"'{name}({arguments})'" right "" "")

    /// The name, with or without its arguments: psi and, as derivations print it, psi(w).
    let private named (subject: Subject) place (text: string) =
        match text.IndexOf '(' with
        | index when index > 0 && text.EndsWith ')' ->
            let name, arguments = text.Substring(0, index).Trim(), text.Substring(index + 1, text.Length - index - 2)
            let given = arguments.Split ',' |> Array.map _.Trim() |> Set.ofArray
            let free = Claimable.freeNames subject name |> List.filter ((<>) "alpha" >> (||) (name = "dual"))
            if given = Set.ofList free then Ok name else wrongArguments place name arguments free
        | _ -> Ok text

    // ---- The expression ----

    let private shape term =
        match term with
        | ScalarTerm _ -> "a scalar"
        | VectorTerm vector -> $"a vector of length {vector.Length}"

    let private sameShape place name claimed derived =
        match claimed, derived with
        | ScalarTerm _, ScalarTerm _ -> Ok()
        | VectorTerm u, VectorTerm v when u.Length = v.Length -> Ok()
        | _ -> Error(Fault.invalid place (shape claimed) $"{shape derived}, as {name} is" "" "")

    let private alphaAtInput (right: Formula) =
        let bare = Regex.Match(right.Text, @"\balpha\b(?!\s*\()")

        if bare.Success then
            Error(Fault.invalid (right.At bare.Index) "alpha without its input" "alpha(x)" "" "write alpha(x)")
        else
            Ok()

    let private densitiesAtNeuron place claimed =
        let isElsewhere (node: Scalar) =
            match node.Shape with
            | Density(_, who) -> who <> Free "w"
            | _ -> false

        let elsewhere =
            match claimed with
            | ScalarTerm scalar -> Occurrence.exists isElsewhere scalar
            | VectorTerm _ -> false

        if Occurrence.termMentions Claimable.density claimed then
            Error(Fault.invalid place "a law in the place of a number" "its density: mu(w) or gamma(w)" "" "")
        elif elsewhere then
            Error(Fault.invalid place "a density at another neuron than w" "mu(w) or gamma(w)" "" "")
        else
            Ok()

    let private notEmpty (right: Formula) =
        if right.Text = "" then
            Error(Fault.invalid right.Where "nothing after '='" "NAME = EXPRESSION" "" quotes)
        else
            Ok()

    /// Reads a claim. Faults, each with its place in the claim: no '=' or a second one, an object that is unknown, an equation or
    /// absent from this problem, syntax, names that the object does not have, another shape.
    let read (subject: Subject) (source: Formula) : Result<Claim, Fault> =
        result {
            let! sign = equalsSign source
            let left = Formula(source.Text.Substring(0, sign), source.At) |> from 0

            do!
                if left.Text = "" then
                    Error(Fault.invalid (source.At sign) "nothing before '='" "NAME = EXPRESSION" "" quotes)
                else
                    Ok()

            let! name = named subject left.Where left.Text
            let! derived = Claimable.derived subject left.Where name
            let right = from (sign + 1) source
            do! notEmpty right
            do! secondSign right
            do! if List.contains "alpha" (Claimable.freeNames subject name) then alphaAtInput right else Ok()
            let! claimed = Elaborate.ofAnyKind (Claimable.scope subject name) right
            do! sameShape right.Where name claimed derived
            do! densitiesAtNeuron right.Where claimed

            return { Name = name; Source = source; Claimed = claimed; Derived = derived }
        }

    // ---- What is compared ----

    /// A divergence is a number beside the others: laws near to given atoms have every large one.
    let private divergence left right = $"KL({Display.lawName left}, {Display.lawName right})"

    let divergences = [ divergence Mu Prior; divergence Prior Mu ]

    /// gamma(w) by its formula, the density of N(0, tau I); its logarithm by its own, so that proofs need no law of logarithms.
    let private gaussian (scope: Scope) term =
        let tau = Expr.symbol "tau"
        let half = Fraction(1, 2)
        let dimension = scope.Blocks |> List.sumBy snd
        let scale = Functions.apply "log" (Expr.multiplyAll [ Expr.integer 2; Expr.pi; tau ])

        let logarithm (node: Scalar) =
            match node.Shape with
            | Density(Prior, Free who) ->
                [ Expr.divide (Scope.squaredNorm scope who) tau; Expr.scale (Fraction dimension) scale ] |> Expr.sum |> Expr.scale -half
            | _ -> Functions.apply "log" node

        let isDensity (node: Scalar, _) =
            match node.Shape with
            | Density _ -> true
            | _ -> false

        let node (node: Scalar) =
            match node.Shape with
            | Density(Prior, Free _) -> Some(Expr.exp (logarithm node))
            | Divergence(left, right) -> Some(Expr.symbol (divergence left right))
            | Apply("log", argument) ->
                match Expr.asProduct argument with
                | coefficient, items when coefficient = Fraction.One && List.forall isDensity items ->
                    items |> List.map (fun (density, exponent) -> Expr.scale exponent (logarithm density)) |> Expr.sum |> Some
                | _ -> None
            | _ -> None

        Binding.replaceTerm node term

    let private rename left right term =
        let change value = Binding.rename left (Free right) value

        match term with
        | ScalarTerm scalar -> ScalarTerm(change scalar)
        | VectorTerm vector -> VectorTerm vector

    let private less left right = Term.add left (Term.scale (Expr.integer -1) right)

    /// The object less its value at w2: free of the constant that it is defined up to.
    let private difference name other term = less term (rename name other term)

    /// A form of the object that its freedom does not change: constants leave by a difference in w, g(w) + h(v) by a second one in v.
    let private fixedForm name term =
        match name with
        | "psi"
        | "first_variation"
        | "gibbs_log_density" -> difference "w" "w2" term
        | "second_variation" -> term |> difference "w" "w2" |> difference "v" "v2"
        | _ -> term

    /// What two forms of the object called `name` must have in common: gamma by its density, a divergence by a symbol, and nothing of what is free.
    let essence (subject: Subject) name term = term |> gaussian subject.Model.Scope |> fixedForm name
