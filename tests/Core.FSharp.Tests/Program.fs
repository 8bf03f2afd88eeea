/// What this assembly does when it is run instead of tested.
module internal MeanField.Core.Tests.Program

open System
open System.IO

let private symbolics path =
    let judged = File.ReadAllLines path |> SymbolicsCases.rows |> List.map SymbolicsCases.judge
    SymbolicsCases.report judged |> List.iter (printfn "%s")
    if List.forall SymbolicsCases.holds judged then 0 else 1

[<EntryPoint>]
let main arguments =
    match arguments with
    | [| "symbolics"; path |] when File.Exists path -> symbolics path
    | [| "mutants" |] -> Mutation.run 0 Int32.MaxValue
    | [| "mutants"; range |] ->
        let bounds = range.Split ".." |> Array.map int
        Mutation.run bounds[0] bounds[bounds.Length - 1]
    | _ ->
        eprintfn
            "usage: mutants [N..M], or symbolics FILE.tsv   (cases of Math.NET Symbolics: kind, input, argument, expected, source, remark)"

        2
