namespace MeanField.Core

open System
open Tomlyn
open Tomlyn.Parsing
open Tomlyn.Syntax

[<RequireQualifiedAccess>]
type internal Toml =
    | Text of text: Formula
    | Number of number: Number
    | Flag of value: bool
    | List of items: Item list
    | Table of table: Table

and internal Item = { Where: Location; Content: Toml }

and internal Entry = { Name: string; Where: Location; Value: Item }

and internal Table = { Where: Location; Entries: Entry list }

[<RequireQualifiedAccess>]
module internal Document =
    let join parent name =
        let written = TomlText.key name
        if parent = "" then written else $"{parent}.{written}"

    let tryFind name (table: Table) = table.Entries |> List.tryFind (fun entry -> entry.Name = name) |> Option.map _.Value

    let rec places (table: Table) =
        [ for entry in table.Entries do
              yield entry.Value.Where.Key, entry.Value.Where

              match entry.Value.Content with
              | Toml.Table inner -> yield! places inner
              | Toml.Text _
              | Toml.Number _
              | Toml.Flag _
              | Toml.List _ -> () ]

    /// Places of a text: from a key and a UTF-16 offset to line and column in characters.
    let private placesIn file (text: string) =
        let starts =
            [| yield 0
               for index in 0 .. text.Length - 1 do
                   if text[index] = '\n' then yield index + 1 |]

        // Characters before each UTF-16 unit: counted once, since a line may hold a hundred thousand numbers.
        let characters = (0, text.ToCharArray()) ||> Array.scan (fun count unit -> if Char.IsLowSurrogate unit then count else count + 1)

        fun key offset ->
            let found = Array.BinarySearch(starts, offset)
            let line = if found >= 0 then found else ~~~found - 1
            let column = characters[min offset text.Length] - characters[starts[line]] + 1
            { File = file; Line = line + 1; Column = column; Key = key }

    let private tokenText (token: SyntaxToken | null) =
        match token with
        | null -> ""
        | token -> string token.Text

    let private offsetOf (node: SyntaxNode) = node.Span.Start.Offset

    /// An override has no lines: columns count within its value.
    let private formula place key (text: StringValueSyntax) =
        let start = place key (offsetOf text)

        match text.Value, text.Token with
        | null, _
        | _, null -> Formula.Create(start, "")
        | content, _ when start.Line = 0 -> Formula.Create({ start with Column = 1 }, content)
        | content, token ->
            let offsets = TomlText.contentOffsets (string token.Text)
            Formula(content, fun index -> place key (offsetOf text + offsets[min index (offsets.Length - 1)]))

    let private noNumber where literal =
        Fault.invalid where $"the number {literal}" "a finite number that a double holds" "" "write it between 1e-308 and 1e308 in size"

    let private noValue where found =
        Fault.invalid where found "a text, a number, true, false, a list or a table" "" "write KEY = VALUE, texts in double quotes"

    let private keyName (key: BareKeyOrStringValueSyntax | null) =
        match key with
        | :? StringValueSyntax as quoted -> string quoted.Value
        | :? BareKeySyntax as bare -> tokenText bare.Key
        | _ -> ""

    /// The names of a dotted key, with their full keys and places.
    let private path place parent (key: KeySyntax) =
        let parts =
            [ yield key.Key
              for item in key.DotKeys do
                  yield item.Key ]

        parts
        |> List.mapFold
            (fun parent part ->
                let full = join parent (keyName part)

                let offset =
                    match part with
                    | null -> offsetOf key
                    | known -> offsetOf known

                (keyName part, place full offset), full)
            parent

    /// The contract's keys are two deep; a bound keeps hostile files from exhausting the stack.
    let private deepest = 64

    let private notTooDeep place (key: KeySyntax) =
        if key.DotKeys.ChildrenCount < deepest then
            Ok()
        else
            Error(Fault.invalid (place "" (offsetOf key)) "a key of too many parts" $"at most {deepest}" "" "correct this key")

    /// A key is looked for among those before it.
    let private mostEntries = 1000

    let private beneath (where: Location) = { Where = where; Entries = [] }

    /// Puts a value at a path. A value that is there is replaced (only overrides do that: the parser refuses
    /// a key written twice); a table that is there stays, so that [a.b] may come before [a].
    let rec private insert path (value: Item) (table: Table) =
        let put (entry: Entry) =
            let others = table.Entries |> List.map (fun old -> if old.Name = entry.Name then entry else old)

            if table.Entries |> List.exists (fun old -> old.Name = entry.Name) then
                Ok { table with Entries = others }
            elif others.Length < mostEntries then
                Ok { table with Entries = others @ [ entry ] }
            else
                Error(Fault.invalid entry.Where $"a table of more than {mostEntries} keys" "fewer keys" "" "name lists instead of numbers")

        match path with
        | [] -> Ok table
        | (name, where: Location) :: rest ->
            let descend inner =
                insert rest value inner
                |> Result.bind (fun inner -> put { Name = name; Where = where; Value = { Where = where; Content = Toml.Table inner } })

            match rest, tryFind name table, value.Content with
            | [], Some { Content = Toml.Table _ }, Toml.Table { Entries = [] } -> Ok table
            | [], _, _ -> put { Name = name; Where = where; Value = value }
            | _, Some { Content = Toml.Table inner }, _ -> descend inner
            | _, None, _ -> descend (beneath where)
            | _, Some found, _ ->
                Error(
                    Fault.invalid
                        (snd (List.last rest))
                        $"a key below {found.Where.Key}, which is a value"
                        "a key of a table"
                        ""
                        "remove one of them"
                )

    let rec private item place key (value: ValueSyntax | null) : Result<Item, Fault> =
        match value with
        | null -> Error(noValue (place key 0) "no value")
        | value ->
            let where = place key (offsetOf value)
            let found content = Ok { Where = where; Content = content }

            match value with
            | :? StringValueSyntax as text -> found (Toml.Text(formula place key text))
            | :? BooleanValueSyntax as flag -> found (Toml.Flag flag.Value)
            | :? IntegerValueSyntax as number -> found (Toml.Number(Number.ofInteger (tokenText number.Token) number.Value))
            | :? FloatValueSyntax as number ->
                let literal = tokenText number.Token

                match Number.tryDecimal literal with
                | Some exact -> found (Toml.Number exact)
                | None -> Error(noNumber where literal)
            | :? ArraySyntax as list ->
                list.Items
                |> List.ofSeq
                |> traverse (fun element -> item place key element.Value)
                |> Result.bind (fun items -> found (Toml.List items))
            | :? InlineTableSyntax as table ->
                [ for row in table.Items do
                      match row.KeyValue with
                      | null -> ()
                      | pair -> yield pair ]
                |> foldResult (pair place key []) (beneath where)
                |> Result.bind (fun table -> found (Toml.Table table))
            | :? DateTimeValueSyntax as date -> Error(noValue where $"the date {tokenText date.Token}")
            | _ -> Error(noValue where "no value")

    /// Adds KEY = VALUE, written in the table `parent` with the given path from `table`.
    and private pair place parent prefix table (syntax: KeyValueSyntax) =
        match syntax.Key with
        | null -> Ok table
        | key ->
            result {
                do! notTooDeep place key
                let names, full = path place parent key
                let! value = item place full syntax.Value
                return! insert (prefix @ names) value table
            }

    let private section place root (syntax: TableSyntaxBase) =
        match syntax, syntax.Name with
        | :? TableSyntax, (NonNull name) ->
            result {
                do! notTooDeep place name
                let names, full = path place "" name
                let where = place full (offsetOf name)
                let! root = insert names { Where = where; Content = Toml.Table(beneath where) } root
                return! syntax.Items |> List.ofSeq |> foldResult (pair place full names) root
            }
        | other, _ -> Error(Fault.invalid (place "" (offsetOf other)) "a list of tables [[...]]" "a table [...]" "" "use single brackets")

    let private notToml where (message: string) =
        let found = message.Replace("\r", "").Replace("\n", " ")

        Fault.invalid where $"a syntax error ({found})" "TOML: one KEY = VALUE a line, texts in double quotes" "" "correct this line"

    /// The syntax tree, or the first error. A table may be nested 64 deep: the parser throws beyond that,
    /// and at a text that ends in the midst of an escape.
    let private syntax place (file: string) (text: string) =
        try
            let tree = SyntaxParser.Parse(text, file, true)

            match tree.Diagnostics |> Seq.tryHead with
            | Some problem -> Error(notToml (place "" problem.Span.Start.Offset) problem.Message)
            | None -> Ok tree
        with
        | :? TomlException as tooDeep -> Error(notToml { Location.Nowhere with File = file } tooDeep.Message)
        // The parser's own message for an escape that the end of the file cuts off fails on the missing character.
        | :? ArgumentOutOfRangeException -> Error(notToml (place "" text.Length) "the file ends within a text")

    let private ofFile file (text: string) =
        // A byte order mark is no character of the file, and the parser's offsets leave it out.
        let text = text.TrimStart '\uFEFF'
        let place = placesIn file text
        let root = beneath { Location.Nowhere with File = file }

        result {
            let! tree = syntax place file text
            let! top = tree.KeyValues |> List.ofSeq |> foldResult (pair place "" []) root
            return! tree.Tables |> List.ofSeq |> foldResult (section place) top
        }

    let private overridePlace key _ = { Location.Nowhere with File = Fault.SettingFile; Key = key }

    let private single (text: string) =
        syntax overridePlace Fault.SettingFile text
        |> Result.toOption
        |> Option.filter (fun tree -> tree.KeyValues.ChildrenCount = 1 && tree.Tables.ChildrenCount = 0)
        |> Option.bind (fun tree -> Seq.tryHead tree.KeyValues)

    let private noOverride (text: string) =
        Fault.invalid
            (overridePlace "" 0)
            $"'{text}'"
            "KEY=VALUE, for example energy.beta=10"
            ""
            "quote keys that are no plain words: 'functions.\"g(z)\"=z^2'"

    let private applyOverride root (text: string) =
        let split = text.IndexOf '='
        let bare () = if split < 0 then None else single (text[..split] + TomlText.quote (text[split + 1 ..].Trim()))

        match single text |> Option.orElseWith bare with
        | None -> Error(noOverride text)
        | Some syntax -> pair overridePlace "" [] root syntax

    let read file text overrides = ofFile file text |> Result.bind (fun root -> foldResult applyOverride root overrides)
