module MeanField.Core.Tests.MutantTests

open Expecto

let private stands index (mutant: Mutant.Mutant) =
    testCase $"the place of mutant {index} occurs once in {mutant.File}" (fun () ->
        Expect.equal (Mutation.occurrences (Mutation.source mutant) (Mutant.place mutant)) 1 mutant.Original)

/// Two mutants change the same expression or different ones, never a part of the other's.
let private areApart () =
    for _, mutants in Mutants.all |> List.groupBy _.File do
        let text = Mutation.source mutants.Head
        let places = mutants |> List.map (Mutation.position text) |> List.distinct |> List.sort

        for (first, expression), (second, _) in List.pairwise places do
            Expect.isLessThanOrEqual (first + expression.Length) second expression

let all = testList "mutants" (testCase "no mutant stands inside another" areApart :: List.mapi stands Mutants.all)
