namespace MeanField.Core

open System

/// The numbers of a law's text, before the dimension is known: one number stands for every coordinate.
[<RequireQualifiedAccess>]
type internal Coordinates =
    | All of Number
    | Each of Number list
    | Rows of Number list list

/// A law as it is written, every part with the index of its first character.
[<RequireQualifiedAccess>]
type internal WrittenLaw =
    | Normal of mean: (int * Coordinates) * scale: (int * Coordinates)
    | Mixture of parts: (int * Number * WrittenLaw) list
    | Atoms of file: int * string
    | Data of file: (int * string) * columns: (int * string) list
    | Gibbs

/// The text of a law at an end of a bridge: normal(mean, scale), mixture(weight normal(...), ...), atoms(file), data(file, columns...), gibbs.
[<RequireQualifiedAccess>]
module internal BridgeText =
    let private laws = [ "normal"; "mixture"; "atoms"; "data"; "gibbs" ]

    let private example = "for example \"normal(0, 0.8)\", \"mixture(0.5 normal(-1, 1), 0.5 normal(1, 1))\" or \"data(points.csv, x, y)\""

    /// One pass over the text. What is wrong leaves it as a fault, which `parse` catches.
    [<Sealed>]
    type private Cursor(formula: Formula) =
        let text = formula.Text
        let mutable index = 0

        let skipBlanks () =
            while index < text.Length && Char.IsWhiteSpace text[index] do
                index <- index + 1

        let takeWhile holds =
            let start = index

            while index < text.Length && holds text[index] do
                index <- index + 1

            text[start .. index - 1]

        member _.Refuse(at, expected, remedy) : 'any =
            let found =
                if at >= text.Length then "the end of the text"
                elif text.Length - at > 30 then $"'{text[at .. at + 26]}...'"
                else $"'{text[at..]}'"

            Fault.raise (Fault.invalid (formula.At at) found expected "" remedy)

        /// The index of the next character that is no blank.
        member _.Next =
            skipBlanks ()
            index

        member cursor.Has letter = cursor.Next < text.Length && text[index] = letter

        member cursor.Skip letter =
            if cursor.Has letter then
                index <- index + 1
                true
            else
                false

        member cursor.Require letter = if not (cursor.Skip letter) then cursor.Refuse(index, $"'{letter}'", example)

        member cursor.Law() =
            let start = cursor.Next
            let name = takeWhile Char.IsAsciiLetter

            if name = "" then
                cursor.Refuse(start, "the name of a law", example)
            elif not (List.contains name laws) then
                let expected = $"""one of {String.concat ", " laws}"""
                Fault.raise (Fault.invalid (formula.At start) $"the law '{name}'" expected (Fault.nearest name laws) example)
            else
                name

        member cursor.Number() =
            let start = cursor.Next

            let inNumber letter =
                Char.IsAsciiLetterOrDigit letter
                || letter = '.'
                || letter = '_'
                || ((letter = '-' || letter = '+') && (index = start || Char.ToLowerInvariant text[index - 1] = 'e'))

            let literal = takeWhile inNumber
            let isDecimal = literal <> "" && literal |> Seq.forall (fun letter -> Char.IsDigit letter || "+-._eE".Contains letter)
            let parses, _ = Double.TryParse(literal.Replace("_", ""), Globalization.CultureInfo.InvariantCulture)

            match if isDecimal && parses then Number.tryDecimal literal else None with
            | Some number -> number
            | None -> cursor.Refuse(start, "a number", "write a decimal such as 0.8")

        /// A file or a column: in quotes, or all up to the next comma or parenthesis.
        member cursor.Word what =
            let start = cursor.Next

            let word =
                if start < text.Length && (text[start] = '\'' || text[start] = '"') then
                    index <- start + 1
                    let word = takeWhile ((<>) text[start])
                    cursor.Require text[start]
                    word
                else
                    (takeWhile (fun letter -> letter <> ',' && letter <> '(' && letter <> ')')).Trim()

            if word = "" then cursor.Refuse(start, what, example) else start, word

        /// Items between brackets, with commas.
        member cursor.List(closing, item: unit -> 'item) =
            let items = ResizeArray [ item () ]

            while cursor.Skip ',' do
                items.Add(item ())

            if not (cursor.Skip closing) then cursor.Refuse(index, $"',' or '{closing}'", example)
            List.ofSeq items

        member cursor.Coordinates() =
            let start = cursor.Next

            if not (cursor.Skip '[') then
                start, Coordinates.All(cursor.Number())
            elif cursor.Has '[' then
                let row () =
                    cursor.Require '['
                    cursor.List(']', cursor.Number)

                start, Coordinates.Rows(cursor.List(']', row))
            else
                start, Coordinates.Each(cursor.List(']', cursor.Number))

    let private normal (cursor: Cursor) =
        cursor.Require '('
        let mean = cursor.Coordinates()
        cursor.Require ','
        let scale = cursor.Coordinates()
        cursor.Require ')'
        WrittenLaw.Normal(mean, scale)

    let private part (cursor: Cursor) () =
        let start = cursor.Next
        let weight = cursor.Number()
        let where = cursor.Next

        match cursor.Law() with
        | "normal" -> start, weight, normal cursor
        | _ -> cursor.Refuse(where, "normal(mean, scale): parts of a mixture are normal laws", example)

    let private files (cursor: Cursor) =
        cursor.Require '('
        let file = cursor.Word "the name of a CSV file"
        let columns = if cursor.Skip ',' then cursor.List(')', fun () -> cursor.Word "the name of a column") else []
        if columns.IsEmpty then cursor.Require ')'
        file, columns

    let private law (cursor: Cursor) =
        let where = cursor.Next

        match cursor.Law() with
        | "normal" -> normal cursor
        | "mixture" ->
            cursor.Require '('
            WrittenLaw.Mixture(cursor.List(')', part cursor))
        | "gibbs" -> WrittenLaw.Gibbs
        | name ->
            match name, files cursor with
            | "atoms", ((_, file), []) -> WrittenLaw.Atoms(where, file)
            | "atoms", (_, (column, _) :: _) -> cursor.Refuse(column, "')': atoms take every column as a coordinate, but weight", example)
            | _, (file, columns) -> WrittenLaw.Data(file, columns)

    /// The law that a text is, or the fault at the character where it ceases to be one.
    let parse (formula: Formula) =
        try
            let cursor = Cursor formula
            let law = law cursor

            if cursor.Next < formula.Text.Length then
                cursor.Refuse(cursor.Next, "the end of the law", example)
            else
                Ok law
        with :? FaultException as refused ->
            Error refused.Fault

    let private list items = "[" + String.concat ", " items + "]"

    let private numbers values =
        match List.distinct values with
        | [ (only: Number) ] -> only.Literal
        | _ -> values |> List.map _.Literal |> list

    let private written (law: Gaussian) =
        let mean = law.Mean |> List.map _.Literal |> list

        let scale =
            if law.Factor.IsEmpty then
                numbers law.Deviations
            else
                law.Factor |> List.map (List.map _.Literal >> list) |> list

        $"normal({mean}, {scale})"

    let private quoted (name: string) = if name.Contains '\'' then $"\"{name}\"" else $"'{name}'"

    /// A text that reads as the law.
    let print law =
        match law with
        | BridgeLaw.Normal law -> written law
        | BridgeLaw.Mixture parts ->
            let parts = parts |> List.map (fun part -> $"{part.Weight.Literal} {written part.Law}")
            $"""mixture({String.concat ", " parts})"""
        | BridgeLaw.Atoms(file, _) -> $"atoms({quoted file})"
        | BridgeLaw.Data(file, columns) ->
            let names = file :: columns |> List.map quoted
            $"""data({String.concat ", " names})"""
        | BridgeLaw.Gibbs _ -> "gibbs"
