/// The value of a formula straight from its notation, without the expression language: what elaboration,
/// simplification and differentiation are judged by.
module internal MeanField.Core.Tests.WrittenFormula

open System
open FsCheck.FSharp
open MeanField.Core

/// What names stand for: numbers have one component.
type Values = Map<string, float[]>

let rec private components (values: Values) (notation: Notation) : float[] =
    match notation.Form with
    | Name "pi" -> [| Math.PI |]
    | Name "e" -> [| Math.E |]
    | Name name -> values[name]
    | _ -> [| value values notation |]

/// The number that the formula states.
and value (values: Values) (notation: Notation) : float =
    let go = value values

    match notation.Form with
    | Number number -> DiscreteLaws.number number
    | Name _ -> (components values notation)[0]
    | Index(target, index, None) -> (components values target)[index - 1]
    | Negated inner -> -(go inner)
    | Infix(operator, left, right) ->
        match operator with
        | Plus -> go left + go right
        | Minus -> go left - go right
        | Times -> go left * go right
        | Over -> go left / go right
        | ToThe -> Math.Pow(go left, go right)
    | Call("dot", [ left; right ]) -> Array.map2 (*) (components values left) (components values right) |> Array.sum
    | Call("norm2", [ vector ]) -> components values vector |> Array.sumBy (fun part -> part * part)
    | Call("pow", [ radix; exponent ]) -> Math.Pow(go radix, go exponent)
    | Call("ln", [ argument ]) -> Math.Log(go argument)
    | Call(("lg" | "log10"), [ argument ]) -> Math.Log10(go argument)
    | Call("log", [ radix; argument ]) -> Math.Log(go argument) / Math.Log(go radix)
    | Call("if", [ { Form = Test(operator, left, right) }; yes; no ]) ->
        let left, right = go left, go right

        let holds =
            match operator with
            | "<" -> left < right
            | "<=" -> left <= right
            | ">" -> left > right
            | ">=" -> left >= right
            | "="
            | "==" -> left = right
            | _ -> left <> right

        go (if holds then yes else no)
    | Call(name, [ argument ]) -> DiscreteLaws.functionValue name (go argument)
    | form -> failwith $"no value of {form}"

let private make form = Notation.make form
let private functions = [ "tanh"; "sin"; "cos"; "sigmoid"; "atan"; "erf"; "softplus"; "silu"; "gelu"; "sech" ]

/// Random smooth formulas, finite everywhere, over the given leaves.
let rec smooth (leaves: Notation list) size =
    let leaf =
        Gen.frequency
            [ 3, Gen.elements leaves
              1, Gen.map2 (fun (n: int) (d: int) -> make (Number(Fractions.Fraction(n, d)))) (Gen.choose (0, 5)) (Gen.choose (1, 4)) ]

    if size <= 0 then
        leaf
    else
        let part = smooth leaves (size / 2)
        let operation operator = Gen.map2 (Notation.infix operator) part part

        // a quotient whose denominator is at least 1
        let quotient =
            Gen.map2
                (fun above below ->
                    let one = Notation.number Fractions.Fraction.One
                    let square = Notation.infix ToThe below (Notation.number (Fractions.Fraction 2))
                    Notation.infix Over above (Notation.infix Plus one square))
                part
                part

        let whole =
            Gen.map2
                (fun radix (exponent: int) -> Notation.infix ToThe radix (Notation.number (Fractions.Fraction exponent)))
                part
                (Gen.choose (0, 3))

        Gen.frequency
            [ 1, leaf
              3, operation Plus
              2, operation Minus
              3, operation Times
              1, quotient
              1, whole
              1, Gen.map (fun inner -> make (Negated inner)) part
              3, Gen.map2 (fun name argument -> Notation.call name [ argument ]) (Gen.elements functions) part ]
