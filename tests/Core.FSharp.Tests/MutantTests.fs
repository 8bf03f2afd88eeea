module MeanField.Core.Tests.MutantTests

open Expecto

let private stands index (mutant: Mutants.Mutant) =
    testCase $"the place of mutant {index} occurs once in {mutant.File}" (fun () ->
        Expect.equal (Mutation.occurrences (Mutation.source mutant) mutant.Original) 1 mutant.Original)

let all = testList "mutants" (List.mapi stands Mutants.all)
