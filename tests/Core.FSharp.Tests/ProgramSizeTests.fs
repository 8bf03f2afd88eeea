/// Programs of long formulas: as long as the formulas, made in time that grows with them.
module internal MeanField.Core.Tests.ProgramSizeTests

open System.Diagnostics
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

/// A neuron of so many different terms, fifty a function: a formula of the file has its own limit of length.
let private ofTerms terms =
    let term k = $"a*tanh({k}*b*x/7 + c^{k % 5 + 2}/{k})"
    let parts = [ 1..terms ] |> List.chunkBySize 50 |> List.mapi (fun index part -> $"part{index}(a, b, c, x)", List.map term part)

    let line (head, body) = "\"" + head + "\" = \"" + String.concat " + " body + "\"\n"

    { small with
        Functions = parts |> List.map line |> String.concat ""
        Activation = parts |> List.map fst |> String.concat " + " }

let private programOf terms = (programs (ofTerms terms)).Step

let private linear =
    testCase "the program of 500 terms is ten times as long as that of 50" (fun () ->
        let short, long = (programOf 50).Code.Length, (programOf 500).Code.Length
        Expect.isLessThan (float long / float short) 10.5 $"{short} and {long} values")

/// Sharing keeps a formula short whose written-out form is long.
let private nested =
    testCase "a formula of shared parts has a program of as many values" (fun () ->
        let rec activation depth = if depth = 0 then "tanh(b*x + c)" else $"twice({activation (depth - 1)})"

        let problem =
            { small with
                Functions = "\"twice(u)\" = \"sin(u) + u*cos(u)\"\n"
                Activation = "a*" + activation 6 }

        Expect.isLessThan (programs problem).Step.Code.Length 200 "6 levels, each read twice")

let private factorOf k = $"(1 + tanh({k}*b*x/7 + c)/{k})"

let private ofFactors factors = { small with Activation = "a*" + ([ 1..factors ] |> List.map factorOf |> String.concat "*") }

let private product =
    testCase "the program of 64 factors is less than six times as long as that of 16" (fun () ->
        let length factors = (programs (ofFactors factors)).Step.Code.Length
        let short, long = length 16, length 64
        // n log(n): 4*6/4 = 6; Leibniz' sum, one product of all other factors for each, would have 14 times as many
        Expect.isLessThan (float long / float short) 6.0 $"{short} and {long} values")

let report () =
    for terms in [ 50; 100; 200; 400; 800 ] do
        let clock = Stopwatch.StartNew()
        let program = programOf terms
        printfn "%d terms: %d values in %d ms" terms program.Code.Length clock.ElapsedMilliseconds

let all = testList "program size" [ linear; product; nested ]
