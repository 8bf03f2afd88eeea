/// Formulas over plain symbols, for the tests of the algebra.
module internal MeanField.Core.Tests.Formulas

open Expecto
open MeanField.Core

let private names = [ for letter in 'a' .. 'z' -> string letter ] @ [ "beta1"; "x1"; "u2" ] |> List.filter (fun name -> name <> "e")

let scope =
    { Names = names |> List.map (fun name -> name, Value(ScalarTerm(Expr.symbol name))) |> Map.ofList
      Functions = Map.empty
      Blocks = []
      InputLength = 0
      Language = { Laws = false; Loss = None }
      Source = Formula.Create(Location.Nowhere, "") }

let formula text = Formula.Create({ File = "p.toml"; Line = 3; Column = 10; Key = "" }, text)

let elaborated scope text = Elaborate.formula scope (formula text)

/// The expression of a formula over the letters a, ..., z.
let read text =
    match elaborated scope text with
    | Ok scalar -> scalar
    | Error fault -> failtest $"{text}: {Fault.message fault}"

/// The message with which a formula is refused.
let refused text =
    match elaborated scope text with
    | Ok scalar -> failtest $"{text} was read as {Infix.print (Display.ofScalar scalar)}"
    | Error fault -> Fault.message fault

let shown scalar = Infix.print (Display.exactly (ScalarTerm scalar))

let notation text =
    match Infix.parse text with
    | Ok notation -> notation
    | Error fault -> failtest $"{text}: found {fault.Unexpected}"

/// One test for a table: every row that disagrees is listed.
let table name rows actual =
    testCase name (fun () ->
        let wrong =
            [ for input: string, expected: string in rows do
                  let found: string = actual input

                  if found <> expected then $"{input}\n  expected {expected}\n  found    {found}" ]

        if not wrong.IsEmpty then failtest (String.concat "\n" wrong))
