namespace MeanField.Core

open Fractions

/// Where branches of a conditional meet, and whether they join into a function that bends one way.
[<RequireQualifiedAccess>]
module internal Breakpoints =
    /// Where a condition changes and in which direction of the leaf the `yes` side lies, for u = right - left: u affine, or d + c|v|, d + c v^2 with v affine.
    let private boundaries facts leaf u =
        let affine v =
            let slope = Calculus.by leaf v
            let rest = Expr.subtract v (Expr.multiply slope leaf)

            if Occurrence.exists ((=) leaf) slope || Occurrence.exists ((=) leaf) rest then
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
            let moving, still = Expr.asSum u |> List.partition (snd >> Occurrence.exists ((=) leaf))

            match moving with
            | [ coefficient, { Shape = Apply("abs", v) } ] ->
                let size = Expr.scale (Fraction.MinusOne / coefficient) (Expr.combination still)
                if Range.isPositive facts size then twoSided coefficient v size else None
            | [ coefficient, { Shape = Product [ v, exponent ] } ] when exponent = Fraction 2 ->
                let size = Expr.scale (Fraction.MinusOne / coefficient) (Expr.combination still)
                if Range.isPositive facts size then twoSided coefficient v (Expr.sqrt size) else None
            | _ -> None

    let private meets facts leaf yes no sign (root, direction) =
        let at expression = expression |> Binding.replace (fun node -> if node = leaf then Some root else None) |> Range.resolve facts
        let jump = Expr.multiply (Expr.subtract (Calculus.by leaf yes) (Calculus.by leaf no)) (Expr.scale sign direction)
        Range.isZero facts (at (Expr.subtract yes no)) && Range.isNotNegative facts (at jump)

    /// Whether the branches of a conditional, which bend as `bend` on the whole line, do so together: where they meet, values agree
    /// and the slope jumps that way.
    let join frame conditional bend =
        let sign = if bend = Concave then Fraction.MinusOne else Fraction.One

        match SecondDerivatives.inLeaves frame conditional with
        | Some({ Shape = Conditional((Below | AtMost), left, right, yes, no) }, [ leaf ], _, facts) ->
            match boundaries facts leaf (Range.resolve facts (Expr.subtract right left)) with
            | Some roots -> roots |> List.forall (meets facts leaf yes no sign)
            | None -> false
        | Some _
        | None -> false
