namespace MeanField.Core

open System
open System.Text
open Fractions

/// Infix text in and out.
[<RequireQualifiedAccess>]
module internal Infix =
    /// Reads a formula. O(length).
    let parse (text: string) : Result<Notation, SyntaxFault> = Grammar.parse text

    let private precedence = Notation.rank 2

    let private fraction (value: Fraction) =
        let whole (part: Numerics.BigInteger) = part.ToString Globalization.CultureInfo.InvariantCulture

        if value.Denominator.IsOne then
            whole value.Numerator
        else
            $"{whole value.Numerator}/{whole value.Denominator}"

    let private operatorText operator =
        match operator with
        | Plus -> " + "
        | Minus -> " - "
        | Times -> "*"
        | Over -> "/"
        | ToThe -> "^"

    let rec private write (out: StringBuilder) (notation: Notation) =
        let put (text: string) = out.Append text |> ignore
        let enclosed = enclosed out

        match notation.Form with
        | Number value -> put (fraction value)
        | Name name -> put name
        | Member(neuron, block) ->
            enclosed 4 neuron
            put $".{block}"
        | Index(target, first, None) ->
            enclosed 4 target
            put $"[{first}]"
        | Index(target, first, Some last) ->
            enclosed 4 target
            put $"[{first}..{last}]"
        | Call(name, arguments) ->
            put $"{name}("
            separated out arguments
            put ")"
        | Negated part ->
            put "-"
            enclosed 2 part
        | Infix(operator, left, right) ->
            let level = precedence notation.Form
            // Subtraction and division group to the left, powers to the right.
            let leftLevel, rightLevel = if operator = ToThe then level + 1, level else level, level + 1
            enclosed leftLevel left
            put (operatorText operator)
            enclosed rightLevel right
        | Test(operator, left, right) ->
            enclosed 1 left
            put $" {operator} "
            enclosed 1 right
        | Expectation(binders, body) ->
            binders |> List.map (fun (name, law) -> $"{name}~{law}") |> String.concat ", " |> sprintf "E[%s]" |> put
            put "("
            write out body
            put ")"

    /// A part, in parentheses where it binds less than `least`.
    and private enclosed (out: StringBuilder) least (part: Notation) =
        if precedence part.Form < least then
            out.Append '(' |> ignore
            write out part
            out.Append ')' |> ignore
        else
            write out part

    and private separated (out: StringBuilder) (parts: Notation list) =
        parts
        |> List.iteri (fun index part ->
            if index > 0 then out.Append ", " |> ignore
            write out part)

    /// The text of a formula; `parse` reads it back as a formula of the same meaning.
    let print (notation: Notation) =
        let out = StringBuilder()
        write out notation
        out.ToString()
