namespace MeanField.Core

/// Reads [input] and [target]: the data law and the function on it.
[<RequireQualifiedAccess>]
module internal InputReader =
    /// Asks the caller for the header of a CSV file, path as written in the problem file.
    type Columns = string -> Result<string list, Fault>

    /// [input] resolved, and the header of its data file ([] for other laws).
    type Resolved = { Input: Input; Header: string list }

    let private disagree where (found: int) (expected: int) reason =
        Field.mismatch where $"the dimension {found}" $"{expected}, {reason}" "correct or remove the dimension"

    /// The dimension that follows from the law, which `dimension` may repeat.
    let private derivedDimension expected reason table =
        match Document.tryFind "dimension" table with
        | None -> Ok expected
        | Some item ->
            Field.dimension item
            |> Result.bind (fun given -> if given = expected then Ok given else disagree item.Where given expected reason)

    let private dimension table = Field.required "dimension" "dimension = 1" Field.dimension table

    let private uniform table =
        result {
            let! p = dimension table
            let! low = Field.required "low" "low = -1.0" (Field.vector p Field.number) table
            let! high = Field.required "high" "high = 1.0" (Field.vector p Field.number) table

            match List.zip low high |> List.tryFind (fun (low, high) -> low.Exact >= high.Exact) with
            | None -> return p, InputLaw.Uniform(low, high)
            | Some(low, high) ->
                let where = Document.tryFind "high" table |> Option.map _.Where |> Option.defaultValue table.Where
                return! Field.mismatch where $"high = {high.Literal}" $"a number above low = {low.Literal}" "exchange or correct them"
        }

    let private normal table =
        result {
            let! p = dimension table
            let! mean = Field.required "mean" "mean = 0.0" (Field.vector p Field.number) table
            let! scale = Field.required "scale" "scale = 1.0" (Field.vector p Field.positive) table
            return p, InputLaw.Normal(mean, scale)
        }

    let private sphere table =
        result {
            let! p = dimension table
            let! radius = Field.required "radius" "radius = 1.0" Field.positive table
            return p, InputLaw.Sphere radius
        }

    let private signs table = dimension table |> Result.map (fun p -> p, InputLaw.Signs p)

    let private point item =
        match item.Content with
        | Toml.Number number -> Ok(item, [ number ])
        | _ -> Field.list Field.number item |> Result.map (fun numbers -> item, numbers)

    let private atLeastOne item items =
        match items with
        | [] -> Field.wrong item "a list that is not empty" "write at least one"
        | _ -> Ok items

    let private points item = Field.list point item |> Result.bind (atLeastOne item)

    let private sameLength p (item: Item, numbers: Number list) =
        if numbers.Length = p then
            Ok numbers
        else
            Field.mismatch
                item.Where
                $"a point of {numbers.Length} coordinates"
                $"{p}, as the dimension or the first point has"
                "give all points the same number"

    let private total (weights: Number list) = weights |> List.sumBy _.Exact

    let private weights count item =
        // Exact: a converted sum of many digits is not correctly rounded, and may be no number at all.
        let near (sum: Fractions.Fraction) = (sum - Fractions.Fraction.One).Abs() <= Fractions.Fraction(1, 1000000000)

        result {
            let! weights = Field.list Field.notNegative item

            if weights.Length <> count then
                return! Field.mismatch item.Where (Field.describe item) $"a list of {count}, one weight a point" "correct the list"
            elif not (near (total weights)) then
                return!
                    Field.mismatch item.Where $"weights of sum {(total weights).ToDouble()}" "weights of sum 1" "divide them by their sum"
            else
                return weights
        }

    let private atoms table =
        result {
            let! points = Field.required "points" "points = [[0, 0], [1, 0]]" points table
            let! p = derivedDimension (snd points.Head).Length "the number of coordinates of the first point" table
            let! points = traverse (sameLength p) points
            let equal = List.replicate points.Length (Number.reciprocal points.Length)
            let! weights = Field.optional "weights" equal (weights points.Length) table
            return p, InputLaw.Atoms(points, weights)
        }

    /// A file with other separators reads as one column, whose name holds them.
    let private columnRemedy header =
        match header with
        | [ (only: string) ] when only.Contains ';' || only.Contains '\t' -> "separate the cells by commas, with points in the numbers"
        | _ -> "correct the name"

    let private columnNamed (where: Location) header name =
        let expected = $"""a column of the file: {String.concat ", " header}"""

        match header |> List.filter ((=) name) |> List.length with
        | 1 -> Ok name
        | 0 -> Error(Fault.invalid where $"the column '{name}'" expected (Fault.nearest name header) (columnRemedy header))
        | times ->
            Error(Fault.invalid where $"the column '{name}' {times} times in the file" "columns of different names" "" "rename one of them")

    /// The named column, where the header has it once.
    let private column header item = Field.text item |> Result.bind (columnNamed item.Where header)

    /// A target among the inputs would be learnt by copying it.
    let private notTarget target (item: Item, name) =
        if Some name = target then
            Error(
                Fault.invalid
                    item.Where
                    $"the column '{name}' that is the target"
                    "inputs other than the target"
                    ""
                    "remove it from the inputs"
            )
        else
            Ok()

    /// All columns but the target for "*".
    let private inputNames header target item =
        match item.Content with
        | Toml.Text star when star.Text = "*" ->
            header
            |> List.filter (fun name -> Some name <> target)
            |> traverse (columnNamed item.Where header)
            |> Result.bind (atLeastOne item)
        | Toml.List names ->
            result {
                let! read = traverse (column header) names
                do! List.zip read (names |> List.map _.Where) |> Names.distinct
                do! List.zip names read |> check (notTarget target)
                return! atLeastOne item read
            }
        | _ -> Field.wrong item "a list of column names, or \"*\" for all but the target" "for example inputs = [\"bmi\", \"bp\"]"

    let private header (columns: Columns) item =
        Field.text item
        |> Result.bind (fun path -> columns path |> Result.mapError (Fault.at item.Where) |> Result.map (fun header -> path, header))

    let private data columns target table =
        result {
            let! path, header = Field.required "file" "file = \"data.csv\"" (header columns) table
            let! inputs = Field.required "inputs" "inputs = \"*\"" (inputNames header target) table
            let! p = derivedDimension inputs.Length "the number of inputs" table
            let! standardize = Field.optional "standardize" false Field.flag table
            return header, (p, InputLaw.Data(path, inputs, standardize))
        }

    let private law columns target name table =
        let ofLaw read = read table |> Result.map (fun law -> [], law)

        match name with
        | "uniform" -> ofLaw uniform
        | "normal" -> ofLaw normal
        | "sphere" -> ofLaw sphere
        | "signs" -> ofLaw signs
        | "atoms" -> ofLaw atoms
        | _ -> data columns target table

    let private belongs name (words: Vocabulary.LawWords) (entry: Entry) =
        let allowed = Vocabulary.inputKeys @ words.Keys

        if List.contains entry.Name allowed then
            Ok()
        else
            let expected = $"""one of {String.concat ", " allowed}"""
            Error(Fault.invalid entry.Where $"the key '{entry.Name}', which law \"{name}\" does not have" expected "" "remove it")

    let private rule (words: Vocabulary.LawWords) table =
        let allowed = Vocabulary.rules |> List.filter (fun (_, rule) -> List.contains rule words.Rules)
        Field.optional "rule" words.Rules.Head (Field.choice allowed) table

    /// Reads [input]; `target` is the target column, which "*" leaves out.
    let read columns target table =
        result {
            let named = Vocabulary.laws |> List.map (fun (name, words) -> name, (name, words))
            let! name, words = Field.required "law" "law = \"uniform\"" (Field.choice named) table
            do! check (belongs name words) table.Entries
            let! header, (p, law) = law columns target name table
            let! rule = rule words table
            let! nodes = Field.optional "nodes" (if rule = InputRule.Exact then 0 else 64) Field.count table
            let! seed = Field.optional "seed" 1L Field.seed table
            return { Input = { Dimension = p; Law = law; Rule = rule; Nodes = nodes; Seed = seed }; Header = header }
        }

    /// The column named as the target, before the data are known.
    let targetColumn table = Field.tryRead "column" Field.text table

    let private ofColumn (input: Resolved option) table item =
        match input |> Option.map _.Input.Law with
        | Some(InputLaw.Data _) ->
            let header = input |> Option.map _.Header |> Option.defaultValue []

            result {
                let! name = column header item
                let! standardize = Field.optional "standardize" false Field.flag table
                return Target.Column(name, standardize)
            }
        | _ -> Field.wrong item "an expression or values: a column needs law = \"data\"" "write expression = \"...\" or change the law"

    let private ofValues (input: Resolved option) item =
        match input |> Option.map _.Input.Law with
        | Some(InputLaw.Atoms(points, _)) ->
            Field.list Field.number item
            |> Result.bind (fun values ->
                if values.Length = points.Length then
                    Ok(Target.Values values)
                else
                    Field.mismatch item.Where (Field.describe item) $"a list of {points.Length}, one value a point" "correct the list")
        | _ -> Field.wrong item "an expression or a column: values need law = \"atoms\"" "write expression = \"...\" or change the law"

    let private standardizes (table: Table) =
        match Document.tryFind "column" table, Document.tryFind "standardize" table with
        | None, Some item -> Field.wrong item "no standardize: it belongs to a column" "remove it"
        | _ -> Ok()

    /// Reads [target] over an input law that may be absent.
    let readTarget input table =
        let kinds =
            [ "expression", Field.formula >> Result.map Target.Expression
              "column", ofColumn input table
              "values", ofValues input ]

        let present = kinds |> List.choose (fun (key, read) -> Document.tryFind key table |> Option.map (fun item -> read, item))

        result {
            do! standardizes table

            match present with
            | [] -> return! Field.missing table "expression" "expression = \"sin(pi*x)\", or column = \"name\", or values = [...]"
            | [ read, item ] -> return! read item
            | _ :: (_, second) :: _ ->
                return! Field.mismatch second.Where "a second target" "one of expression, column, values" "remove the others"
        }
