namespace MeanField.Core

open Fractions

/// Curvature by composition (disciplined convex programming): sums, expectations and monotone functions of convex terms; and, where a
/// term is a smooth function of few affine leaves, by the sign of its second derivatives.
[<RequireQualifiedAccess>]
module internal Curvature =
    type private Judged = Result<Bend * Finding list, Obstacle>

    let private stop term reason : Judged = Error { Stopped = term; Reason = reason }

    let rec private judge frame (term: Scalar) : Judged =
        if not (frame.Moves term) then
            Ok(Still, [])
        elif frame.IsAffine term then
            Ok(Affine, [])
        else
            match structural frame term with
            | Ok found -> Ok found
            | Error obstacle ->
                match SecondDerivatives.ofTerm judge frame term with
                | Some(bend, because) -> Ok(bend, [ Bend.finding term bend because ])
                | None -> Error obstacle

    and private found term because (bend, inner) =
        match bend with
        | Still
        | Affine -> bend, inner
        | Convex
        | Concave -> bend, inner @ [ Bend.finding term bend because ]

    and private structural frame term : Judged =
        match term.Shape with
        | Mean(Mu, _) -> stop term "the mean over mu of a function that depends on mu itself"
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            let lawName = if law = Data then "pi" else "gamma"

            judge frame (Binding.openBody name body) |> Result.map (found term $"a mean over {lawName} keeps convexity")
        | Sum terms -> sum frame term terms
        | Product items -> product frame term items
        | Apply("log", inner) when frame.IsDeterminant inner ->
            Ok(
                Concave,
                [ Bend.finding term Concave "log det is concave on positive semidefinite matrices, and this matrix moves affinely" ]
            )
        | Apply(name, inner) -> application frame term name inner
        | Power(radix, exponent) when not (frame.Moves radix) && Range.isPositive frame.Facts radix ->
            application frame term "exp" (Expr.multiply exponent (Functions.apply "log" radix))
        | Power _ -> stop term "a power whose exponent is no number"
        | Conditional(_, _, _, yes, no) -> branches frame term yes no
        | Extremum(largest, left, right) -> extremum frame term largest left right
        | Dot(left, right) when left = right && frame.IsAffineVector left ->
            Ok(Convex, [ Bend.finding term Convex "the squared length of a vector that moves affinely" ])
        | Total(Mapped(body, vector)) when frame.IsAffineVector(Mapped(Elementwise.hole, vector)) -> elementwise term body
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
            |> Result.map (fun (bend, findings) -> (if coefficient < Fraction.Zero then Bend.flip bend else bend), findings)

        match traverse each terms with
        | Error obstacle -> Error obstacle
        | Ok parts ->
            let bend = parts |> List.fold (fun total (bend, _) -> total |> Option.bind (Bend.together bend)) (Some Still)

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

                match powered |> Option.bind (Bend.scaled frame.Facts (Expr.product still)) with
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
            match Bend.together first second |> Option.bind (Bend.together wanted) with
            | Some bend when bend = wanted -> Ok(bend, some @ more @ [ Bend.finding term bend $"the {name} of terms that bend so" ])
            | Some _
            | None -> stop term $"the {name} of terms that bend the other way"

    /// The sum of a function's values at the components of a vector that moves affinely.
    and private elementwise term body : Judged =
        let once = body |> Binding.replace (fun node -> if node = Elementwise.hole then Some Bend.variable else None)

        let frame =
            { Facts = Range.unknown
              IsAffine = Bend.isPlaceholder
              IsAffineVector = (fun _ -> false)
              Moves = Occurrence.exists Bend.isPlaceholder
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

        if (hasPole && not isSigned) || not (Bend.keepsDomain domain range inner) then
            None
        else
            Bend.composed (Bend.profile false (Expr.powerOf Bend.variable exponent) (Interval.meet domain range)) inner

    and private application frame term name inner : Judged =
        let row = Functions.row name
        let range = Range.ofScalar frame.Facts inner

        judge frame inner
        |> Result.bind (fun (bend, findings) ->
            match row.Regularity with
            | Step
            | Pole -> stop term $"{name} jumps"
            | Smooth
            | Corner when not (Bend.keepsDomain row.Domain range bend) -> stop term $"the argument of {name} may leave its domain"
            | Smooth
            | Corner ->
                let outer = Bend.profile (row.Regularity = Corner) (Expr.apply name Bend.variable) (Interval.meet range row.Domain)

                match Bend.composed outer bend with
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

    and private branches frame term yes no : Judged =
        match judge frame yes, judge frame no with
        | Error obstacle, _
        | _, Error obstacle -> Error obstacle
        | Ok(first, _), Ok(second, _) ->
            let candidates =
                match Bend.together first second with
                | Some(Convex | Still) -> [ Convex ]
                | Some Concave -> [ Concave ]
                | Some Affine -> [ Convex; Concave ]
                | None -> []

            match candidates |> List.tryFind (Breakpoints.join frame term) with
            | Some bend ->
                let because = "its branches bend the same way; where they meet, values agree and the slope jumps that way"
                Ok(bend, [ Bend.finding term bend because ])
            | None -> stop term "branches that do not join into a convex function"

    /// Whether the term is twice differentiable on a convex set of the frame's leaves.
    let isSmooth frame term = SecondDerivatives.isSmooth judge frame term

    /// How the term bends in the frame's leaves, with the findings that show it, innermost first; or what stopped the rules.
    let ofTerm frame term : Result<Bend * Finding list, Obstacle> = judge frame term
