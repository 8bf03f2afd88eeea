namespace MeanField.Core

open Fractions

/// A stretch of formula text: 0-based start and length, in UTF-16 code units.
type internal Span = { Start: int; Length: int }

/// The two-argument operators of the infix language.
type internal InfixOperator =
    | Plus
    | Minus
    | Times
    | Over
    | ToThe

/// A formula as it is written, before names have a meaning. `Infix` reads it, every printer writes it.
type internal Notation = { Form: Form; Span: Span }

and internal Form =
    | Number of Fraction
    | Name of string
    /// `w.a`: a block of a bound neuron.
    | Member of neuron: Notation * block: string
    /// `b[1]`, counted from 1, and `x[2..41]` (last included).
    | Index of target: Notation * first: int * last: int option
    | Call of name: string * arguments: Notation list
    | Negated of Notation
    | Infix of InfixOperator * Notation * Notation
    /// Only inside `if`: the written test, such as "<=".
    | Test of operator: string * Notation * Notation
    /// `E[w~mu, v~mu](body)`: binder and law, outermost first.
    | Expectation of binders: (string * string) list * body: Notation

/// Construction of notation that stands in no text.
[<RequireQualifiedAccess>]
module internal Notation =
    let private nowhere = { Start = 0; Length = 0 }

    /// Notation without a place.
    let make form = { Form = form; Span = nowhere }

    let name text = make (Name text)
    let call name arguments = make (Call(name, arguments))
    let number fraction = make (Number fraction)
    let infix operator left right = make (Infix(operator, left, right))

    /// How tightly a form binds: 0 a test, 1 a sum, 2 a product or a sign, 3 a power, 4 what needs no parentheses.
    /// `quotient` is the rank of a quotient: that of a product in a line of text, 4 under a fraction bar.
    let rank quotient form =
        match form with
        | Test _ -> 0
        | Infix((Plus | Minus), _, _) -> 1
        | Infix(Times, _, _)
        | Negated _ -> 2
        | Number value when value < Fraction.Zero -> 2
        | Number value when not value.Denominator.IsOne -> quotient
        | Infix(Over, _, _) -> quotient
        | Infix(ToThe, _, _) -> 3
        | Number _
        | Name _
        | Member _
        | Index _
        | Call _
        | Expectation _ -> 4

    /// The notation without the minus sign that it begins with, where it begins with one.
    let rec withoutSign (notation: Notation) =
        match notation.Form with
        | Negated inner -> Some inner
        | Number value when value < Fraction.Zero -> Some(number (value.Abs()))
        | Infix((Times | Over as operator), left, right) -> withoutSign left |> Option.map (fun left -> infix operator left right)
        | Infix((Plus | Minus | ToThe), _, _)
        | Number _
        | Name _
        | Member _
        | Index _
        | Call _
        | Test _
        | Expectation _ -> None

    /// The factors of a product, from left to right.
    let rec factors (notation: Notation) =
        match notation.Form with
        | Infix(Times, left, right) -> factors left @ [ right ]
        | _ -> [ notation ]

    /// The terms of a sum, from left to right, each with whether it is subtracted.
    let rec terms (notation: Notation) =
        match notation.Form with
        | Infix(Plus, left, right) -> terms left @ [ false, right ]
        | Infix(Minus, left, right) -> terms left @ [ true, right ]
        | _ -> [ false, notation ]
