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
