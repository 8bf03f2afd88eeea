namespace MeanField.Core

open System.Collections.Concurrent
open Fractions

/// From notation to expressions: names get their meaning, kinds and lengths are checked.
[<RequireQualifiedAccess>]
module internal Elaborate =
    open Kinds

    /// Functions that call their predecessors within one another would fill the stack, and have more values than time to find them.
    let private deepest, mostCalls = 300, 1000

    let rec term (scope: Scope) (notation: Notation) : Term =
        match notation.Form with
        | Number value -> ScalarTerm(Expr.rational value)
        | Name name -> whole scope (lookup scope notation name)
        | Member(neuron, block) -> memberOf scope notation neuron block
        | Index(target, first, None) -> componentOf scope notation target first
        | Index(target, first, Some last) -> sliceOf scope notation target first last
        | Negated inner -> Term.scale (Expr.integer -1) (term scope inner)
        | Infix(operator, left, right) -> infix scope notation operator left right
        | Test _ -> refuse scope notation "a comparison" "a number" "" "comparisons stand only inside if(test, yes, no)"
        | Expectation(binders, body) -> expectation scope notation binders body
        | Call(name, arguments) -> call scope notation name arguments

    and private whole (scope: Scope) meaning =
        match meaning with
        | Value term -> term
        | WholeNeuron variable -> Scope.neuron scope variable

    and private infix scope notation operator left right =
        let a = term scope left
        let b = term scope right

        match operator with
        | Plus -> added scope notation Fraction.One a b
        | Minus -> added scope notation Fraction.MinusOne a b
        | Times -> multiplied scope notation a b
        | Over -> divided scope notation a (scalar scope right b)
        | ToThe ->
            match a with
            | ScalarTerm radix -> raised scope notation radix (scalar scope right b)
            | VectorTerm radix -> raisedEach scope notation radix (scalar scope right b)

    and private memberOf scope notation neuron block =
        match neuron.Form with
        | Name name ->
            match lookup scope neuron name, scope.Blocks |> List.tryFind (fun (known, _) -> known = block) with
            | WholeNeuron variable, Some known -> Scope.block variable known
            | WholeNeuron _, None ->
                let names = scope.Blocks |> List.map fst
                let listed = String.concat ", " names
                refuse scope notation $"the block '{block}'" $"a parameter: {listed}" (Fault.nearest block names) ""
            | Value _, _ -> refuse scope notation $"'{name}.{block}'" "a bound neuron before the dot, as in E[w~mu](w.a)" "" ""
        | _ -> refuse scope notation "a formula before the dot" "the name of a bound neuron" "" "write w.a"

    and private componentOf scope notation target index =
        match term scope target with
        | VectorTerm vector ->
            inRange scope notation vector.Length index
            ScalarTerm(Vector.``component`` vector index)
        | ScalarTerm scalar ->
            inRange scope notation 1 index
            ScalarTerm scalar

    and private sliceOf scope notation target first last =
        if last < first then
            refuse scope notation $"the slice {first}..{last}" "a slice from its first to its last component" "" "exchange the ends"

        match term scope target with
        | VectorTerm vector ->
            inRange scope notation vector.Length last

            if first = last then
                ScalarTerm(Vector.``component`` vector first)
            else
                VectorTerm(Vector.slice vector first last)
        | ScalarTerm scalar ->
            inRange scope notation 1 last
            ScalarTerm scalar

    and private expectation scope notation binders body =
        if not scope.Language.Laws then
            refuse scope notation "an expectation" "a formula without E" "" "expectations belong into [energy] objective"

        match binders with
        | [] -> term scope body
        | (_, "pi") :: _ when scope.InputLength = 0 ->
            refuse scope notation "an expectation over pi" "a problem with an input law" "" "add [input]"
        | (name, lawName) :: rest ->
            let law = law scope notation lawName
            // The name in the text may shadow; the variable must be new.
            let variable = $"#{Map.count scope.Names}{name}"

            let meaning = if law = Data then Value(Scope.input scope variable) else WholeNeuron variable

            let inner = expectation (Scope.bind name meaning scope) notation rest body
            Binding.meanTerm law variable inner

    and private call scope notation name arguments =
        match name, arguments with
        | ("E" | "KL" | "sigma" | "f" | "fhat" | "loss"), _ when scope.Language.Laws -> lawCall scope notation name arguments
        | ("E" | "KL" | "sigma" | "f" | "fhat" | "loss"), _ ->
            refuse scope notation $"'{name}(...)'" $"a formula without {name}" "" $"{name} belongs into [energy] objective"
        // alpha is a reserved word: only the language of the dual gives it a meaning, and delta with it.
        | "alpha", [ at ] when Map.containsKey name scope.Names -> ScalarTerm(Expr.opaque name (inputArgument scope at))
        | "delta", [ left; right ] when Map.containsKey "alpha" scope.Names ->
            ScalarTerm(Scope.delta (inputArgument scope left) (inputArgument scope right))
        // So are mu and gamma: only the language of the first variation gives them a meaning, their densities.
        | ("mu" | "gamma"), [ neuron ] when Map.containsKey name scope.Names ->
            ScalarTerm(Expr.density (law scope notation name) (Free(neuronArgument scope neuron)))
        | "if", [ test; yes; no ] -> ifCall scope notation test yes no
        | "dot", [ u; v ] -> dotCall scope notation (term scope u) (term scope v)
        | "norm2", [ u ] ->
            let value = term scope u
            Term.dot value value |> Option.get |> ScalarTerm
        | "sum", [ u ] ->
            match term scope u with
            | ScalarTerm value -> ScalarTerm value
            | VectorTerm vector -> ScalarTerm(Vector.total vector)
        | ("min" | "max"), first :: (_ :: _ as rest) ->
            let value argument = scalar scope argument (term scope argument)
            rest |> List.fold (fun total next -> Expr.extremum (name = "max") total (value next)) (value first) |> ScalarTerm
        | "sqrt", [ u ] -> rootCall scope notation (term scope u)
        | "ln", [ u ] -> apply scope u "log"
        | ("lg" | "log10"), [ u ] -> logarithm scope u (ScalarTerm(Expr.integer 10))
        | "log", [ radix; u ] -> logarithm scope u (term scope radix)
        | "pow", [ radix; exponent ] ->
            raised scope notation (scalar scope radix (term scope radix)) (scalar scope exponent (term scope exponent))
        | _ when Map.containsKey name scope.Functions -> userOrTableCall scope notation name arguments
        | ("unit" | "ones" | "embed" | "hadamard" | "outer" | "identity" | "diag"), _ when arguments.Length = arities[name] ->
            VectorTerm(VectorWords.call (term scope) scope notation name arguments)
        | _ -> userOrTableCall scope notation name arguments

    and private dotCall scope notation left right =
        match Term.dot left right with
        | Some product -> ScalarTerm product
        | None -> refuse scope notation $"dot of {kind left} and {kind right}" "two vectors of one length" "" "give both the same dimension"

    and private rootCall scope notation argument =
        match argument with
        | ScalarTerm value -> raised scope notation value (Expr.rational (Fraction(1, 2)))
        | VectorTerm vector -> VectorTerm(Vector.map (Expr.sqrt Elementwise.hole) vector)

    and private apply scope argument name =
        match term scope argument with
        | ScalarTerm value when name = "log" -> ScalarTerm(logged scope argument value)
        | ScalarTerm value -> ScalarTerm(Functions.apply name value)
        | VectorTerm vector -> VectorTerm(Vector.map (Functions.apply name Elementwise.hole) vector)

    and private logarithm scope argument radix =
        let value = logged scope argument (scalar scope argument (term scope argument))
        let radix = logged scope argument (scalar scope argument radix)
        ScalarTerm(Expr.divide value radix)

    and private ifCall scope notation test yes no =
        match test.Form with
        | Test(operator, left, right) ->
            let side part = scalar scope part (term scope part)
            ScalarTerm(condition operator (side left) (side right) (side yes) (side no))
        | _ -> refuse scope notation "an if without a comparison" "if(u < v, yes, no)" "" "compare two numbers first"

    and private userOrTableCall scope notation name arguments =
        match Map.tryFind name scope.Functions, Functions.tryFind name, arguments with
        | Some definition, _, _ -> userCall scope notation name definition arguments
        | None, Some _, [ argument ] -> apply scope argument name
        | None, Some _, _ -> wrongArity scope notation name arguments.Length 1
        | None, None, _ ->
            match Map.tryFind name arities, Map.containsKey name scope.Names with
            | Some expected, _ -> wrongArity scope notation name arguments.Length expected
            | None, true ->
                refuse
                    scope
                    notation
                    $"'{name}' called as a function"
                    "a function before '('"
                    ""
                    $"write the multiplication sign: {name}*(...)"
            | None, false -> unknownFunction scope notation name

    and private unknownFunction scope notation name =
        let known = Functions.names @ List.ofSeq (Map.keys arities) @ List.ofSeq (Map.keys scope.Functions)
        let listed = String.concat " " (List.sort known)

        refuse
            scope
            notation
            $"the unknown function '{name}'"
            $"one of {listed}"
            (Fault.nearest name known)
            (if List.contains name Names.reserved then
                 $"{name} is a reserved word without a meaning here"
             else
                 "define it in [functions] or correct the name")

    and private userCall scope notation name definition arguments =
        if arguments.Length <> definition.Arguments.Length then
            wrongArity scope notation name arguments.Length definition.Arguments.Length

        let values = arguments |> List.map (term scope)

        match definition.Known.TryGetValue values with
        | true, known -> known
        | _ ->
            if definition.Known.Count >= mostCalls then
                refuse
                    scope
                    notation
                    $"the function '{name}' with more than {mostCalls} different arguments"
                    $"at most {mostCalls} when functions are written out"
                    ""
                    "shorten the chain of functions that call each other twice"

            let bind inner (argument, value) = Scope.bind argument (Value value) inner
            let local = List.zip definition.Arguments values |> List.fold bind definition.Scope
            let value = term local definition.Body

            if Depth.ofTerm value > deepest then
                refuse
                    scope
                    notation
                    $"a formula of {Depth.ofTerm value} levels when its functions are written out"
                    $"at most {deepest} levels"
                    ""
                    "shorten the chain of functions that call each other"

            definition.Known[values] <- value
            value

    and private lawCall scope notation name arguments =
        match name, arguments with
        | "KL", [ { Form = Name left }; { Form = Name right } ] ->
            match law scope notation left, law scope notation right with
            | (Mu, Prior)
            | (Prior, Mu) as laws -> ScalarTerm(laws ||> Expr.divergence)
            | _ -> refuse scope notation $"KL({left}, {right})" "KL(mu, gamma) or KL(gamma, mu)" "" ""
        | "sigma", [ at; neuron ] -> ScalarTerm(Expr.output (inputArgument scope at) (Free(neuronArgument scope neuron)))
        | "f", [ at ] -> ScalarTerm(Expr.opaque "f" (inputArgument scope at))
        | "fhat", [ at ] ->
            let output = Expr.output (inputArgument scope at) (Free "#fhat")
            ScalarTerm(Binding.mean Mu "#fhat" output)
        | "loss", [ y; yhat ] -> lossCall scope notation (scalar scope y (term scope y)) (scalar scope yhat (term scope yhat))
        | _ ->
            refuse
                scope
                notation
                $"{count (List.length arguments)} of '{name}'"
                "sigma(x, w), f(x), fhat(x), loss(y, yhat) or KL(mu, gamma)"
                ""
                ""

    and private inputArgument scope argument =
        let value = term scope argument

        let length =
            match value with
            | ScalarTerm _ -> 1
            | VectorTerm vector -> vector.Length

        if length <> scope.InputLength then
            refuse scope argument (kind value) $"an input of dimension {scope.InputLength}" "" "pass x or a vector of its length"

        let mentionsNeuron meaning =
            match meaning with
            | WholeNeuron variable -> Occurrence.termMentions variable value
            | Value _ -> false

        if Occurrence.termDependsOnMu value || scope.Names |> Map.exists (fun _ meaning -> mentionsNeuron meaning) then
            notBuilt scope argument "an input that depends on a neuron or on mu" "an input such as x" "change the formula"

        value

    and private neuronArgument scope argument =
        match argument.Form with
        | Name name ->
            match lookup scope argument name with
            | WholeNeuron variable -> variable
            | Value _ -> refuse scope argument $"'{name}'" "a neuron bound by E[w~mu] or E[w~gamma]" "" ""
        | _ -> refuse scope argument "a formula" "the name of a bound neuron" "" "write sigma(x, w)"

    and private lossCall scope notation y yhat =
        match scope.Language.Loss with
        | None -> refuse scope notation "loss" "a problem with a loss" "" "give [energy] loss"
        | Some loss -> ScalarTerm(Scope.lossAt loss y yhat)

    let private elaborated (scope: Scope) (source: Formula) meaning =
        try
            Ok(meaning { scope with Source = source } (parse source))
        with Refused fault ->
            Error fault

    /// Formulas of more parts could be elaborated, since parts are shared, but never printed.
    let private mostParts = 100000.0

    let private printable scope notation value =
        let size = Occurrence.writtenSize value

        if size > mostParts then
            refuse
                scope
                notation
                $"a formula of %.0e{size} parts when its functions are written out"
                $"at most {int mostParts} parts"
                ""
                "shorten the chain of functions that call each other twice"

        value

    /// Elaborates a formula that must be a scalar.
    let formula (scope: Scope) (source: Formula) : Result<Scalar, Fault> =
        elaborated scope source (fun scope notation -> term scope notation |> scalar scope notation |> printable scope notation)

    /// Elaborates a formula that may be a vector.
    let ofAnyKind (scope: Scope) (source: Formula) : Result<Term, Fault> = elaborated scope source term
