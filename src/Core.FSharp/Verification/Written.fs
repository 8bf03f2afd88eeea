namespace MeanField.Core

open System

/// What a formula's text may mention besides the world: definitions of the problem file and marks left while it is read.
type internal Glossary =
    {
        /// Blocks of a neuron, in order.
        Blocks: string list
        /// The user's functions: arguments and body.
        Functions: Map<string, string list * Notation>
        Activation: Notation option
        Target: Notation option
        Loss: Notation
    }

/// What reading a text left behind: how large its intermediate values grew, and which side of every kink and test it took.
[<Sealed>]
type internal Trace() =
    member val Largest = 1.0 with get, set
    member val Sides: int list = [] with get, set

/// The value of a formula straight from its notation, in a world of doubles: no expression, no elaboration, no function table.
[<RequireQualifiedAccess>]
module internal Written =
    /// The text mentions what has no value here.
    exception Unreadable of string

    let private unreadable what = raise (Unreadable what)

    type private Reading =
        {
            Glossary: Glossary
            World: World<float>
            /// Numbers and vectors by their names.
            Names: Map<string, float[]>
            Neurons: Map<string, Point<float>>
            /// Functions of a neuron.
            Fields: Map<string, Point<float> -> float>
            Trace: Trace
        }

    let private parsed (formula: Formula) =
        match Infix.parse formula.Text with
        | Ok notation -> notation
        | Error _ -> unreadable $"the text {formula.Text}"

    /// The definitions of a problem file.
    let glossary (problem: Problem) : Glossary =
        let target =
            match problem.Target with
            | Some(Target.Expression formula) -> Some(parsed formula)
            | Some(Target.Column _)
            | Some(Target.Values _)
            | None -> None

        { Blocks = problem.Neuron.Parameters |> List.map _.Name
          Functions = problem.Functions |> List.map (fun written -> written.Name, (written.Arguments, parsed written.Body)) |> Map.ofList
          Activation = Option.map parsed problem.Neuron.Activation
          Target = target
          Loss = parsed problem.Energy.Loss.Formula }

    let private constants (world: World<float>) =
        Map.fold (fun names name value -> Map.add name [| value |] names) world.Vectors world.Symbols

    let private withBlocks point names =
        match point with
        | Point.Neuron blocks -> Map.fold (fun names name values -> Map.add name values names) names blocks
        | Point.Input _ -> names

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
    let private paired combine (left: float[]) (right: float[]) =
        match left.Length, right.Length with
        | 1, _ -> Array.map (combine left[0]) right
        | _, 1 -> Array.map (fun part -> combine part right[0]) left
        | _ -> Array.map2 combine left right

    let private operation operator : float -> float -> float =
        match operator with
        | Plus -> (+)
        | Minus -> (-)
        | Times -> (*)
        | Over -> (/)
        | ToThe -> fun radix exponent -> Math.Pow(radix, exponent)

    let private laws = Map [ "pi", Data; "mu", Mu; "gamma", Prior; "mu_star", Optimal ]

    let private whole (reading: Reading) point =
        match point with
        | Point.Neuron blocks -> reading.Glossary.Blocks |> List.map (fun name -> blocks[name]) |> Array.concat
        | Point.Input values -> values

    let private bind name point reading =
        match point with
        | Point.Input values ->
            { reading with
                Names = Map.add name values reading.Names
                Neurons = Map.remove name reading.Neurons }
        | Point.Neuron _ -> { reading with Names = Map.remove name reading.Names; Neurons = Map.add name point reading.Neurons }

    let private side (reading: Reading) value = reading.Trace.Sides <- sign value :: reading.Trace.Sides

    let private neuron reading (notation: Notation) =
        match notation.Form with
        | Name name when reading.Neurons.ContainsKey name -> reading.Neurons[name]
        | Name _
        | Number _
        | Member _
        | Index _
        | Call _
        | Negated _
        | Infix _
        | Test _
        | Expectation _ -> unreadable $"the neuron {Infix.print notation}"

    let private square rows value = Array.init (rows * rows) (fun k -> if k / rows = k % rows then value (k / rows) else 0.0)

    let rec private components (reading: Reading) (notation: Notation) : float[] =
        let values = formOf reading notation

        for value in values do
            if abs value > reading.Trace.Largest then reading.Trace.Largest <- abs value

        values

    and private formOf reading notation : float[] =
        let go = components reading

        match notation.Form with
        | Number value -> [| Rounding.toFloat value |]
        | Name name -> named reading name
        | Member({ Form = Name name }, block) when reading.Neurons.ContainsKey name -> blockOf reading.Neurons[name] block
        | Member _ -> unreadable (Infix.print notation)
        | Index(target, index, None) -> [| (go target)[index - 1] |]
        | Index(target, first, Some last) -> (go target)[first - 1 .. last - 1]
        | Negated inner -> go inner |> Array.map (~-)
        | Infix(operator, left, right) -> paired (operation operator) (go left) (go right)
        | Test _ -> unreadable "a comparison"
        | Expectation([], body) -> go body
        | Expectation((name, law) :: rest, body) -> expectation reading name law (Notation.make (Expectation(rest, body)))
        | Call("if", [ { Form = Test(operator, left, right) }; yes; no ]) ->
            let left, right = number reading left, number reading right
            side reading (left - right)
            go (if compared operator left right then yes else no)
        | Call(name, arguments) -> called reading name arguments

    and private number reading notation = (components reading notation)[0]

    and private blockOf point block =
        match point with
        | Point.Neuron blocks when blocks.ContainsKey block -> blocks[block]
        | Point.Neuron _
        | Point.Input _ -> unreadable $"the block {block}"

    and private named reading name =
        match Map.tryFind name reading.Names, Map.tryFind name reading.Neurons, name with
        | Some values, _, _ -> values
        | None, Some point, _ -> whole reading point
        | None, None, "pi" -> [| Math.PI |]
        | None, None, "e" -> [| Math.E |]
        | None, None, _ -> unreadable name

    and private expectation reading name law body =
        match Map.tryFind law laws with
        | None -> unreadable $"the law {law}"
        | Some law -> reading.World.Mean law 0 (fun point -> components (bind name point reading) body)

    and private output reading x point =
        match reading.Glossary.Activation with
        | None -> unreadable "sigma"
        | Some activation ->
            let names = constants reading.World |> withBlocks point |> Map.add "x" x
            components { reading with Names = names; Neurons = Map.empty } activation

    and private called reading name arguments : float[] =
        let go = components reading

        match name, arguments with
        | _ when reading.Glossary.Functions.ContainsKey name ->
            let names, body = reading.Glossary.Functions[name]
            let local = List.zip names (List.map go arguments)
            let names = local |> List.fold (fun all (name, value) -> Map.add name value all) (constants reading.World)
            components { reading with Names = names; Neurons = Map.empty } body
        | _, [ { Form = Name point } ] when reading.Fields.ContainsKey name && reading.Neurons.ContainsKey point ->
            [| reading.Fields[name] reading.Neurons[point] |]
        // A functional of laws has the number that the world gives it.
        | "bregman", _ when reading.Names.ContainsKey name -> reading.Names[name]
        | ("sigma" | "f" | "fhat" | "fhat_star" | "loss" | "alpha" | "delta" | "KL"), _ -> theory reading name arguments
        | ("dot" | "norm2" | "sum" | "hadamard" | "unit" | "ones" | "embed" | "outer" | "identity" | "diag"), _ ->
            vectors reading name arguments
        | ("max" | "min"), first :: rest ->
            let extremum left right =
                side reading (left - right)
                if name = "max" then Math.Max(left, right) else Math.Min(left, right)

            [| rest |> List.map (number reading) |> List.fold extremum (number reading first) |]
        | "pow", [ radix; exponent ] -> paired (operation ToThe) (go radix) (go exponent)
        | "ln", [ argument ] -> go argument |> Array.map Math.Log
        | ("lg" | "log10"), [ argument ] -> go argument |> Array.map Math.Log10
        | "log", [ radix; argument ] -> [| Math.Log(number reading argument) / Math.Log(number reading radix) |]
        | _, [ argument ] -> elementwise reading name argument
        | _ -> unreadable $"{name}(...)"

    and private elementwise reading name argument =
        match Spelling.tryFind name with
        | None -> unreadable $"{name}(...)"
        | Some apply ->
            let values = components reading argument
            if Spelling.isKinked name then Array.iter (side reading) values
            Array.map apply values

    /// The words of the theory: what is neither a function of numbers nor one of vectors.
    and private theory reading name arguments : float[] =
        let go = components reading
        let mean law x = reading.World.Mean law 0 (output reading x)

        match name, arguments with
        | "sigma", [ x; point ] -> output reading (go x) (neuron reading point)
        | "fhat", [ x ] -> mean Mu (go x)
        | "fhat_star", [ x ] -> mean Optimal (go x)
        | "f", [ x ] ->
            match reading.Glossary.Target with
            | Some target ->
                let names = constants reading.World |> Map.add "x" (go x)
                components { reading with Names = names; Neurons = Map.empty } target
            | None -> [| reading.World.Opaque name (go x) |]
        | "alpha", [ x ] -> [| reading.World.Opaque name (go x) |]
        | "delta", [ left; right ] -> [| reading.World.Opaque name (Array.map2 (-) (go left) (go right)) |]
        | "loss", [ y; yhat ] ->
            let names = constants reading.World |> Map.add "y" (go y) |> Map.add "yhat" (go yhat)
            components { reading with Names = names; Neurons = Map.empty } reading.Glossary.Loss
        | "KL", [ { Form = Name left }; { Form = Name right } ] when laws.ContainsKey left && laws.ContainsKey right ->
            [| reading.World.Divergence laws[left] laws[right] |]
        | _ -> unreadable $"{name}(...)"

    and private vectors reading name arguments : float[] =
        let go = components reading
        let count notation = int (number reading notation)

        match name, arguments with
        | "dot", [ left; right ] -> [| Array.map2 (*) (go left) (go right) |> Array.sum |]
        | "norm2", [ vector ] -> [| go vector |> Array.sumBy (fun part -> part * part) |]
        | "sum", [ vector ] -> [| Array.sum (go vector) |]
        | "hadamard", [ left; right ] -> Array.map2 (*) (go left) (go right)
        | "unit", [ index; length ] -> Array.init (count length) (fun k -> if k = count index - 1 then 1.0 else 0.0)
        | "ones", [ length ] -> Array.create (count length) 1.0
        | "embed", [ vector; first; length ] ->
            let values, offset = go vector, count first - 1
            Array.init (count length) (fun k -> if k >= offset && k < offset + values.Length then values[k - offset] else 0.0)
        | "outer", [ left; right ] ->
            let right = go right
            go left |> Array.collect (fun value -> Array.map ((*) value) right)
        | "identity", [ rows ] -> square (count rows) (fun _ -> 1.0)
        | "diag", [ vector ] ->
            let values = go vector
            square values.Length (fun k -> values[k])
        | _ -> unreadable $"{name}(...)"

    let private densities (world: World<float>) = laws |> Map.remove "pi" |> Map.map (fun _ law -> world.Density law)

    let private reading trace glossary (world: World<float>) fields =
        let start =
            { Glossary = glossary
              World = world
              Names = constants world
              Neurons = Map.empty
              Fields = Map.fold (fun all name field -> Map.add name field all) (densities world) fields
              Trace = trace }

        let free (reading: Reading) name point =
            match point with
            | Point.Input values -> { reading with Names = Map.add name values reading.Names }
            | Point.Neuron _ -> { reading with Neurons = Map.add name point reading.Neurons }

        Map.fold free start world.Free

    /// The value of a formula whose neurons have names, as in an objective: bare names are no blocks.
    /// `fields`: further functions of a neuron. Raises Unreadable where a name has no value here.
    let ofObjective trace glossary world fields notation = components (reading trace glossary world fields) notation

    /// The same where the blocks of w have bare names, as in an activation or in a printed statement.
    let value trace glossary (world: World<float>) fields notation =
        let reading = reading trace glossary world fields

        let names =
            match Map.tryFind "w" world.Free with
            | Some point -> withBlocks point reading.Names
            | None -> reading.Names

        components { reading with Names = names } notation
