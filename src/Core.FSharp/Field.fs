namespace MeanField.Core

/// Readers of single values and of the keys of a table: a type, a range, or the fault that says what was wrong.
[<RequireQualifiedAccess>]
module internal Field =
    let private shortened (text: string) = if text.Length <= 60 then text else text[..56] + "..."

    /// A value in the words of a message.
    let describe (item: Item) =
        match item.Content with
        | Toml.Text text -> $"the text \"{shortened text.Text}\""
        | Toml.Number number -> $"the number {shortened number.Literal}"
        | Toml.Flag flag -> if flag then "the value true" else "the value false"
        | Toml.List items -> $"a list of {items.Length}"
        | Toml.Table _ -> "a table"

    let wrong (item: Item) expected remedy = Error(Fault.invalid item.Where (describe item) expected "" remedy)

    let formula item =
        match item.Content with
        | Toml.Text text when text.Text.Trim() <> "" -> Ok text
        | _ -> wrong item "a formula as a text" "write it in double quotes"

    let text item =
        match item.Content with
        | Toml.Text text when text.Text.Trim() <> "" -> Ok text.Text
        | _ -> wrong item "a text that is not empty" "write it in double quotes"

    let flag item =
        match item.Content with
        | Toml.Flag flag -> Ok flag
        | _ -> wrong item "true or false" "write it without quotes"

    let number item =
        match item.Content with
        | Toml.Number number -> Ok number
        | _ -> wrong item "a number" "write it without quotes, for example 1.5"

    let private numberWhere holds expected remedy item =
        number item |> Result.bind (fun number -> if holds number.Value then Ok number else wrong item expected remedy)

    let positive item = numberWhere (fun value -> value > 0.0) "a positive number" "write a number above 0" item

    let notNegative item = numberWhere (fun value -> value >= 0.0) "a number that is not negative" "write 0 or more" item

    let share item = numberWhere (fun value -> value > 0.0 && value < 1.0) "a number between 0 and 1" "for example 0.2" item

    /// A whole number from `least` to `most`; 1e6 is one.
    let private whole (least: int64) (most: int64) item =
        let remedy = $"write a whole number without quotes, from {least} to {most}"

        match item.Content with
        | Toml.Number number when number.Exact.Denominator.IsOne ->
            if number.Exact.Numerator >= bigint least && number.Exact.Numerator <= bigint most then
                Ok(int64 number.Exact.Numerator)
            else
                wrong item $"a whole number from {least} to {most}" "correct the number"
        | _ -> wrong item "a whole number" remedy

    let count item = whole 1L 2147483647L item |> Result.map int

    let countOrZero item = whole 0L 2147483647L item |> Result.map int

    /// Dimensions are bounded, because a broadcast number becomes a list of as many.
    let dimension item = whole 1L 100000L item |> Result.map int

    let seed item = whole 0L System.Int64.MaxValue item

    let list read item =
        match item.Content with
        | Toml.List items -> traverse read items
        | _ -> wrong item "a list" "write it in brackets, for example [1, 2]"

    let mismatch where found expected remedy = Error(Fault.invalid where found expected "" remedy)

    /// `length` numbers: a list of them, or one number for all.
    let vector length read item =
        match item.Content with
        | Toml.Number _ -> read item |> Result.map (List.replicate length)
        | Toml.List items when items.Length <> length ->
            mismatch item.Where (describe item) $"a number or a list of {length}, the dimension" "correct the list or the dimension"
        | Toml.List items -> traverse read items
        | _ -> wrong item $"a number or a list of {length} numbers" "for example 1.0"

    /// The words of a choice, as a message lists them.
    let private listed words = words |> List.map (sprintf "\"%s\"") |> String.concat ", "

    let unknownWord (item: Item) word words =
        Error(
            Fault.invalid
                item.Where
                $"the text \"{shortened word}\""
                $"one of {listed words}"
                (Fault.nearest word words)
                "choose one of them"
        )

    let choice (choices: (string * 'choice) list) item =
        match item.Content with
        | Toml.Text text ->
            match choices |> List.tryFind (fun (word, _) -> word = text.Text) with
            | Some(_, value) -> Ok value
            | None -> unknownWord item text.Text (List.map fst choices)
        | _ -> wrong item $"one of {listed (List.map fst choices)}" "write it in double quotes"

    /// The place of a key of this table, present or not.
    let placeOf (table: Table) key = { table.Where with Key = Document.join table.Where.Key key }

    let missing table key example =
        let where = placeOf table key
        let section = if table.Where.Key = "" then "at the top of the file" else $"under [{table.Where.Key}]"
        Error(Fault.invalid where $"no key '{key}'" $"{key}, a required key" "" $"write {section}, for example: {example}")

    let tryRead key read table =
        match Document.tryFind key table with
        | Some item -> read item |> Result.map Some
        | None -> Ok None

    let optional key fallback read table = tryRead key read table |> Result.map (Option.defaultValue fallback)

    let required key example read table =
        match Document.tryFind key table with
        | Some item -> read item
        | None -> missing table key example

    /// A table below the root; None where it is absent.
    let section name root =
        let table item =
            match item.Content with
            | Toml.Table table -> Ok table
            | _ -> wrong item $"the table [{name}]" $"write [{name}] on a line of its own, its keys below"

        tryRead name table root

    /// A table that need not be there, as if it were empty.
    let sectionOrEmpty name (root: Table) =
        section name root |> Result.map (Option.defaultValue { Where = placeOf root name; Entries = [] })
