/// The corpus of claims, judged: what is right is proved or agrees, what is wrong is refuted at a point where an independent
/// evaluation of the claim and of the hand form sees the same two values.
module internal MeanField.Core.Tests.ClaimCorpusTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.ClaimCorpus

let private chapters = nets @ ClaimCorpusOfLosses.chapters @ ClaimCorpusOfModels.chapters

let private judge (problem: Problem) text =
    Verification.judge problem [ Formula.Create({ Location.Nowhere with Line = 1; Column = 1 }, text) ]
    |> Result.map List.exactlyOne

let private verdict judged =
    match judged with
    | Ok(judgement: Judgement) -> string judgement.Verdict
    | Error fault -> Fault.message fault

// ---- What is right ----

let private judgedRight =
    lazy
        [ for chapter in chapters do
              let problem = chapter.Problem()

              for claim in chapter.Right do
                  chapter, claim, judge problem claim |> verdict ]

let private share wanted =
    let all = judgedRight.Value
    float (all |> List.filter (fun (_, _, verdict) -> verdict = wanted) |> List.length) / float all.Length

let private right =
    testList
        "right"
        [ for chapter in chapters do
              testCase chapter.Title (fun () ->
                  for other, claim, verdict in judgedRight.Value do
                      if other.Title = chapter.Title then Expect.contains [ "Proved"; "Agrees" ] verdict claim)

          testCase "nine of ten hand forms are proved" (fun () ->
              Expect.isGreaterThanOrEqual judgedRight.Value.Length 130 "the size of the corpus"
              Expect.isGreaterThanOrEqual (share "Proved") 0.9 "the share that is proved") ]

// ---- What is wrong ----

let private nameOf (claim: string) = claim.Substring(0, claim.IndexOf '=').Trim()
let private reference chapter claim = chapter.Right |> List.tryFind (fun right -> nameOf right = nameOf claim)

/// Doubles of some hundred operations, on values of size one; the enclosure decides which of the two is larger.
let private near (found: float) (expected: float) =
    Expect.isLessThan (Math.Abs(found - expected)) (1e-9 * (1.0 + Math.Abs expected)) $"{found} is near to {expected}"

let private refuted chapter problem (claim, hint) =
    match judge problem claim with
    | Error fault -> failtest $"{claim}: {Fault.message fault}"
    | Ok judgement ->
        Expect.equal judgement.Verdict ClaimVerdict.Refuted claim
        Expect.equal judgement.Hint hint $"hint on {claim}"
        let claimed = Rereading.value problem judgement claim
        let derived = reference chapter claim |> Option.map (Rereading.value problem judgement) |> Option.defaultValue judgement.Derived
        near judgement.Claimed claimed
        near judgement.Derived derived
        Expect.isTrue (judgement.DifferenceLow > 0.0 || judgement.DifferenceHigh < 0.0) $"zero is excluded: {claim}"
        Expect.equal (sign (claimed - derived)) (sign judgement.DifferenceLow) $"the sign of the difference: {claim}"

let private wrong =
    testList
        "wrong"
        [ for chapter in chapters do
              testCase chapter.Title (fun () -> chapter.Wrong |> List.iter (refuted chapter (chapter.Problem())))

          testCase "every wrong claim has a hand form to be compared with" (fun () ->
              for chapter in chapters do
                  for claim, _ in chapter.Wrong do
                      Expect.isSome (reference chapter claim) $"{chapter.Title}: {claim}")

          testCase "the corpus is large" (fun () ->
              Expect.isGreaterThanOrEqual (chapters |> List.sumBy _.Wrong.Length) 150 "wrong claims"
              Expect.isGreaterThanOrEqual chapters.Length 12 "problems") ]

let all = testList "claim corpus" [ right; wrong ]

// ---- The campaign ----

/// The corpus in one line, after the claims that are not proved though right, or not refuted though wrong, and after slips unnamed.
let report () : string list =
    let wrong =
        [ for chapter in chapters do
              let problem = chapter.Problem()

              for claim, hint in chapter.Wrong do
                  let judged = judge problem claim
                  let named = judged |> Result.map _.Hint |> Result.defaultValue ""
                  chapter, claim, (if named = hint then verdict judged else $"{verdict judged}, {named}") ]

    let count wanted list = list |> List.filter (fun (_, _, verdict) -> verdict = wanted) |> List.length
    let stray wanted list = list |> List.filter (fun (_, _, verdict) -> verdict <> wanted)
    let line (chapter, claim, verdict) = $"{chapter.Title}: {claim}: {verdict}"
    let right = judgedRight.Value
    let proved, agree, refuted = count "Proved" right, count "Agrees" right, count "Refuted" right

    List.map line (stray "Proved" right @ stray "Refuted" wrong)
    @ [ $"""{right.Length} right: {proved} proved, {agree} agree, {refuted} refuted; {wrong.Length} wrong: {count "Refuted" wrong} refuted""" ]
