namespace MeanField.Core

open Fractions

/// Curvature of smooth functions of few affine leaves, by the signs of their second derivatives. `judge` is the whole calculus of
/// curvature, asked about the arguments of functions whose domain must stay convex.
[<RequireQualifiedAccess>]
module internal SecondDerivatives =
    /// The affine leaves of a term, each replaced by a Bend.placeholder; None where something else moves, too. What stands under a mean
    /// or in a vector is no leaf of the term: it may read the variable of the mean.
    let inLeaves frame term =
        let leaves = ResizeArray<Scalar>()
        let mutable isClosed = true

        let place node =
            match node.Shape with
            | _ when not (frame.Moves node) -> Some node
            | _ when frame.IsAffine node ->
                if not (leaves.Contains node) then leaves.Add node
                Some(Bend.placeholder (1 + leaves.IndexOf node))
            | Mean _
            | Dot _
            | Total _
            | Component _ ->
                isClosed <- false
                Some node
            | _ -> None

        let replaced = Binding.replace place term

        if not isClosed || frame.Moves replaced || leaves.Count > Minors.mostRows then
            None
        else
            let variables = [ for index in 1 .. leaves.Count -> Bend.placeholder index ]
            let ranges = [ for leaf in leaves -> Range.ofScalar frame.Facts leaf ]
            let know facts (variable, range) = Range.knowing variable range facts
            Some(replaced, variables, List.ofSeq leaves, List.fold know frame.Facts (List.zip variables ranges))

    /// Where the term has a value, the argument of log is positive, and so on.
    let private withDomains facts term =
        let domains node =
            match node.Shape with
            | Apply(name, inner) -> [ inner, (Functions.row name).Domain ]
            | Product items ->
                [ for radix, exponent in items do
                      if not exponent.Denominator.IsOne then
                          radix, (if exponent > Fraction.Zero then Interval.notNegative else Interval.positive) ]
            | _ -> []

        Occurrence.nodes term
        |> List.collect domains
        |> List.filter (fun (_, domain) -> domain <> Interval.whole)
        |> List.fold (fun facts (inner, domain) -> Range.knowing inner domain facts) facts

    /// Linear and bilinear in what moves.
    let rec private isSmoothVector frame atom =
        match atom with
        | Mapped(body, source) ->
            body = Elementwise.hole || not (frame.Moves(Vector.total (Vector.ofAtom (Mapped(Elementwise.hole, source)))))
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

    /// Twice differentiable on a convex set, so that the sign of second derivatives decides.
    let isSmooth (judge: Frame -> Scalar -> Result<Bend * Finding list, Obstacle>) frame term =
        let convexDomain domain inner =
            let range = Range.ofScalar frame.Facts inner

            match judge frame inner with
            | Ok(bend, _) -> Bend.keepsDomain domain range bend
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

        not (Occurrence.exists (smoothNode >> not) term)

    /// Convex or concave where the Hessian has one sign, and why.
    let ofTerm judge frame term =
        match inLeaves frame term with
        | None -> None
        | Some(replaced, variables, leaves, facts) ->
            let inner =
                { frame with
                    Facts = facts
                    IsAffine = Bend.isPlaceholder
                    Moves = Occurrence.exists Bend.isPlaceholder }

            if not (isSmooth judge inner replaced) then
                None
            else
                // Within the domain, that is: only now that it is known to be convex.
                let facts = withDomains facts replaced
                let slopes = variables |> List.map (fun variable -> Calculus.by variable replaced)
                let hessian = Array2D.init slopes.Length slopes.Length (fun i j -> Calculus.by variables[j] slopes[i])
                let negated = Array2D.map Expr.negate hessian

                let because =
                    match leaves with
                    | [ leaf ] -> $"its second derivative in {Infix.print (Display.ofScalar leaf)} has one sign"
                    | _ -> "all principal minors of its second derivatives have the right sign"

                if Minors.isSemidefinite facts hessian then Some(Convex, because)
                elif Minors.isSemidefinite facts negated then Some(Concave, because)
                else None
