namespace MeanField.Core

open Fractions

/// The slopes of a number along two directions and its mixed second derivative.
type internal Slopes<'n> = { Left: 'n; Right: 'n; Mixed: 'n }

/// A number with derivatives (hyper-dual): value + left e1 + right e2 + mixed e1 e2, with e1^2 = e2^2 = 0. None where nothing moves.
type internal Jet<'n> = { Value: 'n; Slopes: Slopes<'n> option }

/// Numbers with derivatives over any arithmetic: the chain rule by hand for the primitives of `Definitions`, which gives every other
/// function. The derivatives of the function table have no part in it.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Jet =
    let constant value : Jet<'n> = { Value = value; Slopes = None }

    /// A variable that moves with the given speeds along the two directions.
    let moving (arithmetic: IArithmetic<'n>) value (left: int) (right: int) : Jet<'n> =
        let number (speed: int) = arithmetic.Rational(Fraction speed)

        if left = 0 && right = 0 then
            constant value
        else
            { Value = value; Slopes = Some { Left = number left; Right = number right; Mixed = number 0 } }

    let slopes (arithmetic: IArithmetic<'n>) (jet: Jet<'n>) =
        let nought = arithmetic.Rational Fraction.Zero
        jet.Slopes |> Option.defaultValue { Left = nought; Right = nought; Mixed = nought }

    let private map2 combine (left: Slopes<'n>) (right: Slopes<'n>) =
        { Left = combine left.Left right.Left
          Right = combine left.Right right.Right
          Mixed = combine left.Mixed right.Mixed }

    let private added (arithmetic: IArithmetic<'n>) left right =
        match left, right with
        | None, other
        | other, None -> other
        | Some one, Some other -> Some(map2 (fun a b -> arithmetic.Add(a, b)) one other)

    let private scaled (arithmetic: IArithmetic<'n>) factor slopes =
        let times value = arithmetic.Multiply(factor, value)

        slopes
        |> Option.map (fun slopes -> { Left = times slopes.Left; Right = times slopes.Right; Mixed = times slopes.Mixed })

    /// What the mixed derivative of a product of two slopes adds.
    let private bent (arithmetic: IArithmetic<'n>) mixed =
        let nought = arithmetic.Rational Fraction.Zero
        Some { Left = nought; Right = nought; Mixed = mixed }

    let private multiply (arithmetic: IArithmetic<'n>) (left: Jet<'n>) (right: Jet<'n>) =
        let times a b = arithmetic.Multiply(a, b)
        let first = added arithmetic (scaled arithmetic left.Value right.Slopes) (scaled arithmetic right.Value left.Slopes)

        let slopes =
            match left.Slopes, right.Slopes with
            | Some l, Some r -> added arithmetic first (bent arithmetic (arithmetic.Add(times l.Left r.Right, times l.Right r.Left)))
            | _ -> first

        { Value = times left.Value right.Value; Slopes = slopes }

    /// f(u) from f, f' and f'' at u; the derivatives are asked for only where u moves.
    let private chained (arithmetic: IArithmetic<'n>) value (derivatives: unit -> 'n * 'n) (u: Jet<'n>) =
        let slopes =
            u.Slopes
            |> Option.bind (fun slopes ->
                let first, second = derivatives ()
                let curvature = arithmetic.Multiply(second, arithmetic.Multiply(slopes.Left, slopes.Right))
                added arithmetic (scaled arithmetic first u.Slopes) (bent arithmetic curvature))

        { Value = value; Slopes = slopes }

    let private power (arithmetic: IArithmetic<'n>) (u: Jet<'n>) (exponent: Fraction) =
        let slope (order: Fraction) (coefficient: Fraction) =
            if coefficient.IsZero then arithmetic.Rational Fraction.Zero
            elif order.IsZero then arithmetic.Rational coefficient
            else arithmetic.Multiply(arithmetic.Rational coefficient, arithmetic.Power(u.Value, order))

        let lower, lowest = exponent - Fraction.One, exponent - Fraction 2
        chained arithmetic (arithmetic.Power(u.Value, exponent)) (fun () -> slope lower exponent, slope lowest (exponent * lower)) u

    /// f' and f'' of a primitive.
    let private derivatives (arithmetic: IArithmetic<'n>) name u value =
        let number (n: int) = arithmetic.Rational(Fraction n)
        let times (n: int) value = arithmetic.Multiply(number n, value)
        let raised radix (exponent: int) = arithmetic.Power(radix, Fraction exponent)

        match name with
        | "exp" -> value, value
        | "log" -> raised u -1, times -1 (raised u -2)
        | "sin" -> arithmetic.Apply("cos", u), times -1 value
        | "cos" -> times -1 (arithmetic.Apply("sin", u)), times -1 value
        | "atan" ->
            let ball = arithmetic.Add(number 1, raised u 2)
            raised ball -1, times -2 (arithmetic.Multiply(u, raised ball -2))
        | "erf" ->
            let bell = arithmetic.Apply("exp", times -1 (raised u 2))
            let slope = times 2 (arithmetic.Multiply(bell, arithmetic.Power(arithmetic.Irrational "pi", Fraction(-1, 2))))
            slope, times -2 (arithmetic.Multiply(u, slope))
        | "abs" -> arithmetic.Apply("sign", u), number 0
        | "sign" -> number 0, number 0
        | other -> Fault.raise (Fault.InternalBug($"jets have no rule for '{other}'", ""))

    /// The branch is chosen by the values; each is asked for at most once.
    let private choose (arithmetic: IArithmetic<'n>) test (left: Jet<'n>) (right: Jet<'n>) yes no =
        let yes, no = lazy yes (), lazy no ()

        let part read = arithmetic.Choose(test, left.Value, right.Value, (fun () -> read (yes.Force())), (fun () -> read (no.Force())))

        let slope read = part (slopes arithmetic >> read)

        { Value = part _.Value
          Slopes = Some { Left = slope _.Left; Right = slope _.Right; Mixed = slope _.Mixed } }

    /// exp(exponent log(radix)) where the exponent moves.
    let private powerOf (arithmetic: IArithmetic<'n>) (radix: Jet<'n>) (exponent: Jet<'n>) apply =
        let value = arithmetic.PowerOf(radix.Value, exponent.Value)

        match radix.Slopes, exponent.Slopes with
        | None, None -> constant value
        | _ -> { apply "exp" (multiply arithmetic exponent (apply "log" radix)) with Value = value }

    let private primitives (arithmetic: IArithmetic<'n>) =
        let apply name (u: Jet<'n>) =
            let value = arithmetic.Apply(name, u.Value)
            chained arithmetic value (fun () -> derivatives arithmetic name u.Value value) u

        { new IArithmetic<Jet<'n>> with
            member _.Rational value = constant (arithmetic.Rational value)
            member _.Irrational name = constant (arithmetic.Irrational name)

            member _.Add(left, right) =
                { Value = arithmetic.Add(left.Value, right.Value)
                  Slopes = added arithmetic left.Slopes right.Slopes }

            member _.Multiply(left, right) = multiply arithmetic left right
            member _.Power(radix, exponent) = power arithmetic radix exponent
            member _.PowerOf(radix, exponent) = powerOf arithmetic radix exponent apply
            member _.Apply(name, argument) = apply name argument

            member _.Extremum(largest, left, right) =
                let greater, smaller = (fun () -> right), (fun () -> left)

                if largest then
                    choose arithmetic Below left right greater smaller
                else
                    choose arithmetic Below left right smaller greater

            member _.Choose(test, left, right, yes, no) = choose arithmetic test left right yes no }

    /// Numbers with derivatives, with every function by its definition.
    let over (arithmetic: IArithmetic<'n>) = Definitions.over (primitives arithmetic)
