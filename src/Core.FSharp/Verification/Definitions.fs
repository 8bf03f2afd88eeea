namespace MeanField.Core

open System
open Fractions

/// The functions of the language by their definitions in a few primitives: exp, log, sin, cos, atan, erf, abs, sign and powers.
/// Nothing here reads the function table, so that the table has a judge.
[<RequireQualifiedAccess>]
module internal Definitions =
    /// A second statement of every function, over any arithmetic that has the primitives.
    type private Words<'n>(arithmetic: IArithmetic<'n>) =
        member _.Number(value: int) = arithmetic.Rational(Fraction value)
        member _.Half = arithmetic.Rational(Fraction(1, 2))
        member _.Add(left, right) = arithmetic.Add(left, right)
        member _.Times(left, right) = arithmetic.Multiply(left, right)
        member words.Negated value = words.Times(words.Number -1, value)
        member words.Minus(left, right) = words.Add(left, words.Negated right)
        member _.Reciprocal value = arithmetic.Power(value, Fraction.MinusOne)
        member words.Over(left, right) = words.Times(left, words.Reciprocal right)
        member _.Square value = arithmetic.Power(value, Fraction 2)
        member _.Root value = arithmetic.Power(value, Fraction(1, 2))
        member _.Pi = arithmetic.Irrational "pi"
        member _.Of(name, value) = arithmetic.Apply(name, value)
        member words.Exp value = words.Of("exp", value)
        member words.ExpOfTwice value = words.Exp(words.Times(words.Number 2, value))

    let private sigmoid (words: Words<'n>) u = words.Reciprocal(words.Add(words.Number 1, words.Exp(words.Negated u)))
    let private erf (words: Words<'n>) u = words.Of("erf", u)
    let private sum (words: Words<'n>) u = words.Add(words.Exp u, words.Exp(words.Negated u))
    let private difference (words: Words<'n>) u = words.Minus(words.Exp u, words.Exp(words.Negated u))

    let private exponentials (words: Words<'n>) name u =
        match name with
        | "sigmoid" -> Some(sigmoid words u)
        | "softplus" -> Some(words.Of("log", words.Add(words.Number 1, words.Exp u)))
        | "silu" -> Some(words.Times(u, sigmoid words u))
        | "tanh" ->
            let gap = words.Over(words.Number 2, words.Add(words.ExpOfTwice u, words.Number 1))
            Some(words.Minus(words.Number 1, gap))
        | "coth" ->
            let gap = words.Over(words.Number 2, words.Minus(words.ExpOfTwice u, words.Number 1))
            Some(words.Add(words.Number 1, gap))
        | "sinh" -> Some(words.Times(words.Half, difference words u))
        | "cosh" -> Some(words.Times(words.Half, sum words u))
        | "sech" -> Some(words.Over(words.Number 2, sum words u))
        | "csch" -> Some(words.Over(words.Number 2, difference words u))
        | _ -> None

    let private arcsine (words: Words<'n>) u = words.Of("atan", words.Over(u, words.Root(words.Minus(words.Number 1, words.Square u))))

    let private others (words: Words<'n>) name u =
        match name with
        | "tan" -> Some(words.Over(words.Of("sin", u), words.Of("cos", u)))
        | "asin" -> Some(arcsine words u)
        | "acos" -> Some(words.Minus(words.Times(words.Half, words.Pi), arcsine words u))
        | "erfc" -> Some(words.Minus(words.Number 1, erf words u))
        | "gelu" ->
            let distribution = words.Add(words.Number 1, erf words (words.Over(u, words.Root(words.Number 2))))
            Some(words.Times(words.Times(words.Half, u), distribution))
        | "relu" -> Some(words.Times(words.Half, words.Add(u, words.Of("abs", u))))
        | "heaviside" -> Some(words.Times(words.Half, words.Add(words.Number 1, words.Of("sign", u))))
        | _ -> None

    /// What an arithmetic must know itself.
    let primitives = [ "exp"; "log"; "sin"; "cos"; "atan"; "erf"; "abs"; "sign" ]

    /// Whether the function is a primitive or defined by them.
    let covers name =
        let words = Words Doubles.ofTable
        List.contains name primitives || (exponentials words name 0.5 |> Option.orElse (others words name 0.5)).IsSome

    /// The arithmetic with every function but the primitives by its definition; a function without one is left to the arithmetic.
    let over (arithmetic: IArithmetic<'n>) =
        let words = Words arithmetic

        { new IArithmetic<'n> with
            member _.Rational value = arithmetic.Rational value
            member _.Irrational name = arithmetic.Irrational name
            member _.Add(left, right) = arithmetic.Add(left, right)
            member _.Multiply(left, right) = arithmetic.Multiply(left, right)
            member _.Power(radix, exponent) = arithmetic.Power(radix, exponent)
            member _.PowerOf(radix, exponent) = arithmetic.PowerOf(radix, exponent)
            member _.Extremum(largest, left, right) = arithmetic.Extremum(largest, left, right)
            member _.Choose(test, left, right, yes, no) = arithmetic.Choose(test, left, right, yes, no)

            member _.Apply(name, argument) =
                exponentials words name argument
                |> Option.orElseWith (fun () -> others words name argument)
                |> Option.defaultWith (fun () -> arithmetic.Apply(name, argument)) }

    /// exp(-u^2) 2u/sqrt(pi) SUM (2u^2)^n / (1 3 ... (2n + 1)): all terms have one sign, so that nothing cancels.
    let private errorFunction (u: float) =
        let rec add (term: float) total n =
            if abs term <= 1e-18 * abs total then
                total
            else
                add (term * 2.0 * u * u / (2.0 * n + 3.0)) (total + term) (n + 1.0)

        if u = 0.0 || Double.IsNaN u then u
        elif abs u > 6.0 then float (sign u)
        else Math.Exp(-u * u) * add (2.0 * u / Math.Sqrt Math.PI) 0.0 0.0

    let private primitive name (u: float) =
        match name with
        | "exp" -> Math.Exp u
        | "log" -> Math.Log u
        | "sin" -> Math.Sin u
        | "cos" -> Math.Cos u
        | "atan" -> Math.Atan u
        | "erf" -> errorFunction u
        | "abs" -> Math.Abs u
        | "sign" -> if Double.IsNaN u then u else float (Math.Sign u)
        | other -> (Functions.row other).Evaluate u

    /// Doubles with every function by its definition.
    let doubles = over (Doubles.applying primitive)
