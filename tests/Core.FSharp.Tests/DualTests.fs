module MeanField.Core.Tests.DualTests

open System
open Expecto
open MeanField.Core

let private stepsOf problem =
    let model = Problems.model problem
    let functional = Problems.split problem

    match Gibbs.inverseTemperature functional with
    | Ok inverse -> Fenchel.steps Range.unknown false model functional inverse
    | Error fault -> failtest (Fault.message fault)

let all =
    testList
        "dual"
        [ testCase "explore" (fun () ->
              for loss in
                  [ "squared"
                    "logistic"
                    "exp(yhat) - y*yhat"
                    "exp(yhat^2) - y*yhat"
                    "abs(y-yhat)"
                    "sqrt(1+(y-yhat)^2)"
                    "(y-yhat)^3" ] do
                  eprintfn "==== %s" loss

                  for step in stepsOf { Problems.small with Loss = loss } |> List.map Derivation.step do
                      eprintfn "%s: %s" step.Name step.Statement.Infix
                      if loss = "squared" then eprintfn "      %s" step.Statement.Latex
                      if step.Name = "dual" || step.Name.StartsWith "conj" then eprintfn "     because %s" step.Because

              for objective in
                  [ "E[w~mu](norm2(w) + w.a) + KL(mu, gamma)/beta"
                    "E[x~pi](fhat(x)^2 - 2*fhat(x)*f(x)) + E[w~mu](w.a^2)/10 + 3*KL(mu, gamma)"
                    "log(E[x~pi](fhat(x)^2)) + KL(mu, gamma)" ] do
                  eprintfn "==== %s" objective

                  for step in stepsOf { Problems.small with Objective = objective } |> List.map Derivation.step do
                      eprintfn "%s: %s" step.Name step.Statement.Infix
                      if step.Name = "dual" then eprintfn "     because %s" step.Because) ]
