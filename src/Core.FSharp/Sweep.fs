namespace MeanField.Core

type CellCommand =
    | Run = 0
    | Solve = 1
    | Lazy = 2

type SweepValue = { Where: Location; Setting: string; Written: string; Number: float option }

type SweepAxis = { Key: string; Where: Location; Values: SweepValue list }

type Sweep = { Problem: string; ProblemPlace: Location; Command: CellCommand; Axes: SweepAxis list }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Sweep =
    [<Literal>]
    let LargestCount = 10000

    let private keys = [ "problem"; "command"; "grid" ]

    let private commands = [ "run", CellCommand.Run; "solve", CellCommand.Solve; "lazy", CellCommand.Lazy ]

    let private checkKeys (root: Table) =
        root.Entries
        |> check (fun entry ->
            if List.contains entry.Name keys then
                Ok()
            else
                Error(
                    Fault.invalid
                        entry.Where
                        $"the unknown key '{entry.Name}'"
                        $"""one of {String.concat ", " keys}"""
                        (Fault.nearest entry.Name keys)
                        "correct or remove it; keys of the problem file stand under [grid], in quotes, with a list of values"
                ))

    /// A value as TOML writes it.
    let rec private toml item =
        match item.Content with
        | Toml.Text text -> Ok(TomlText.quote text.Text)
        | Toml.Number number -> Ok number.Literal
        | Toml.Flag flag -> Ok(if flag then "true" else "false")
        | Toml.List items -> items |> traverse toml |> Result.map (fun items -> $"""[{String.concat ", " items}]""")
        | Toml.Table _ -> Field.wrong item "a number, a text, true, false or a list" "name the key inside the table instead"

    let private value key item =
        toml item
        |> Result.map (fun written ->
            { Where = { item.Where with Key = key }
              Setting = $"{key}={written}"
              Written =
                match item.Content with
                | Toml.Text text -> text.Text
                | _ -> written
              Number =
                match item.Content with
                | Toml.Number number -> Some number.Value
                | _ -> None })

    let private same (a: SweepValue) (b: SweepValue) = a.Number = b.Number && (a.Number.IsSome || a.Setting = b.Setting)

    let private distinct (values: SweepValue list) =
        values
        |> List.indexed
        |> check (fun (index, value) ->
            if values |> List.take index |> List.exists (same value) then
                Error(Fault.invalid value.Where $"{value.Written} twice" "values that differ" "" "remove one of them: cells would repeat")
            else
                Ok())

    let private axis key (item: Item) =
        let where = { item.Where with Key = key }

        match item.Content with
        | Toml.List [] ->
            Error(Fault.invalid where "an empty list" "a list of one value or more" "" "write the values that the key runs through")
        | Toml.List items ->
            result {
                let! values = items |> traverse (value key)
                do! distinct values
                return { Key = key; Where = where; Values = values }
            }
        | _ -> Field.wrong { item with Where = where } "a list of values" "write it in brackets, for example [1, 10, 100]"

    /// `"energy.beta" = [...]`, `energy.beta = [...]` and `[grid.energy]` with `beta = [...]` read the same.
    let rec private axes prefix (table: Table) =
        table.Entries
        |> traverse (fun entry ->
            let full =
                if prefix <> "" then Document.join prefix entry.Name
                elif entry.Name.Contains '.' then entry.Name
                else TomlText.key entry.Name

            match entry.Value.Content with
            | Toml.Table inner -> axes full inner
            | _ -> axis full entry.Value |> Result.map List.singleton)
        |> Result.map List.concat

    let private differentKeys (axes: SweepAxis list) =
        axes
        |> List.indexed
        |> check (fun (index, axis) ->
            if axes |> List.take index |> List.exists (fun earlier -> earlier.Key = axis.Key) then
                Error(Fault.invalid axis.Where $"the key {axis.Key} twice" "each key once" "" "join the two lists")
            else
                Ok())

    let private notTooMany (where: Location) (axes: SweepAxis list) =
        let lengths = axes |> List.map (fun axis -> axis.Values.Length)
        let count = lengths |> List.fold (fun product length -> product * float length) 1.0

        if count <= float LargestCount then
            Ok()
        else
            let product = lengths |> List.map string |> String.concat " x "

            Error(
                Fault.invalid
                    where
                    $"a grid of {count} cells, {product}"
                    $"at most {LargestCount} cells"
                    ""
                    "take fewer values, or several sweeps"
            )

    let private grid (root: Table) =
        result {
            let! table = Field.sectionOrEmpty "grid" root

            if table.Entries.IsEmpty then
                return! Field.missing root "grid" "[grid], then \"energy.beta\" = [1, 10, 100]"
            else
                let! axes = axes "" table
                do! differentKeys axes
                do! notTooMany table.Where axes
                return axes
        }

    let read fileName text =
        result {
            let! root = Document.read fileName text []
            do! checkKeys root
            let! problem = Field.required "problem" "problem = \"problem.toml\"" Field.text root
            let! command = Field.required "command" "command = \"run\"" (Field.choice commands) root
            let! axes = grid root

            let place = Document.tryFind "problem" root |> Option.map _.Where |> Option.defaultValue root.Where

            return { Problem = problem; ProblemPlace = place; Command = command; Axes = axes }
        }

    let private constant (names: string list) (axis: SweepAxis) =
        let table = "constants."

        if not (axis.Key.StartsWith table) || names |> List.exists (fun name -> axis.Key = Document.join "constants" name) then
            Ok()
        else
            let name = axis.Key.Substring table.Length

            let expected =
                if names.IsEmpty then
                    "a constant of the problem, which has none"
                else
                    $"""one of {String.concat ", " names}"""

            Error(Fault.invalid axis.Where $"the unknown constant '{name}'" expected (Fault.nearest name names) "correct or remove it")

    let check (problem: Problem) sweep =
        sweep.Axes
        |> check (fun axis ->
            result {
                do! constant (problem.Constants |> List.map _.Name) axis

                if sweep.Command = CellCommand.Solve && axis.Key.StartsWith "run." then
                    return!
                        Error(
                            Fault.invalid
                                axis.Where
                                "a key of [run]"
                                "a key that the minimiser depends on"
                                ""
                                "write command = \"run\", or remove it: 'solve' runs nothing"
                        )
            })

    let cells sweep =
        let rec product axes =
            match axes with
            | [] -> [ [] ]
            | axis :: rest ->
                let rest = product rest
                axis.Values |> List.collect (fun value -> rest |> List.map (fun cell -> value :: cell))

        product sweep.Axes

    let place sweep (cell: SweepValue list) fault =
        let placed (explanation: Explanation) =
            let where = explanation.Where

            let about =
                List.zip sweep.Axes cell
                |> List.tryFind (fun (axis, _) -> axis.Key = where.Key || (where.Key <> "" && axis.Key.StartsWith(where.Key + ".")))

            match about with
            | Some(axis, value) when where.File = Fault.SettingFile ->
                { explanation with
                    Where = if axis.Key = where.Key then value.Where else { axis.Where with Key = where.Key } }
            | _ -> explanation

        Fault.retold placed fault
