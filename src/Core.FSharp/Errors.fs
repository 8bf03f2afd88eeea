namespace MeanField.Core

open System

/// Where something went wrong. Lines and columns count from 1, in characters; 0 means unknown.
/// `File` and `Key` are empty where they do not apply.
type Location =
    { File: string
      Line: int
      Column: int
      Key: string }

    /// A file, or an option of the command line, as a whole.
    static member OfFile file = { File = file; Line = 0; Column = 0; Key = "" }

    /// A key of the problem or an option, wherever it was set.
    static member OfKey key = { File = ""; Line = 0; Column = 0; Key = key }

    /// No place is known: the fault belongs to the whole request.
    static member Nowhere = { File = ""; Line = 0; Column = 0; Key = "" }

/// What every message to a user says: where, what was found, what was expected, the nearest right
/// name ("" where none is near) and the remedy.
type Explanation = { Where: Location; Found: string; Expected: string; Nearest: string; Remedy: string }

/// The three kinds of failure, never mixed. They end as exit codes 2, 2 and 70.
[<RequireQualifiedAccess>]
type Fault =
    /// The input is wrong.
    | InvalidInput of explanation: Explanation
    /// The input is right, but this version cannot do it; the explanation names the node and what exists.
    | Unsupported of explanation: Explanation
    /// Our mistake; `dump` holds the program or expression for the report.
    | InternalBug of message: string * dump: string

/// Carries a fault through code that cannot return a `Result`.
type FaultException(fault: Fault) =
    inherit Exception(string fault)
    /// What happened, as data.
    member _.Fault = fault

/// Building and wording of faults. All wording of the frame stands here and nowhere else.
[<RequireQualifiedAccess>]
module Fault =
    let private explain where found expected nearest remedy =
        { Where = where; Found = found; Expected = expected; Nearest = nearest; Remedy = remedy }

    /// The input at `where` is wrong.
    let invalid where found expected nearest remedy = Fault.InvalidInput(explain where found expected nearest remedy)

    /// The input at `where` is right but not built yet.
    let unsupported where found expected nearest remedy = Fault.Unsupported(explain where found expected nearest remedy)

    /// The fault told in another way; an internal bug has no explanation.
    let internal retold (change: Explanation -> Explanation) fault =
        match fault with
        | Fault.InvalidInput explanation -> Fault.InvalidInput(change explanation)
        | Fault.Unsupported explanation -> Fault.Unsupported(change explanation)
        | Fault.InternalBug _ -> fault

    /// The fault, placed at `where` if it had no place of its own, or no more than a key.
    let at where fault =
        fault
        |> retold (fun explanation ->
            if explanation.Where.File = "" && explanation.Where.Line = 0 then
                { explanation with Where = where }
            else
                explanation)

    /// What was found, without its place.
    let found fault =
        match fault with
        | Fault.InvalidInput explanation
        | Fault.Unsupported explanation -> explanation.Found
        | Fault.InternalBug(message, _) -> message

    /// The key that a fault is about, "" for none.
    let key fault =
        match fault with
        | Fault.InvalidInput explanation
        | Fault.Unsupported explanation -> explanation.Where.Key
        | Fault.InternalBug _ -> ""

    /// The file of what "--set KEY=VALUE" sets.
    [<Literal>]
    let internal SettingFile = "--set"

    /// The fault told at the option "--NAME" where it is about a setting of one of these keys "table.NAME", which came from that option.
    let atOption (keys: string seq) fault =
        fault
        |> retold (fun explanation ->
            let where = explanation.Where

            if where.File = SettingFile && Seq.contains where.Key keys then
                { explanation with
                    Where = { where with File = "--" + where.Key.Substring(where.Key.IndexOf '.' + 1) } }
            else
                explanation)

    /// Edit distance in which swapping two neighbours counts as one edit (optimal string alignment). O(|a| |b|).
    let private distance (a: string) (b: string) =
        let d = Array2D.zeroCreate (a.Length + 1) (b.Length + 1)

        for i in 0 .. a.Length do
            for j in 0 .. b.Length do
                d[i, j] <-
                    if i = 0 || j = 0 then
                        i + j
                    else
                        let substitution = d[i - 1, j - 1] + (if a[i - 1] = b[j - 1] then 0 else 1)
                        let edit = min substitution (1 + min d[i - 1, j] d[i, j - 1])

                        if i > 1 && j > 1 && a[i - 1] = b[j - 2] && a[i - 2] = b[j - 1] then
                            min edit (d[i - 2, j - 2] + 1)
                        else
                            edit

        d[a.Length, b.Length]

    /// The candidate closest to `name`, or "" when none is within a third of its length (at least one edit,
    /// but fewer than its letters; letter case ignored); among equally close ones the one that begins alike.
    let nearest (name: string) (candidates: seq<string>) =
        let reach = max 1 (name.Length / 3)
        let lower (text: string) = text.ToLowerInvariant()
        let count letter (text: string) = text |> Seq.filter ((=) letter) |> Seq.length

        // Letters that only one of the two has: tahn is tanh rather than tan, and sed is seed rather than set.
        let strangers (candidate: string) =
            lower name + candidate
            |> Seq.distinct
            |> Seq.sumBy (fun letter -> abs (count letter (lower name) - count letter candidate))

        let shared (candidate: string) = Seq.zip (lower name) (lower candidate) |> Seq.takeWhile (fun (a, b) -> a = b) |> Seq.length

        candidates
        |> Seq.map (fun candidate -> distance (lower name) (lower candidate), strangers (lower candidate), -(shared candidate), candidate)
        |> Seq.filter (fun (edits, _, _, _) -> edits <= reach && edits < max 1 name.Length)
        |> Seq.sort
        |> Seq.tryHead
        |> Option.map (fun (_, _, _, candidate) -> candidate)
        |> Option.defaultValue ""

    let private place (where: Location) =
        [ if where.File <> "" then where.File
          if where.Line > 0 then $"line {where.Line}"
          if where.Column > 0 then $"column {where.Column}"
          if where.Key <> "" then $"key {where.Key}" ]
        |> String.concat ", "

    /// A message is one line of a terminal, which takes other control characters for commands, and no part of it is longer than
    /// `longest` characters: files may hold names and texts of any length.
    let private line longest (text: string) =
        let shown letter = if Char.IsControl letter then $"\\u%04X{int letter}" else string letter
        let cut (text: string) = if text.Length <= longest then text else text[.. longest - 4] + "..."
        text |> cut |> String.collect shown |> cut

    let private visible = line 320

    /// What is expected has room for the names of all derived objects.
    let private choices = line 1000

    let private sentence (explanation: Explanation) =
        let head = visible (place explanation.Where)

        [ (if head = "" then "" else head + ": ") + $"found {visible explanation.Found}"
          if explanation.Expected <> "" then $"expected {choices explanation.Expected}"
          if explanation.Nearest <> "" then $"did you mean '{visible explanation.Nearest}'?"
          if explanation.Remedy <> "" then visible explanation.Remedy ]
        |> String.concat "; "

    /// The one message a user reads: where, found, expected, nearest name, remedy.
    let message fault =
        match fault with
        | Fault.InvalidInput explanation -> sentence explanation
        | Fault.Unsupported explanation -> sentence explanation + " (not supported yet)"
        | Fault.InternalBug(message, _) -> $"internal error: {message}; please report it with the dump that follows"

    /// The process exit code: 2 for input, 70 for an internal bug.
    let exitCode fault =
        match fault with
        | Fault.InvalidInput _
        | Fault.Unsupported _ -> 2
        | Fault.InternalBug _ -> 70

    /// Throws the fault, for callers outside `Result`.
    let raise fault = raise (FaultException fault)
