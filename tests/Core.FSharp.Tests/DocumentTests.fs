module MeanField.Core.Tests.DocumentTests

open System
open Expecto
open Fractions
open MeanField.Core

let private read text = Document.read "f.toml" text []

let private root text =
    match read text with
    | Ok table -> table
    | Error fault -> failtest (Fault.message fault)

let rec private item (path: string list) (table: Table) =
    match path, Document.tryFind (List.head path) table with
    | [ _ ], Some item -> item
    | _ :: rest, Some { Content = Toml.Table inner } -> item rest inner
    | _ -> failtest $"no item at {path}"

let private at text path = (item path (root text)).Where

let private formula text path =
    match (item path (root text)).Content with
    | Toml.Text formula -> formula
    | other -> failtest $"no text: {other}"

let private number text =
    match (item [ "a" ] (root $"a = {text}")).Content with
    | Toml.Number number -> number
    | other -> failtest $"no number: {other}"

let private message text overrides =
    match Document.read "f.toml" text overrides with
    | Ok _ -> failtest $"'{text}' was read"
    | Error fault -> Fault.message fault

let private place line column key = { File = "f.toml"; Line = line; Column = column; Key = key }

let private places =
    testList
        "places"
        [ test "a value has line, column and full key" {
              Expect.equal (at "x = 1\n[energy]\nbeta = 50.0\n" [ "energy"; "beta" ]) (place 3 8 "energy.beta") ""
          }
          test "columns count characters, not bytes and not UTF-16 units" {
              Expect.equal (at "t = { \"é😀\" = \"é😀\", k = 1 }" [ "t"; "k" ]) (place 1 24 "t.k") ""
          }
          test "a byte order mark is no column" { Expect.equal (at "\uFEFFk = 1" [ "k" ]) (place 1 5 "k") "" }
          test "a quoted key is quoted in the full key" {
              let where = at "[functions]\n\"bump(z)\" = \"exp(-z^2)\"" [ "functions"; "bump(z)" ]
              Expect.equal where (place 2 13 "functions.\"bump(z)\"") ""
          }
          test "an element of a list has its own place" {
              match (item [ "a" ] (root "a = [1,\n  2]")).Content with
              | Toml.List [ _; second ] -> Expect.equal second.Where (place 2 3 "a") ""
              | other -> failtest $"{other}"
          }
          test "headers, dotted keys and inline tables read the same" {
              let key text = (at text [ "a"; "b" ]).Key
              Expect.equal (List.map key [ "[a]\nb = 1"; "a.b = 1"; "a = { b = 1 }" ]) [ "a.b"; "a.b"; "a.b" ] ""
          } ]

/// The formula's characters, each with the place it must have: found in the file by search, not by the reader.
let private formulaCases =
    [ "a plain text", "k = \"ab + c\"", "c", place 1 11 "k"
      "a literal text", "k = 'ab + c'", "c", place 1 11 "k"
      "characters beyond 16 bits", "k = \"é😀c\"", "c", place 1 8 "k"
      "an escape", "k = \"\\u00e9\\U0001F600\\tc\"", "c", place 1 24 "k"
      "several lines", "k = \"\"\"\nab\n c\"\"\"", "c", place 3 2 "k"
      "several lines of a Windows file", "k = \"\"\"\r\nab\r\n c\"\"\"", "c", place 3 2 "k"
      "a line that continues", "k = \"\"\"ab \\\n\n   c\"\"\"", "c", place 3 4 "k"
      "several lines, literal", "k = '''\na\\b\n c'''", "c", place 3 2 "k" ]
    |> List.map (fun (name, text, part, expected) ->
        test $"a formula knows its places: {name}" {
            let formula = formula text [ "k" ]
            Expect.equal (formula.At(formula.Text.IndexOf part)) expected ""
        })

/// Pieces of a TOML text in double quotes with what they mean.
let private escapes =
    [| "a", "a"
       "é", "é"
       "😀", "😀"
       "\\t", "\t"
       "\\\\", "\\"
       "\\\"", "\""
       "\\u00e9", "é"
       "\\U0001F600", "😀"
       "\\x41", "A"
       "\\e", "\u001b" |]

let private linePieces = Array.append escapes [| "\n", "\n"; "\r\n", "\r\n"; "\\\n  ", ""; "\\ \r\n\t\n", ""; "'", "'" |]

/// A line that continues swallows the line breaks that follow it, too: they are left out.
let private withoutSwallowed chosen =
    let keep (kept, continues) (raw: string, meant) = if continues && raw.Trim() = "" then kept, true else (raw, meant) :: kept, meant = ""

    List.fold keep ([], false) chosen |> fst |> List.rev

/// Offsets of the content, each written down with its piece, against those that the reader finds in the whole.
let private offsetsHold quotes (pieces: (string * string)[]) choices =
    let chosen = choices |> List.map (fun index -> pieces[abs (index % pieces.Length)]) |> withoutSwallowed
    let starts = chosen |> List.scan (fun at (raw, _) -> at + String.length raw) (String.length quotes)

    let expected =
        List.zip chosen (List.take chosen.Length starts)
        |> List.collect (fun ((raw, meant), at) ->
            if raw = meant then
                [ for index in 0 .. raw.Length - 1 -> at + index ]
            else
                List.replicate meant.Length at)

    let raw = quotes + String.concat "" (List.map fst chosen) + quotes

    TomlText.contentOffsets raw = Array.ofList (expected @ [ List.last starts ])
    && (formula $"k = {raw}" [ "k" ]).Text = String.concat "" (List.map snd chosen)

let private formulas =
    testList
        "formulas"
        [ yield! formulaCases
          test "the end of a formula is the place of its closing quote" {
              let formula = formula "k = \"ab\"" [ "k" ]
              Expect.equal (formula.At 2, formula.At 99, formula.At -1) (place 1 8 "k", place 1 8 "k", place 1 6 "k") ""
          }
          test "a formula of an override counts columns within its value" {
              match Document.read "f.toml" "" [ "energy.loss=y^2+q" ] |> Result.map (item [ "energy"; "loss" ]) with
              | Ok { Content = Toml.Text formula } ->
                  Expect.equal (formula.At 4) { File = "--set"; Line = 0; Column = 5; Key = "energy.loss" } ""
              | other -> failtest $"{other}"
          }
          test "a formula made of a text counts from its place" {
              let formula = Formula.Create(place 3 7 "k", "a\n😀b")
              Expect.equal (formula.At 1, formula.At 4) (place 3 8 "k", place 4 2 "k") ""
          }
          testProperty "every character of a text is placed, escapes included" (offsetsHold "\"" escapes)
          testProperty "every character of a text of several lines is placed" (fun choices ->
              offsetsHold "\"\"\"" linePieces (0 :: choices @ [ 0 ]))
          testProperty "any text quoted as TOML reads back, its characters in order" (fun (raw: string | null) ->
              let text = String.filter (Char.IsSurrogate >> not) (string raw)
              let formula = formula $"k = {TomlText.quote text}" [ "k" ]
              let columns = [ for index in 0 .. text.Length -> (formula.At index).Column ]
              formula.Text = text && columns = List.sort (List.distinct columns)) ]

let private numbers =
    testList
        "numbers"
        [ test "decimals are exact rationals" {
              let exact = List.map (fun text -> (number text).Exact) [ "50.0"; "1e-8"; "-0.1"; "1_000.5e-1"; "0xff"; "-0.0" ]

              let expected = [ 50, 1; 1, 100000000; -1, 10; 2001, 20; 255, 1; 0, 1 ]
              Expect.equal exact (expected |> List.map (fun (n, d) -> Fraction(bigint n, bigint d, true))) ""
          }
          test "the nearest double and the literal are kept" {
              Expect.equal ((number "0.1").Value, (number "0.10").Literal) (0.1, "0.10") ""
              Expect.equal (number "0.1") (number "0.10") "equal when the values are"
          }
          for literal in [ "inf"; "-nan"; "1e999999"; "1e-999999"; "1e99999999999999999999"; "1." + String('0', 2000) ] do
              test $"{literal[..25]} is refused" {
                  Expect.stringContains (message $"a = {literal}" []) "f.toml, line 1, column 5, key a" ""
              }
          test "zero stays zero under any exponent" { Expect.equal (number "0.0e-99999999999").Exact Fraction.Zero "" } ]

let private overrides =
    testList
        "overrides"
        [ test "they replace, add and keep the order of the file" {
              match Document.read "f.toml" "[e]\na = 1\nb = 2" [ "e.a=3"; "e.c=4"; "f.d=x" ] with
              | Ok root ->
                  let table =
                      match (item [ "e" ] root).Content with
                      | Toml.Table table -> table
                      | _ -> failtest "no table"

                  Expect.equal (table.Entries |> List.map _.Name) [ "a"; "b"; "c" ] ""
                  Expect.equal (item [ "e"; "a" ] root).Where { File = "--set"; Line = 0; Column = 0; Key = "e.a" } ""
                  Expect.equal (item [ "e"; "b" ] root).Where (place 3 5 "e.b") ""
              | Error fault -> failtest (Fault.message fault)
          }
          test "a value that is no TOML is a text" {
              match Document.read "f.toml" "" [ "a=tanh(\"b\" x)=1" ] |> Result.map (item [ "a" ]) with
              | Ok { Content = Toml.Text text } -> Expect.equal text.Text "tanh(\"b\" x)=1" ""
              | other -> failtest $"{other}"
          }
          test "a value cannot begin a table" {
              match Document.read "f.toml" "" [ "a=1\n[b]\nc=2" ] |> Result.map (fun root -> root.Entries |> List.map _.Name) with
              | Ok names -> Expect.equal names [ "a" ] ""
              | Error fault -> failtest (Fault.message fault)
          }
          test "what is no key and value is refused" {
              for text in [ "energy.beta"; "=1"; "a b=1"; "[a]=1"; "" ] do
                  Expect.stringContains (message "" [ text ]) $"--set: found '{text}'; expected KEY=VALUE" ""
          }
          test "a key below a value is refused" { Expect.stringContains (message "a = 1" [ "a.b=1" ]) "key a.b: found a key below a" "" } ]

let private faults =
    testList
        "faults"
        [ for text, expected in
              [ "a = \n", "f.toml, line 1, column 5: found a syntax error"
                "😀 = 1", "f.toml, line 1, column 1: found"
                "a = 1\n\"é\" = 2\nb = foo", "f.toml, line 3, column 5: found"
                "a = 1\na = 2", "f.toml, line 2, column 1: found"
                "a = \"abc", "f.toml, line 1, column 8: found"
                "a = 1\nb = \"c\\", "f.toml, line 2, column 8: found a syntax error (the file ends within a text)"
                "[[t]]\na = 1", "f.toml, line 1, column 1: found a list of tables"
                "a = 1979-05-27 # day", "f.toml, line 1, column 5, key a: found the date 1979-05-27"
                "[a]\nb" + String.replicate 20000 ".a" + " = 1", "f.toml, line 2, column 1: found a key of too many parts"
                "a = " + String('[', 50000), "f.toml: found a syntax error" ] do
              let shown = text[..20].Replace("\n", "|")
              test $"'{shown}' is placed" { Expect.stringStarts (message text []) expected "" } ]

let all = testList "document" [ places; formulas; numbers; overrides; faults ]
