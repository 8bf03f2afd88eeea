namespace MeanField.Core

open System

/// Reads the other tables of a problem file, one function a table.
[<RequireQualifiedAccess>]
module internal ProblemReader =
    /// The key itself or one like it in another table.
    let private elsewhere name =
        let near = Fault.nearest name (List.collect snd Vocabulary.tables)

        Vocabulary.tables
        |> List.tryFind (fun (_, keys) -> List.contains near keys)
        |> Option.map (fun (table, _) -> near, $"'{near}' belongs to [{table}]")

    let private unknown kind (entry: Entry) allowed =
        let nearest, remedy =
            match Fault.nearest entry.Name allowed, elsewhere entry.Name with
            | "", Some elsewhere when kind = "key" -> elsewhere
            | near, _ -> near, "correct or remove it"

        let expected = $"""one of {String.concat ", " allowed}"""
        Error(Fault.invalid entry.Where $"the unknown {kind} '{entry.Name}'" expected nearest remedy)

    let private knownKeys name table =
        let allowed = Vocabulary.tables |> List.tryFind (fun (table, _) -> table = name) |> Option.map snd

        match allowed with
        | None -> Ok()
        | Some allowed ->
            table.Entries |> check (fun entry -> if List.contains entry.Name allowed then Ok() else unknown "key" entry allowed)

    /// No table and no key but those of the contract.
    let checkKeys (root: Table) =
        root.Entries
        |> check (fun entry ->
            match entry.Value.Content with
            | _ when List.contains entry.Name Vocabulary.rootKeys |> not ->
                let kind =
                    match entry.Value.Content with
                    | Toml.Table _ -> "table"
                    | _ -> "key"

                unknown kind entry Vocabulary.rootKeys
            | Toml.Table table -> knownKeys entry.Name table
            | _ -> Ok())

    let private signature (entry: Entry) =
        let text = entry.Name.Trim()
        let opening = text.IndexOf '('

        if opening < 0 || not (text.EndsWith ')') then
            Error(
                Fault.invalid
                    entry.Where
                    $"the function '{entry.Name}'"
                    "a name with its arguments"
                    ""
                    "for example \"bump(z)\" = \"exp(-z^2)\""
            )
        else
            Ok(text[.. opening - 1].Trim(), text[opening + 1 .. text.Length - 2].Split ',' |> List.ofArray |> List.map _.Trim())

    let private userFunction (entry: Entry) =
        result {
            let! name, arguments = signature entry
            let! name = Names.check entry.Where name
            let! arguments = traverse (Names.checkArgument entry.Where) arguments
            do! arguments |> List.map (fun argument -> argument, entry.Where) |> Names.distinct
            let! body = Field.formula entry.Value
            return { Name = name; Arguments = arguments; Body = body }
        }

    let functions (table: Table) = traverse userFunction table.Entries

    /// Asks the caller for the numbers of a constants file, path as written in the problem file.
    type Numbers = string -> Result<float[], Fault>

    /// Formulas are exact and kernels finite: neither has a use for NaN or an infinity.
    let private finite (item: Item) path (values: float[]) =
        let refuse found expected remedy = Error(Fault.invalid item.Where $"{found} in \"{path}\"" expected "" remedy)

        match Array.tryFindIndex (System.Double.IsFinite >> not) values with
        | _ when values.Length = 0 -> refuse "no numbers" "a scalar or a vector" "write at least one number to the file"
        | Some index -> refuse $"{values[index]} as number {index + 1}" "finite numbers" "correct the file"
        | None -> values |> Array.map Number.ofDouble |> List.ofArray |> Ok

    let private fromFile (numbers: Numbers) (item: Item) path =
        numbers path |> Result.mapError (Fault.at item.Where) |> Result.bind (finite item path)

    let private components numbers (item: Item) =
        match item.Content with
        | Toml.Number number -> Ok([ number ], "")
        | Toml.List(_ :: _ as items) -> traverse Field.number items |> Result.map (fun numbers -> numbers, "")
        | Toml.Text path when path.Text.EndsWith ".npy" || path.Text.EndsWith ".csv" ->
            fromFile numbers item path.Text |> Result.map (fun numbers -> numbers, path.Text)
        | _ -> Field.wrong item "a number, a list of numbers, or a file name ending in .npy or .csv" "for example amplitude = 1.0"

    let private userConstant numbers (entry: Entry) =
        result {
            let! name = Names.check entry.Where entry.Name
            let! components, path = components numbers entry.Value
            // Length 1 is a scalar everywhere.
            return { Name = name; Components = components; IsVector = components.Length > 1; Path = path }
        }

    let constants numbers (table: Table) = traverse (userConstant numbers) table.Entries

    let private inputWidth where dimension =
        match dimension with
        | Some p -> Ok p
        | None ->
            Error(Fault.invalid where "the width p" "a number: p is the dimension of [input], which is absent" "" "for example \"b[3]\"")

    /// "a", "b[3]" or "b[p]".
    let private parameter dimension item =
        result {
            let! text = Field.text item
            let parts = text.Trim().Split('[', 2)
            let! name = Names.check item.Where (parts[0].TrimEnd())

            match parts |> Array.tryItem 1 |> Option.map (fun width -> width.EndsWith ']', width.TrimEnd(']').Trim()) with
            | None -> return { Name = name; Width = 1 }
            | Some(true, "p") ->
                let! width = inputWidth item.Where dimension
                return { Name = name; Width = width }
            | Some(true, digits) when digits <> "" && Seq.forall Char.IsAsciiDigit digits && digits.Length < 8 && int digits > 0 ->
                return { Name = name; Width = int digits }
            | Some _ -> return! Field.wrong item "a parameter such as \"a\", \"b[p]\" or \"b[3]\"" "correct its width"
        }

    /// Every block has a drift of its own, to derive and to compile; a vector is one block.
    let private mostBlocks = 200

    let private parameters dimension item =
        result {
            let! read = Field.list (parameter dimension) item

            match item.Content with
            | Toml.List items when items.Length > mostBlocks ->
                return! Field.wrong item $"at most {mostBlocks} parameters" "join numbers of one kind in a vector such as \"b[100]\""
            | Toml.List [] -> return! Field.wrong item "at least one parameter" "for example parameters = [\"a\", \"b[p]\", \"c\"]"
            | Toml.List items -> do! List.zip (read |> List.map _.Name) (items |> List.map _.Where) |> Names.distinct
            | _ -> ()

            return read
        }

    /// A key that may be absent when `free`.
    let private unless free key example read table =
        if free then
            Field.tryRead key read table
        else
            Field.required key example read table |> Result.map Some

    /// `hasObjective`: no activation is needed; `bridgeOnly`: nothing is.
    let neuron hasObjective bridgeOnly dimension table =
        result {
            let! activation = unless (hasObjective || bridgeOnly) "activation" "activation = \"a*tanh(dot(b, x) + c)\"" Field.formula table
            let! parameters = unless bridgeOnly "parameters" "parameters = [\"a\", \"b[p]\", \"c\"]" (parameters dimension) table
            return { Activation = activation; Parameters = Option.defaultValue [] parameters }
        }

    let private namedLoss where (kind, text) = { Kind = kind; Formula = Formula.Create(where, text) }

    /// A word close to a named loss is a slip, not a formula.
    let private loss item =
        let names = List.map fst Vocabulary.losses

        Field.formula item
        |> Result.bind (fun formula ->
            match Vocabulary.losses |> List.tryFind (fun (word, _) -> word = formula.Text) with
            | Some(_, named) -> Ok(namedLoss item.Where named)
            | None when Names.isIdentifier formula.Text && Fault.nearest formula.Text names <> "" ->
                Field.unknownWord item formula.Text names
            | None -> Ok { Kind = LossKind.Custom; Formula = formula })

    let energy bridgeOnly table =
        result {
            let! beta = unless bridgeOnly "beta" "beta = 50.0" Field.positive table
            let! tau = Field.required "tau" "tau = 1.0" Field.positive table
            let squared = namedLoss (Field.placeOf table "loss") (snd Vocabulary.losses.Head)
            let! loss = Field.optional "loss" squared loss table
            let! objective = Field.tryRead "objective" Field.formula table
            let! convex = Field.optional "convex" false (Field.choice [ "declared", true ]) table

            return
                { Beta = Option.defaultValue (Number.ofInteger "1" 1L) beta
                  Tau = tau
                  Loss = loss
                  Objective = objective
                  DeclaredConvex = convex }
        }

    let solve table =
        result {
            let! solver = Field.optional "method" SolveMethod.Auto (Field.choice Vocabulary.methods) table
            let! tolerance = Field.tryRead "tolerance" Field.positive table
            let! seed = Field.optional "seed" 1L Field.seed table
            return { Method = solver; Tolerance = tolerance; Seed = seed }
        }

    let private horizon dynamics (tau: Number) table =
        let bound =
            match dynamics with
            | Dynamics.Langevin -> false
            | _ -> true

        let equal item =
            Field.positive item
            |> Result.bind (fun horizon ->
                if bound && horizon <> tau then
                    let expected =
                        $"energy.tau = {tau.Literal}, the horizon of the {Vocabulary.word Vocabulary.dynamics dynamics} dynamics"

                    Field.wrong item expected "remove the horizon or change tau"
                else
                    Ok horizon)

        Field.optional "horizon" tau equal table

    let private start item =
        match item.Content with
        | Toml.Text path when path.Text.EndsWith ".npy" -> Ok { Kind = StartKind.File; Path = path.Text }
        | Toml.Text _ -> Field.choice Vocabulary.starts item |> Result.map (fun kind -> { Kind = kind; Path = "" })
        | _ -> Field.wrong item "\"zero\", \"prior\" or the name of a .npy file" "write it in double quotes"

    let private full = { IsFull = true; Samples = 0 }

    let private batch dynamics table =
        let read item =
            match item.Content with
            | Toml.Text text when text.Text = "full" -> Ok full
            | Toml.Number _ -> Field.count item |> Result.map (fun samples -> { IsFull = false; Samples = samples })
            | _ -> Field.wrong item "a whole number of at least 1, or \"full\"" "for example batch = 1"

        let fallback = if dynamics = Dynamics.Sgd then { IsFull = false; Samples = 1 } else full
        let written = Field.optional "batch" fallback read table

        match dynamics with
        | Dynamics.Sgd
        | Dynamics.Langevin -> written
        | _ -> written |> Result.map (fun _ -> full)

    let run tau table =
        result {
            let! dynamics = Field.optional "dynamics" Dynamics.Greedy (Field.choice Vocabulary.dynamics) table
            let! particles = Field.optional "particles" 20000 Field.count table
            let! steps = Field.optional "steps" 400 Field.count table
            let! horizon = horizon dynamics tau table
            let! seed = Field.optional "seed" 1L Field.seed table
            let! precision = Field.optional "precision" Precision.Double (Field.choice Vocabulary.precisions) table
            let! scheme = Field.optional "scheme" Scheme.Euler (Field.choice Vocabulary.schemes) table
            let! start = Field.optional "start" { Kind = StartKind.Zero; Path = "" } start table
            let! batch = batch dynamics table
            let! replicas = Field.optional "replicas" 4 Field.count table
            let! record = Field.optional "record" 100 Field.count table
            let! snapshots = Field.optional "snapshots" 10 Field.countOrZero table

            return
                { Dynamics = dynamics
                  Particles = particles
                  Steps = steps
                  Horizon = horizon
                  Seed = seed
                  Precision = precision
                  Scheme = scheme
                  Start = start
                  Batch = batch
                  Replicas = replicas
                  Record = record
                  Snapshots = snapshots }
        }

    let private needsData law (table: Table) =
        match law with
        | Some(InputLaw.Data _) -> Ok()
        | _ -> Field.mismatch table.Where "the table [test]" "law = \"data\" in [input]: only data can be held out" "remove [test]"

    /// [test], over an input law that may be absent.
    let heldOut law table =
        result {
            do! needsData law table
            let! seed = Field.optional "seed" 1L Field.seed table

            match Document.tryFind "file" table, Document.tryFind "fraction" table with
            | Some file, None ->
                let! path = Field.text file
                return HeldOut.File path
            | None, Some fraction ->
                let! share = Field.share fraction
                return HeldOut.Fraction(share, seed)
            | Some _, Some fraction -> return! Field.wrong fraction "a file or a fraction, not both" "remove one of them"
            | None, None -> return! Field.missing table "fraction" "fraction = 0.2, or file = \"test.csv\""
        }
