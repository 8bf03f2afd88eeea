namespace MeanField.Core

open Fractions

/// How a quantity bends along a segment.
type internal Bend =
    /// It does not move at all.
    | Still
    | Affine
    | Convex
    | Concave

/// What was found of a term, as in curvature(term) = convex, and why.
type internal Finding = { Quantity: string; Term: Scalar; Value: string; Because: string }

/// The term whose curvature no rule decides, and why not.
type internal Obstacle = { Stopped: Scalar; Reason: string }

/// In what a formula bends: the leaves that move affinely along a segment (yhat of a loss, the linear moments of a functional).
type internal Frame =
    {
        Facts: Facts
        /// Whether the node itself moves affinely.
        IsAffine: Scalar -> bool
        /// The same for a vector.
        IsAffineVector: VectorAtom -> bool
        /// Whether the value moves at all.
        Moves: Scalar -> bool
        /// Whether the node is the determinant of a matrix that moves affinely and is positive semidefinite.
        IsDeterminant: Scalar -> bool
    }

/// Curvature by composition: sums, expectations and monotone functions of convex terms; and, where a term is a smooth function of
/// few affine leaves, by the sign of its second derivatives.
[<RequireQualifiedAccess>]
module internal Curvature =
    type private Judged = Result<Bend * Finding list, Obstacle>

    let private stop term reason : Judged = Error { Stopped = term; Reason = reason }

    let private nameOf bend =
        match bend with
        | Still -> "constant"
        | Affine -> "affine"
        | Convex -> "convex"
        | Concave -> "concave"

    let private finding term bend because = { Quantity = "curvature"; Term = term; Value = nameOf bend; Because = because }

    let private flip bend =
        match bend with
        | Still
        | Affine -> bend
        | Convex -> Concave
        | Concave -> Convex

    /// The bend of a sum; None where terms bend both ways.
    let private together left right =
        match left, right with
        | Still, other
        | other, Still -> Some other
        | Affine, other
        | other, Affine -> Some other
        | Convex, Convex -> Some Convex
        | Concave, Concave -> Some Concave
        | Convex, Concave
        | Concave, Convex -> None

    /// The bend of factor * term; None where the sign of the factor is unknown.
    let private scaled facts factor bend =
        match bend with
        | Still
        | Affine -> Some bend
        | Convex
        | Concave when Range.isNotNegative facts factor -> Some bend
        | Convex
        | Concave when Range.isNotPositive facts factor -> Some(flip bend)
        | Convex
        | Concave -> None

    // ---- Functions of one variable ----

    /// Symbols that no text can name.
    let private placeholder index = Expr.symbol $"#{index}"

    let private isPlaceholder node =
        match node.Shape with
        | Symbol name -> name.StartsWith '#'
        | _ -> false

    let private variable = placeholder 0

    let private derivative leaf scalar =
        match leaf.Shape with
        | Symbol name -> Calculus.bySymbol name scalar
        | _ -> Fault.raise (Fault.InternalBug("a derivative by what is no symbol", $"%A{leaf}"))

    let private bendOfSign range =
        if Interval.isZero range then Some Affine
        elif Interval.isNotNegative range then Some Convex
        elif Interval.isNotPositive range then Some Concave
        else None

    /// A function of one variable over an interval: how it bends and the range of its slope.
    let private profile corner (outer: Scalar) range =
        let facts = Range.knowing variable range Range.unknown
        let slope = derivative variable outer

        let bend =
            // Away from 0 a corner is none, and its derivative's derivative is true there.
            if corner && not (Interval.isPositive range || Interval.isNegative range) then
                Some Convex
            else
                bendOfSign (Range.ofScalar facts (derivative variable slope))

        bend, Range.ofScalar facts slope

    /// The rule of composition (disciplined convex programming): outer(inner), the inner one bending as `inner`, values in `range`.
    let private composed (bend, slope) inner =
        let rising, falling = Interval.isNotNegative slope, Interval.isNotPositive slope

        match bend, inner with
        | _, Still -> Some Still
        | Some outer, Affine -> Some outer
        | Some(Convex | Affine), Convex when rising -> Some Convex
        | Some(Convex | Affine), Concave when falling -> Some Convex
        | Some(Concave | Affine), Concave when rising -> Some Concave
        | Some(Concave | Affine), Convex when falling -> Some Concave
        | _ -> None

    /// Whether { u in domain } is convex: u affine, or concave where the domain is bounded below alone, or within it anyway.
    let private keepsDomain domain range inner =
        Interval.isWithin domain range
        || match inner with
           | Still
           | Affine -> true
           | Concave -> domain.High = Unbounded
           | Convex -> domain.Low = Unbounded

    // ---- Determinants ----

    let rec determinant (rows: Scalar list list) =
        match rows with
        | [] -> Expr.one
        | first :: others ->
            first
            |> List.mapi (fun column entry ->
                let minor = others |> List.map (List.removeAt column)
                let sign = if column % 2 = 0 then Fraction.One else Fraction.MinusOne
                sign, Expr.multiply entry (determinant minor))
            |> Expr.combination

    /// Beyond this many leaves the minors are too many.
    let mostLeaves = 4

    /// A symmetric matrix is positive semidefinite iff all principal minors (not the leading ones alone) are >= 0.
    let isSemidefinite facts (matrix: Scalar[,]) =
        let indices = [ 0 .. Array2D.length1 matrix - 1 ]

        let rec subsets items =
            match items with
            | [] -> [ [] ]
            | head :: tail -> subsets tail |> List.collect (fun rest -> [ rest; head :: rest ])

        subsets indices
        |> List.forall (fun chosen -> determinant [ for i in chosen -> [ for j in chosen -> matrix[i, j] ] ] |> Range.isNotNegative facts)

    // ---- The rules ----

    let rec private judge frame (term: Scalar) : Judged =
        if not (frame.Moves term) then
            Ok(Still, [])
        elif frame.IsAffine term then
            Ok(Affine, [])
        else
            match structural frame term with
            | Ok found -> Ok found
            | Error obstacle ->
                match bySecondDerivatives frame term with
                | Some(bend, because) -> Ok(bend, [ finding term bend because ])
                | None -> Error obstacle

    and private found term because (bend, inner) =
        match bend with
        | Still
        | Affine -> bend, inner
        | Convex
        | Concave -> bend, inner @ [ finding term bend because ]

    and private structural frame term : Judged =
        match term.Shape with
        | Mean(Mu, _) -> stop term "the mean over mu of a function that depends on mu itself"
        | Mean(law, body) ->
            let name = Binding.freshFor law body
            let lawName = if law = Data then "pi" else "gamma"

            judge frame (Binding.openBody name body) |> Result.map (found term $"a mean over {lawName} keeps convexity")
        | Sum terms -> sum frame term terms
        | Product items -> product frame term items
        | Apply("log", inner) when frame.IsDeterminant inner ->
            Ok(Concave, [ finding term Concave "log det is concave on positive semidefinite matrices, and this matrix moves affinely" ])
        | Apply(name, inner) -> application frame term name inner
        | Power(radix, exponent) when not (frame.Moves radix) && Range.isPositive frame.Facts radix ->
            application frame term "exp" (Expr.multiply exponent (Functions.apply "log" radix))
        | Power _ -> stop term "a power whose exponent is no number"
        | Conditional(test, left, right, yes, no) -> branches frame term test left right yes no
        | Extremum(largest, left, right) -> extremum frame term largest left right
        | Dot(left, right) when left = right && frame.IsAffineVector left ->
            Ok(Convex, [ finding term Convex "the squared length of a vector that moves affinely" ])
        | Total(Mapped(body, vector)) when frame.IsAffineVector(Mapped(Vector.hole, vector)) -> elementwise term body
        | Dot _
        | Total _
        | Component _ -> stop term "a product of moments that is no square"
        | Rational _
        | Irrational _
        | Symbol _
        | Coordinate _
        | Opaque _
        | Output _
        | Density _
        | Divergence _ -> stop term "it moves with mu in a way no rule knows"

    and private sum frame term terms : Judged =
        let each (coefficient, part) =
            judge frame part
            |> Result.map (fun (bend, findings) -> (if coefficient < Fraction.Zero then flip bend else bend), findings)

        match traverse each terms with
        | Error obstacle -> Error obstacle
        | Ok parts ->
            let bend = parts |> List.fold (fun total (bend, _) -> total |> Option.bind (together bend)) (Some Still)

            match bend with
            | Some bend -> Ok(bend, List.collect snd parts)
            | None -> stop term "its terms bend both ways"

    and private product frame term items : Judged =
        let moving, still = items |> List.partition (fst >> frame.Moves)

        match moving with
        | [ radix, exponent ] ->
            judge frame radix
            |> Result.bind (fun (bend, findings) ->
                let powered = if exponent = Fraction.One then Some bend else powerBend frame radix exponent bend

                match powered |> Option.bind (scaled frame.Facts (Expr.product still)) with
                | Some result -> Ok(found term (powerReason exponent) (result, findings))
                | None when powered.IsSome -> stop term "the sign of its factor is not known"
                | None -> stop term "a power of a term whose sign or curvature does not fit")
        | _ -> stop term "a product of terms that both move"

    and private extremum frame term largest left right : Judged =
        let wanted, name = if largest then Convex, "maximum" else Concave, "minimum"

        match judge frame left, judge frame right with
        | Error obstacle, _
        | _, Error obstacle -> Error obstacle
        | Ok(first, some), Ok(second, more) ->
            match together first second |> Option.bind (together wanted) with
            | Some bend when bend = wanted -> Ok(bend, some @ more @ [ finding term bend $"the {name} of terms that bend so" ])
            | Some _
            | None -> stop term $"the {name} of terms that bend the other way"

    /// The sum of a function's values at the components of a vector that moves affinely.
    and private elementwise term body : Judged =
        let once = body |> Binding.replace (fun node -> if node = Vector.hole then Some variable else None)

        let frame =
            { Facts = Range.unknown
              IsAffine = isPlaceholder
              IsAffineVector = (fun _ -> false)
              Moves = Binding.exists isPlaceholder
              IsDeterminant = fun _ -> false }

        judge frame once
        |> Result.map (fun (bend, _) -> found term "a sum over components, each a function of what moves affinely" (bend, []))

    and private powerReason exponent =
        if exponent = Fraction.One then
            "a factor of known sign keeps or turns curvature"
        else
            "the second derivative of this power has one sign where its base is"

    and private powerBend frame radix exponent inner =
        let domain = if exponent.Denominator.IsOne then Interval.whole else Interval.notNegative
        let range = Range.ofScalar frame.Facts radix
        let hasPole = exponent < Fraction.Zero && exponent.Denominator.IsOne
        let isSigned = Interval.isPositive range || Interval.isNegative range

        if (hasPole && not isSigned) || not (keepsDomain domain range inner) then
            None
        else
            composed (profile false (Expr.powerOf variable exponent) (Interval.meet domain range)) inner

    and private application frame term name inner : Judged =
        let row = Functions.row name
        let range = Range.ofScalar frame.Facts inner

        judge frame inner
        |> Result.bind (fun (bend, findings) ->
            match row.Regularity with
            | Step
            | Pole -> stop term $"{name} jumps"
            | Smooth
            | Corner when not (keepsDomain row.Domain range bend) -> stop term $"the argument of {name} may leave its domain"
            | Smooth
            | Corner ->
                let outer = profile (row.Regularity = Corner) (Expr.apply name variable) (Interval.meet range row.Domain)

                match composed outer bend with
                | Some result -> Ok(found term $"{name} is {shape outer} where its argument is, and composes" (result, findings))
                | None -> stop term $"{name} is neither convex nor concave in a way that composes with its argument")

    and private shape (bend, slope) =
        let direction =
            if Interval.isNotNegative slope then " and nondecreasing"
            elif Interval.isNotPositive slope then " and nonincreasing"
            else ""

        match bend with
        | Some Convex -> "convex" + direction
        | Some Concave -> "concave" + direction
        | Some(Affine | Still) -> "affine"
        | None -> "of unknown curvature"

    // ---- Second derivatives ----

    /// The affine leaves of a term, each replaced by a placeholder; None where something else moves, too. What stands under a mean
    /// or in a vector is no leaf of the term: it may read the variable of the mean.
    and private inLeaves frame term =
        let leaves = ResizeArray<Scalar>()
        let mutable isClosed = true

        let place node =
            match node.Shape with
            | _ when not (frame.Moves node) -> Some node
            | _ when frame.IsAffine node ->
                if not (leaves.Contains node) then leaves.Add node
                Some(placeholder (1 + leaves.IndexOf node))
            | Mean _
            | Dot _
            | Total _
            | Component _ ->
                isClosed <- false
                Some node
            | _ -> None

        let replaced = Binding.replace place term

        if not isClosed || frame.Moves replaced || leaves.Count > mostLeaves then
            None
        else
            let variables = [ for index in 1 .. leaves.Count -> placeholder index ]
            let ranges = [ for leaf in leaves -> Range.ofScalar frame.Facts leaf ]
            let know facts (variable, range) = Range.knowing variable range facts
            Some(replaced, variables, List.ofSeq leaves, List.fold know frame.Facts (List.zip variables ranges))

    and private bySecondDerivatives frame term =
        match inLeaves frame term with
        | None -> None
        | Some(replaced, variables, leaves, facts) ->
            let inner = { frame with Facts = facts; IsAffine = isPlaceholder; Moves = Binding.exists isPlaceholder }

            if not (isSmooth inner replaced) then
                None
            else
                // Within the domain, that is: only now that it is known to be convex.
                let facts = withDomains facts replaced
                let slopes = variables |> List.map (fun variable -> derivative variable replaced)
                let hessian = Array2D.init slopes.Length slopes.Length (fun i j -> derivative variables[j] slopes[i])
                let negated = Array2D.map Expr.negate hessian

                let because =
                    match leaves with
                    | [ leaf ] -> $"its second derivative in {Infix.print (Display.ofScalar leaf)} has one sign"
                    | _ -> "all principal minors of its second derivatives have the right sign"

                if isSemidefinite facts hessian then Some(Convex, because)
                elif isSemidefinite facts negated then Some(Concave, because)
                else None

    /// Where the term has a value, the argument of log is positive, and so on.
    and private withDomains facts term =
        let domains node =
            match node.Shape with
            | Apply(name, inner) -> [ inner, (Functions.row name).Domain ]
            | Product items ->
                [ for radix, exponent in items do
                      if not exponent.Denominator.IsOne then
                          radix, (if exponent > Fraction.Zero then Interval.notNegative else Interval.positive) ]
            | _ -> []

        Binding.nodes term
        |> List.collect domains
        |> List.filter (fun (_, domain) -> domain <> Interval.whole)
        |> List.fold (fun facts (inner, domain) -> Range.knowing inner domain facts) facts

    /// Twice differentiable on a convex set, so that the sign of second derivatives decides.
    and isSmooth frame term =
        let convexDomain domain inner =
            let range = Range.ofScalar frame.Facts inner

            match judge frame inner with
            | Ok(bend, _) -> keepsDomain domain range bend
            | Error _ -> Interval.isWithin domain range

        let smoothPower (radix, exponent: Fraction) =
            let range () = Range.ofScalar frame.Facts radix
            let natural = exponent.Denominator.IsOne && exponent > Fraction.Zero

            not (frame.Moves radix)
            || natural
            || Interval.isPositive (range ())
            || (exponent.Denominator.IsOne && Interval.isNegative (range ()))
            || (not exponent.Denominator.IsOne && convexDomain Interval.positive radix)

        let smoothNode node =
            match node.Shape with
            | Apply(name, inner) when frame.Moves inner ->
                let row = Functions.row name
                let range = Range.ofScalar frame.Facts inner

                match row.Regularity with
                | Smooth -> convexDomain row.Domain inner
                | Corner
                | Step -> Interval.isPositive range || Interval.isNegative range
                | Pole -> false
            | Conditional _
            | Extremum _ -> not (frame.Moves node)
            | Dot(left, right) -> List.forall (isSmoothVector frame) [ left; right ]
            | Total atom
            | Component(atom, _) -> isSmoothVector frame atom
            | Power(radix, _) -> Range.isPositive frame.Facts radix || not (frame.Moves node)
            | Product items -> List.forall smoothPower items
            | _ -> true

        not (Binding.exists (smoothNode >> not) term)

    /// Linear and bilinear in what moves.
    and private isSmoothVector frame atom =
        match atom with
        | Mapped(body, source) -> body = Vector.hole || not (frame.Moves(Vector.total (Vector.ofAtom (Mapped(Vector.hole, source)))))
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner
        | MeanVector(_, _, inner) -> isSmoothVector frame inner
        | Hadamard atoms -> List.forall (isSmoothVector frame) atoms
        | Outer(left, right) -> List.forall (isSmoothVector frame) [ left; right ]
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> true

    // ---- Branches ----

    /// Where a condition changes and in which direction of the leaf the `yes` side lies, for u = right - left: u affine, or d + c|v|, d + c v^2 with v affine.
    and private boundaries facts leaf u =
        let affine v =
            let slope = derivative leaf v
            let rest = Expr.subtract v (Expr.multiply slope leaf)

            if Binding.exists ((=) leaf) slope || Binding.exists ((=) leaf) rest then
                None
            else
                Some(slope, rest)

        /// Roots of v = +-size, where u has the factor c before |v| or v^2.
        let twoSided coefficient v size =
            affine v
            |> Option.map (fun (slope, rest) ->
                [ for sign in [ Fraction.One; Fraction.MinusOne ] ->
                      Expr.divide (Expr.subtract (Expr.scale sign size) rest) slope, Expr.scale (sign * coefficient) slope ])

        match affine u with
        | Some(slope, rest) -> Some [ Expr.divide (Expr.negate rest) slope, slope ]
        | None ->
            let moving, still = Expr.asSum u |> List.partition (snd >> Binding.exists ((=) leaf))

            match moving with
            | [ coefficient, { Shape = Apply("abs", v) } ] ->
                let size = Expr.scale (Fraction.MinusOne / coefficient) (Expr.combination still)
                if Range.isPositive facts size then twoSided coefficient v size else None
            | [ coefficient, { Shape = Product [ v, exponent ] } ] when exponent = Fraction 2 ->
                let size = Expr.scale (Fraction.MinusOne / coefficient) (Expr.combination still)
                if Range.isPositive facts size then twoSided coefficient v (Expr.sqrt size) else None
            | _ -> None

    /// Both branches bend one way on the whole line; where they meet, values agree and the slope jumps that way.
    and private branches frame term test left right yes no : Judged =
        let meets facts leaf yes no sign (root, direction) =
            let at expression = expression |> Binding.replace (fun node -> if node = leaf then Some root else None) |> Range.resolve facts

            let jump = Expr.multiply (Expr.subtract (derivative leaf yes) (derivative leaf no)) (Expr.scale sign direction)
            Range.isZero facts (at (Expr.subtract yes no)) && Range.isNotNegative facts (at jump)

        let joined bend sign =
            match test, inLeaves frame term with
            | (Below | AtMost), Some({ Shape = Conditional(_, left, right, yes, no) }, [ leaf ], _, facts) ->
                match boundaries facts leaf (Range.resolve facts (Expr.subtract right left)) with
                | Some roots when roots |> List.forall (meets facts leaf yes no sign) ->
                    let because = "its branches bend the same way; where they meet, values agree and the slope jumps that way"
                    Some(bend, [ finding term bend because ])
                | Some _
                | None -> None
            | _ -> None

        match judge frame yes, judge frame no with
        | Error obstacle, _
        | _, Error obstacle -> Error obstacle
        | Ok(first, _), Ok(second, _) ->
            let result =
                match together first second with
                | Some(Convex | Still) -> joined Convex Fraction.One
                | Some Concave -> joined Concave Fraction.MinusOne
                | Some Affine -> joined Convex Fraction.One |> Option.orElse (joined Concave Fraction.MinusOne)
                | None -> None

            match result with
            | Some found -> Ok found
            | None -> stop term "branches that do not join into a convex function"

    /// How the term bends in the frame's leaves, with the findings that show it, innermost first; or what stopped the rules.
    let ofTerm frame term : Result<Bend * Finding list, Obstacle> = judge frame term
