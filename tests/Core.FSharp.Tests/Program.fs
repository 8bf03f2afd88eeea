/// What this assembly does when it is run instead of tested.
module internal MeanField.Core.Tests.Program

open System
open System.IO
open Expecto

let private symbolics path =
    let judged = File.ReadAllLines path |> SymbolicsCases.rows |> List.map SymbolicsCases.judge
    SymbolicsCases.report judged |> List.iter (printfn "%s")
    if List.forall SymbolicsCases.holds judged then 0 else 1

let private alarms count =
    VerificationTests.summary count |> List.iter (printfn "%s")
    let found = VerificationTests.falseAlarms count
    found |> List.iter (printfn "%s")
    printfn "%d checks fail on what is right" found.Length
    if found.IsEmpty then 0 else 1

let private claims () =
    ClaimCorpusTests.report () |> List.iter (printfn "%s")
    0

/// Runs the tests whose name contains the text.
let private only (part: string) =
    let chosen = Test.filter " / " (fun names -> (String.concat " / " names).Contains part) ExpectoInXunit.all
    runTestsWithCLIArgs [ CLIArguments.No_Spinner; CLIArguments.Parallel_Workers 2 ] [||] chosen

/// The numbers of a list such as 1..4,9.
let private numbers (list: string) =
    let range (part: string) =
        let bounds = part.Split ".." |> Array.map int
        [ bounds[0] .. bounds[bounds.Length - 1] ]

    list.Split ',' |> Seq.collect range |> Set.ofSeq

let private normalForms count =
    let wrong = NormalFormTests.wrong count
    wrong |> List.iter (printfn "%s")
    printfn "%d of %d random formulas have a normal form of another value" wrong.Length count
    if wrong.IsEmpty then 0 else 1

[<EntryPoint>]
let main arguments =
    match arguments with
    | [| "symbolics"; path |] when File.Exists path -> symbolics path
    | [| "mutants" |] -> Mutation.run (Set [ 0 .. Mutants.ofDerivations.Length - 1 ])
    | [| "mutants"; "every"; step |] -> Mutation.run (Set [ 0 .. int step .. Mutants.ofDerivations.Length - 1 ])
    | [| "mutants"; "faults" |] -> Mutation.run (Set [ Mutants.ofDerivations.Length .. Mutants.all.Length - 1 ])
    | [| "mutants"; list |] -> Mutation.run (numbers list)
    | [| "alarms"; count |] -> alarms (int count)
    | [| "claims" |] -> claims ()
    | [| "sizes" |] ->
        ProgramSizeTests.report ()
        0
    | [| "only"; part |] -> only part
    | [| "normal"; count |] -> normalForms (int count)
    | _ ->
        eprintfn "usage: alarms COUNT         (checks of COUNT random problems and of the examples: none may fail)"
        eprintfn "       claims               (the corpus of claims: what is not proved or refuted as it should, and the counts)"

        eprintfn
            "       mutants [N..M,K | every N | faults]   (wrong variants of the source, one at a time: verify must see each, and tests those of faults)"

        eprintfn "       normal COUNT         (the prover's normal forms of COUNT random formulas: none may change a value)"
        eprintfn "       only TEXT            (the tests whose name contains the text)"
        eprintfn "       sizes                (values and milliseconds of the programs of long formulas)"
        eprintfn "       symbolics FILE.tsv   (cases of Math.NET Symbolics: kind, input, argument, expected, source, remark)"
        2
