namespace MeanField.Core

open Fractions

/// What names mean and which kinds of terms an operation takes: every step of elaboration that can refuse a formula, with its wording.
module internal Kinds =
    /// Leaves the elaboration at its first fault.
    exception Refused of Fault

    let private place (scope: Scope) (notation: Notation) = scope.Source.At notation.Span.Start

    let refuse scope notation found expected nearest remedy =
        raise (Refused(Fault.invalid (place scope notation) found expected nearest remedy))

    let notBuilt scope notation found expected remedy = raise (Refused(Fault.unsupported (place scope notation) found expected "" remedy))

    /// The text of a formula, parsed.
    let parse (formula: Formula) =
        match Infix.parse formula.Text with
        | Ok notation -> notation
        | Error fault -> raise (Refused(Fault.invalid (formula.At fault.Offset) fault.Unexpected fault.Wanted "" fault.Advice))

    let kind term =
        match term with
        | ScalarTerm _ -> "a scalar"
        | VectorTerm vector -> $"a vector of length {vector.Length}"

    let scalar scope notation term =
        match term with
        | ScalarTerm scalar -> scalar
        | VectorTerm vector ->
            refuse scope notation $"a vector of length {vector.Length}" "a scalar" "" "use dot(u, v), norm2(u) or a component such as x[1]"

    /// x, x2, ... as inputs and w, v, w2, ... as neurons are called, where a formula may bind them.
    let private isNumbered (letters: string) (name: string) =
        name <> "" && letters.Contains name[0] && name |> Seq.tail |> Seq.forall System.Char.IsAsciiDigit

    let private isInputName = isNumbered "x"
    let private isNeuronName = isNumbered "wv"

    let private unknownName (scope: Scope) notation name =
        let isBlock = scope.Blocks |> List.exists (fun (block, _) -> block = name)

        if isBlock && not scope.Language.Laws then
            refuse
                scope
                notation
                $"the parameter '{name}' of the neuron"
                "a formula without parameters"
                ""
                "parameters belong into activation; give them to a function as arguments"

        if isBlock then
            refuse
                scope
                notation
                $"the parameter '{name}' without its neuron"
                $"a bound neuron before it, as in E[w~mu](w.{name})"
                ""
                $"write w.{name}"

        let candidates = List.ofSeq (Map.keys scope.Names) @ [ "pi"; "e"; "beta"; "tau" ]
        let listed = String.concat ", " (List.distinct candidates)

        refuse
            scope
            notation
            $"the unknown name '{name}'"
            $"one of {listed}"
            (Fault.nearest name candidates)
            (if isInputName name && scope.Language.Laws then $"bind it: E[{name}~pi](...)"
             elif isNeuronName name && scope.Language.Laws then $"bind it: E[{name}~mu](...)"
             elif List.contains name Names.reserved then $"{name} is a reserved word without a meaning here"
             else "declare it in [neuron] parameters or [constants]")

    let lookup (scope: Scope) notation name =
        match Map.tryFind name scope.Names, name with
        | Some meaning, _ -> meaning
        | None, "pi" -> Value(ScalarTerm Expr.pi)
        | None, "e" -> Value(ScalarTerm Expr.e)
        | None, ("beta" | "tau") -> Value(ScalarTerm(Expr.symbol name))
        | None, _ when
            Option.isSome (Functions.tryFind name)
            || Map.containsKey name scope.Functions
            || scope.Language.Laws && List.contains name [ "f"; "fhat"; "sigma"; "loss" ]
            ->
            refuse scope notation $"the function '{name}' without an argument" $"{name}(...)" "" "give it an argument in parentheses"
        | None, _ -> unknownName scope notation name

    let law scope notation name =
        match name with
        | "pi" -> Data
        | "mu" -> Mu
        | "gamma" -> Prior
        | _ -> refuse scope notation $"the law '{name}'" "pi, mu or gamma" (Fault.nearest name [ "pi"; "mu"; "gamma" ]) ""

    let added scope notation sign left right =
        match left, right with
        | ScalarTerm a, ScalarTerm b -> ScalarTerm(Expr.combination [ Fraction.One, a; sign, b ])
        | VectorTerm u, VectorTerm v when u.Length = v.Length -> VectorTerm(Vector.add u (Vector.scale (Expr.rational sign) v))
        | VectorTerm _, VectorTerm _ ->
            refuse scope notation $"{kind left} and {kind right}" "two terms of one length" "" "give both the same dimension"
        | _ ->
            refuse
                scope
                notation
                $"{kind left} and {kind right}"
                "two terms of one length"
                ""
                "make a number of the vector: dot(u, v), sum(u) or a component such as u[1]"

    let multiplied scope notation left right =
        match left, right with
        | ScalarTerm a, ScalarTerm b -> ScalarTerm(Expr.multiply a b)
        | ScalarTerm a, VectorTerm v
        | VectorTerm v, ScalarTerm a -> VectorTerm(Vector.scale a v)
        | VectorTerm _, VectorTerm _ ->
            refuse
                scope
                notation
                $"the product of {kind left} and {kind right}"
                "a scalar factor"
                ""
                "write dot(u, v) for the inner product"

    let divided scope notation left divisor =
        if divisor = Expr.zero then
            refuse scope notation "a division by zero" "a divisor other than 0" "" "change the formula"

        Term.scale (Expr.powerOf divisor Fraction.MinusOne) left

    let count arguments = if arguments = 1 then "one argument" else $"{arguments} arguments"

    /// Functions with a rule of their own, and how many arguments they take.
    let arities =
        Map
            [ "dot", 2
              "norm2", 1
              "sum", 1
              "sqrt", 1
              "ln", 1
              "lg", 1
              "log10", 1
              "pow", 2
              "min", 2
              "max", 2
              "if", 3
              "unit", 2
              "ones", 1
              "embed", 3
              "hadamard", 2
              "outer", 2
              "identity", 1
              "diag", 1 ]

    let wrongArity scope notation name found expected = refuse scope notation $"{count found} of '{name}'" (count expected) "" ""

    let private isNegativeNumber (scalar: Scalar) =
        match scalar.Shape with
        | Rational value -> value < Fraction.Zero
        | _ -> false

    /// log(value) where it has a value.
    let logged scope notation (value: Scalar) =
        if value = Expr.zero || isNegativeNumber value then
            refuse scope notation "a logarithm of a number that is not positive" "a positive argument" "" "change the formula"

        Functions.apply "log" value

    let raised scope notation radix (exponent: Scalar) =
        match exponent.Shape with
        | Rational value when radix = Expr.zero && value < Fraction.Zero ->
            refuse scope notation "a negative power of zero" "a base other than 0" "" "change the formula"
        | Rational value when isNegativeNumber radix && not value.Denominator.IsOne ->
            refuse scope notation "a root of a negative number" "a base that is not negative" "" "change the formula"
        | _ -> ScalarTerm(Expr.power radix exponent)

    let condition operator left right yes no =
        match operator with
        | "<" -> Expr.conditional Below left right yes no
        | "<=" -> Expr.conditional AtMost left right yes no
        | ">" -> Expr.conditional Below right left yes no
        | ">=" -> Expr.conditional AtMost right left yes no
        | "="
        | "==" -> Expr.conditional Equals left right yes no
        | _ -> Expr.conditional Equals left right no yes

    /// A vector's power, component by component.
    let raisedEach scope notation (radix: Vector) (exponent: Scalar) =
        match exponent.Shape with
        | Rational value -> VectorTerm(Vector.map (Expr.powerOf Elementwise.hole value) radix)
        | _ -> refuse scope notation "a vector with an exponent that is no number" "u^2, or a scalar base" "" "use a number or components"

    let inRange scope notation length index =
        if index > length then
            refuse scope notation $"component {index}" $"1 to {length}" "" "components count from 1"
