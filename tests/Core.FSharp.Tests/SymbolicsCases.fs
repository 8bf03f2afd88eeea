/// Judges rows of cases, as facts, of Math.NET Symbolics (MIT licence): a text is read by the real parser and elaborator,
/// and what comes out is compared with the expected text by value. Text equality is information.
module internal MeanField.Core.Tests.SymbolicsCases

open System
open MeanField.Core

/// One row; `Argument` is the variable of a derivative or the bindings of an evaluation.
type Case =
    {
        Kind: string
        Input: string
        Argument: string
        Expected: string
        Remark: string
        /// The row says that it asks for more than formulas of real numbers with the common functions: it may be unreadable.
        IsExtension: bool
    }

/// What a row shows.
type Verdict =
    /// The values agree at `points` points; at `skipped` more the expected text has no real value.
    | Agrees of points: int * skipped: int
    /// Neither text has a real value at any point: 0/0.
    | NoValue
    /// A text that must be refused is refused; or the row is about printing alone.
    | Settled
    | NotRead of why: string
    | Differs of where: string
    /// An operation that Core does not have.
    | OtherOperation

type Judged =
    {
        Case: Case
        Verdict: Verdict
        Found: string
        /// Ours and the expected text, read, are one expression.
        SameForm: bool
    }

// ---- Names ----

/// Every name that stands alone is a symbol here, also those that problem files reserve, such as f, x or sin.
let rec private names (notation: Notation) : string list =
    match notation.Form with
    | Number _ -> []
    | Name name -> [ name ]
    | Member(part, _)
    | Index(part, _, _)
    | Negated part
    | Expectation(_, part) -> names part
    | Call(_, parts) -> List.collect names parts
    | Infix(_, left, right)
    | Test(_, left, right) -> names left @ names right

let private symbols notation = names notation |> List.distinct |> List.except [ "pi"; "e" ]

let private scope text names =
    { Names = names |> List.map (fun name -> name, Value(ScalarTerm(Expr.symbol name))) |> Map.ofList
      Functions = Map.empty
      Blocks = []
      InputLength = 0
      Language = { Laws = false; Loss = None }
      Source = Formula.Create(Location.Nowhere, text) }

let private parsed text =
    match Infix.parse text with
    | Ok notation -> Ok notation
    | Error fault -> Error $"found {fault.Unexpected}, expected {fault.Wanted}"

let private elaborated names text =
    let formula = Formula.Create(Location.Nowhere, text)
    Elaborate.formula (scope text names) formula |> Result.mapError Fault.message

/// The expression of a text, with all of its names as symbols.
let expression text = parsed text |> Result.bind (fun notation -> elaborated (symbols notation) text)

let private shown scalar = Infix.print (Display.ofScalar scalar)

// ---- Values ----

/// A third of the points inside (0.1, 0.95), a third in (1.1, 3), a third of mixed sign: where asin, log and roots have values, and elsewhere.
let private points names =
    let random = Random 1957

    [ for place in 0..23 ->
          let draw () =
              match place % 3 with
              | 0 -> 0.1 + 0.85 * random.NextDouble()
              | 1 -> 1.1 + 1.9 * random.NextDouble()
              | _ -> 4.0 * random.NextDouble() - 2.0

          names |> List.map (fun name -> name, [| draw () |]) |> Map.ofList ]

let private world (values: WrittenFormula.Values) : DiscreteLaws.World =
    { DiscreteLaws.noWorld with Numbers = values |> Map.map (fun _ value -> value[0]) }

/// What cancellation leaves of double precision over some twenty operations.
let private tolerance = 1e-10

/// Our expression against the expected notation; `written` is the input, whose own gaps excuse ours.
let private compared (written: Notation) (expected: Notation) (ours: Scalar) =
    let place (values: WrittenFormula.Values) =
        values |> Map.toList |> List.map (fun (name, value) -> $"{name} = %.6g{value[0]}") |> String.concat ", "

    let at values =
        let left, right = DiscreteLaws.value (world values) ours, WrittenFormula.value values expected
        let isExcused = not (Double.IsFinite left || Double.IsFinite(WrittenFormula.value values written))

        if isExcused || not (Double.IsFinite right) then
            None
        else
            let agrees = abs (left - right) <= tolerance * (1.0 + abs right)
            Some(if agrees then None else Some $"%.12g{left} for %.12g{right} at {place values}")

    let found = points (symbols written @ symbols expected |> List.distinct) |> List.map at
    let judged = List.choose id found

    match List.choose id judged, judged.Length with
    | where :: _, _ -> Differs where
    | [], 0 -> NoValue
    | [], count -> Agrees(count, found.Length - count)

// ---- Rows ----

/// d/d`name`: the symbol stands as the one scalar block of a neuron.
let private derivative name formula =
    let block = Expr.coordinate (Free "w") (Block name)
    let exchange shape other = Binding.replace (fun node -> if node.Shape = shape then Some other else None)

    match formula |> exchange (Symbol name) block |> Calculus.gradient "w" name 1 with
    | ScalarTerm slope -> exchange block.Shape (Expr.symbol name) slope
    | VectorTerm _ -> failwith "the gradient by a block of length 1 is a scalar"

let private refusal case =
    match parsed case.Input with
    | Ok notation -> Differs $"it was read as {Infix.print notation}", Infix.print notation
    | Error why -> Settled, why

let private byValue operation case =
    match parsed case.Input, parsed case.Expected, expression case.Input with
    | Ok written, Ok expected, Ok formula ->
        let ours: Scalar = operation formula
        compared written expected ours, shown ours
    | Error why, _, _
    | _, Error why, _
    | _, _, Error why -> NotRead why, ""

let private typeset case =
    match expression case.Input with
    | Ok formula -> Settled, Latex.print (Display.ofScalar formula)
    | Error why -> NotRead why, ""

let private bindings (text: string) =
    text.Split(';', StringSplitOptions.RemoveEmptyEntries)
    |> Array.map (fun binding ->
        let parts = binding.Split '='
        parts[0], Double.Parse(parts[1], Globalization.CultureInfo.InvariantCulture))
    |> Map.ofArray

/// Only the bound names are names: an unbound one is an error.
let private evaluated case =
    let bound = bindings case.Argument

    match elaborated (List.ofSeq (Map.keys bound)) case.Input, case.Expected with
    | Error why, "error" -> Settled, why
    | Ok formula, "error" -> Differs "it has a value", shown formula
    | Error why, _ -> NotRead why, ""
    | Ok formula, expected ->
        let right = Double.Parse(expected, Globalization.CultureInfo.InvariantCulture)
        let left = Evaluate.scalar Doubles.ofTable (World.ofNumbers bound Map.empty Map.empty) formula
        let agrees = abs (left - right) <= 1e-15 * abs right
        (if agrees then Agrees(1, 0) else Differs $"%.17g{left} for {expected}"), string left

let private isInfinite (text: string) = text = "Undefined" || text.Contains '∞' || text.Contains '⧝'

/// What one row shows.
let judge case =
    let verdict, found =
        match case.Kind with
        | _ when isInfinite case.Expected -> OtherOperation, ""
        | "print"
        | "expand" -> byValue id case
        | "differentiate" -> byValue (derivative case.Argument) case
        | "evaluate" -> evaluated case
        | "latex" -> typeset case
        | "parse-error" -> refusal case
        | _ -> OtherOperation, ""

    { Case = case
      Verdict = verdict
      Found = found
      SameForm = found <> "" && expression case.Expected = expression found }

/// Whether the row is as it must be; `differs` marks what the peer gets wrong itself (0/0).
let holds judged =
    match judged.Verdict with
    | Agrees _
    | Settled
    | OtherOperation -> true
    | NoValue
    | Differs _ -> judged.Case.Remark = "differs"
    | NotRead _ -> judged.Case.IsExtension

/// The rows of a tab-separated text with one header line: kind, input, argument, expected, source, a remark, and for an
/// extension why it is one.
let rows (lines: string[]) =
    lines[1..]
    |> Array.filter (String.IsNullOrEmpty >> not)
    |> Array.map (fun line ->
        let columns = line.Split '\t'

        { Kind = columns[0]
          Input = columns[1]
          Argument = columns[2]
          Expected = columns[3]
          Remark = columns[5]
          IsExtension = columns.Length > 6 })
    |> List.ofArray

// ---- The report ----

/// Points at which the values agree, and points without a value.
let private counted judged =
    match judged.Verdict with
    | Agrees(points, skipped) -> points, skipped
    | NoValue
    | Settled
    | NotRead _
    | Differs _
    | OtherOperation -> 0, 0

let private wasRead judged =
    match judged.Verdict with
    | NotRead _
    | OtherOperation -> false
    | Agrees _
    | NoValue
    | Settled
    | Differs _ -> true

let private tally kind (group: Judged list) =
    let count test = group |> List.filter test |> List.length |> sprintf "%7d"
    let agrees = count (fun judged -> fst (counted judged) > 0)
    let skipped = group |> List.sumBy (counted >> snd) |> sprintf "%7d"
    let texts = count (fun judged -> judged.Found = judged.Case.Expected)
    $"%-13s{kind}" + count (fun _ -> true) + count wasRead + agrees + skipped + texts + count _.SameForm

let private sideBySide judged =
    let mark = if judged.SameForm then " " else "~"
    $"%-13s{judged.Case.Kind} {mark} %-44s{judged.Case.Input} %-44s{judged.Case.Expected} {judged.Found}"

/// The lines of the report.
let report judged =
    let faults = judged |> List.filter (holds >> not)

    let isOther row = row.Found <> "" && row.Found <> row.Case.Expected && row.Case.Kind <> "parse-error"

    List.concat
        [ [ "kind            rows   read values (skip)  texts  forms" ]
          judged |> List.groupBy _.Case.Kind |> List.map (fun (kind, group) -> tally kind group)
          [ tally "all" judged
            ""
            "values: rows that agree at every point with a real value; skip: points without one; texts: equal as text;"
            "forms: the expected text, read, is the expression that is printed."
            ""
            "Texts that differ: input, theirs, ours (~ where the forms differ, too)" ]
          judged |> List.filter isOther |> List.map sideBySide
          [ ""; $"{faults.Length} faults" ]
          faults |> List.map (fun row -> $"{row.Case.Kind}  {row.Case.Input}  expected {row.Case.Expected}: {row.Verdict}") ]
