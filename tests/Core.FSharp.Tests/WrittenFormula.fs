/// The value of a formula straight from its notation, without the expression language: what elaboration,
/// simplification and differentiation are judged by.
module internal MeanField.Core.Tests.WrittenFormula

open System
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.DualNumbers

/// What names stand for: numbers have one component.
type Values = Map<string, float[]>

/// What a formula is read against: every quantity with its slope along the direction in question.
type Reading =
    {
        Names: Map<string, Dual[]>
        /// The blocks of neurons, by the neuron's name.
        Neurons: Map<string, Map<string, Dual[]>>
        World: DiscreteLaws.World
        /// The user's functions: arguments and body.
        Functions: Map<string, string list * Notation>
        /// Told how far every kink is.
        Kink: float -> unit
    }

let private fixedPoint values = Array.map constant values

/// The reading in which `name` is a point of a law.
let private at name (point: DiscreteLaws.Point) (reading: Reading) =
    match point with
    | DiscreteLaws.Input x -> { reading with Reading.Names = Map.add name (fixedPoint x) reading.Names }
    | DiscreteLaws.Neuron blocks ->
        { reading with
            Reading.Neurons = Map.add name (Map.map (fun _ -> fixedPoint) blocks) reading.Neurons }

let private compared operator (left: float) (right: float) =
    match operator with
    | "<" -> left < right
    | "<=" -> left <= right
    | ">" -> left > right
    | ">=" -> left >= right
    | "="
    | "==" -> left = right
    | _ -> left <> right

/// A scalar stretches to the length of its partner.
let private paired combine (left: Dual[]) (right: Dual[]) =
    match left.Length, right.Length with
    | 1, _ -> Array.map (combine left[0]) right
    | _, 1 -> Array.map (fun part -> combine part right[0]) left
    | _ -> Array.map2 combine left right

let rec components (reading: Reading) (notation: Notation) : Dual[] =
    let go = components reading
    let number notation = (go notation)[0]

    match notation.Form with
    | Number number -> [| constant (DiscreteLaws.number number) |]
    | Name name when reading.Names.ContainsKey name -> reading.Names[name]
    | Name "pi" -> [| constant Math.PI |]
    | Name "e" -> [| constant Math.E |]
    | Name neuron -> reading.Neurons[neuron] |> Map.toArray |> Array.collect snd
    | Member({ Form = Name neuron }, block) -> reading.Neurons[neuron][block]
    | Index(target, index, None) -> [| (go target)[index - 1] |]
    | Index(target, first, Some last) -> (go target)[first - 1 .. last - 1]
    | Negated inner -> go inner |> Array.map (~-)
    | Infix(operator, left, right) -> paired (operation operator) (go left) (go right)
    | Expectation([], body) -> go body
    | Expectation((name, law) :: rest, body) -> expectation reading name law { notation with Form = Expectation(rest, body) }
    | Call("if", [ { Form = Test(operator, left, right) }; yes; no ]) ->
        let left, right = (number left).Value, (number right).Value
        reading.Kink(left - right)
        go (if compared operator left right then yes else no)
    | Call(name, arguments) -> called reading name arguments
    | form -> failwith $"no value of {form}"

and private operation operator =
    match operator with
    | Plus -> (+)
    | Minus -> (-)
    | Times -> (*)
    | Over -> (/)
    | ToThe -> power

and private expectation reading name law body =
    let points =
        match law with
        | "pi" -> reading.World.Pi
        | "mu" -> reading.World.Mu
        | _ -> reading.World.Gamma

    points
    |> List.map (fun (weight, point) -> components (at name point reading) body |> Array.map ((*) (constant weight)))
    |> List.reduce (Array.map2 (+))

and private called reading name arguments : Dual[] =
    let go = components reading
    let values notation = go notation |> Array.map _.Value

    match name, arguments with
    | _ when reading.Functions.ContainsKey name ->
        let names, body = reading.Functions[name]
        let local = List.zip names (List.map go arguments) |> List.fold (fun all (name, value) -> Map.add name value all) reading.Names
        components { reading with Names = local } body
    | "f", [ x ] -> [| constant (reading.World.Target(values x)) |]
    | "sigma", [ x; { Form = Name neuron } ] ->
        let blocks = reading.Neurons[neuron] |> Map.map (fun _ -> Array.map _.Value)
        [| constant (reading.World.Output (values x) blocks) |]
    | "fhat", [ x ] ->
        let output (weight, point) =
            match point with
            | DiscreteLaws.Neuron blocks -> weight * reading.World.Output (values x) blocks
            | DiscreteLaws.Input _ -> nan

        [| constant (List.sumBy output reading.World.Mu) |]
    | "dot", [ left; right ] -> [| Array.map2 (*) (go left) (go right) |> Array.sum |]
    | "norm2", [ vector ] -> [| go vector |> Array.sumBy (fun part -> part * part) |]
    | "sum", [ vector ] -> [| Array.sum (go vector) |]
    | "unit", [ { Form = Number index }; { Form = Number length } ] ->
        Array.init (length.ToInt32()) (fun place -> constant (if place + 1 = index.ToInt32() then 1.0 else 0.0))
    | "ones", [ { Form = Number length } ] -> Array.create (length.ToInt32()) (constant 1.0)
    | "outer", [ left; right ] -> Array.allPairs (go left) (go right) |> Array.map (fun (one, other) -> one * other)
    | "hadamard", [ left; right ] -> Array.map2 (*) (go left) (go right)
    | ("max" | "min"), _ ->
        let numbers = arguments |> List.map (go >> Array.head)
        [| numbers |> List.reduce (extremum reading (name = "max")) |]
    | "pow", [ radix; exponent ] -> paired power (go radix) (go exponent)
    | "ln", [ argument ] -> go argument |> Array.map (apply "log")
    | ("lg" | "log10"), [ argument ] -> go argument |> Array.map (fun part -> apply "log" part / constant (Math.Log 10.0))
    | "log", [ radix; argument ] -> paired (/) (go argument |> Array.map (apply "log")) (go radix |> Array.map (apply "log"))
    | _, [ argument ] ->
        let parts = go argument
        if isKinked name then parts |> Array.iter (fun part -> reading.Kink part.Value)
        Array.map (apply name) parts
    | _ -> failwith $"no value of '{name}'"

and private extremum reading largest left right =
    reading.Kink(left.Value - right.Value)
    if (left.Value > right.Value) = largest then left else right

/// The number that the formula states.
let value (values: Values) (notation: Notation) : float =
    let reading =
        { Names = Map.map (fun _ -> fixedPoint) values
          Neurons = Map.empty
          World = DiscreteLaws.noWorld
          Functions = Map.empty
          Kink = ignore }

    (components reading notation |> Array.head).Value

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
