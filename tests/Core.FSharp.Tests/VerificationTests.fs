/// The checks hold on what is right: on the examples and on problems combined at random.
module MeanField.Core.Tests.VerificationTests

open System
open System.IO
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private orFail result =
    match result with
    | Ok value -> value
    | Error fault -> failtest (Fault.message fault)

let private describe (check: Check) = $"{check.Name} ({check.Kind}): {check.Error} against {check.Tolerance}; {check.Detail}"

let private failures (problem: Problem) =
    Verification.checks problem |> orFail |> List.filter (fun check -> check.Outcome = Outcome.Fails) |> List.map describe

let private neurons =
    [ "a*tanh(dot(b, x) + c)", [ "a"; "b[p]"; "c" ]
      "tanh(dot(b, x))", [ "b[p]" ]
      "a*relu(dot(b, x) + c)", [ "a"; "b[p]"; "c" ]
      "a*sigmoid(dot(b, x))*sech(c)", [ "a"; "b[p]"; "c" ]
      "exp(-norm2(x - b)/2)*a", [ "a"; "b[p]" ]
      "erf(bump(a)*sum(b) + norm2(x))", [ "a"; "b[p]" ]
      "a*abs(dot(q, x) - c)", [ "a"; "c" ]
      "if(dot(b, x) < c, k, a)", [ "a"; "b[p]"; "c" ]
      "softplus(c)*sin(dot(b, x)) + gelu(a)", [ "a"; "b[p]"; "c" ]
      "blend(a, dot(b, x)) + max(c, a, 0)", [ "a"; "b[p]"; "c" ] ]

let private losses =
    [ "squared"
      "logistic"
      "(y - yhat)^4/12 + (y - yhat)^2/2"
      "log(cosh(y - yhat))"
      "sqrt(1 + (y - yhat)^2)"
      "k*abs(y - yhat)" ]

let private objectives =
    [ ""
      ""
      "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](w.a^2)/2 + KL(mu, gamma)/beta"
      "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta"
      "E[v~mu, w~mu](exp(-norm2(v - w)/2)) - 2*E[v~mu, w~gamma](exp(-norm2(v - w)/2)) + KL(mu, gamma)/beta"
      "E[x~pi]((f(x) - E[z~pi](f(z)) - fhat(x) + E[z~pi](fhat(z)))^2) + KL(gamma, mu)/beta"
      "log(E[w~mu](exp(tanh(w.a)))) + 3*KL(mu, gamma)/beta"
      "E[w~mu](tanh(w.a*E[v~mu](v.a*bump(w.a)))) + KL(mu, gamma)/beta"
      "norm2(E[x~pi](E[w~mu](sigma(x, w)*x))) + (1 + E[w~mu](w.a)^2)^(1/2)" ]

let private pick (random: Random) (choices: 'choice list) = choices[random.Next choices.Length]

/// A problem combined at random from the lists.
let private combined seed =
    let random = Random seed
    let dimension = random.Next(1, 4)
    let activation, parameters = pick random neurons
    let objective = pick random objectives
    // objectives of w.a need the block
    let activation, parameters =
        if List.contains "a" parameters then
            activation, parameters
        else
            $"a*{activation}", "a" :: parameters

    { small with
        Functions = "\"bump(z)\" = \"exp(-z^2)\"\n\"blend(u, v)\" = \"bump(u)*v + u/(1 + v^2)\"\n"
        Constants =
            "k = 0.5\nq = "
            + (if dimension = 1 then
                   "1.5"
               else
                   List.init dimension (fun k -> $"{k - 1}") |> String.concat ", " |> sprintf "[%s]")
            + "\n"
        Activation = activation
        Parameters = parameters
        Dimension = dimension
        Target = pick random [ "sin(pi*sum(x))"; "norm2(x) - k"; "sign(dot(q, x))*tanh(sum(x))" ]
        Loss = pick random losses
        Objective = objective }

let private examples = Directory.GetDirectories ExamplesTests.examples |> Array.map (Path.GetFileName >> nonNull) |> Array.sort

/// What fails on `count` random problems and on the examples: nothing should.
let falseAlarms count : string list =
    [ for seed in 0 .. count - 1 do
          for failure in combined seed |> load |> failures -> $"problem {seed}, {failure}"
      for name in examples do
          for failure in ExamplesTests.load name |> failures -> $"{name}, {failure}" ]

let all =
    testList
        "verification"
        [ for first in 0..10..60 do
              testCase $"nothing fails on the true derivations of random problems {first} to {first + 9}" (fun () ->
                  for seed in first .. first + 9 do
                      let problem = combined seed
                      Expect.isEmpty (load problem |> failures) (toml problem))

          for name in examples do
              testCase $"nothing fails on the example {name}" (fun () -> Expect.isEmpty (ExamplesTests.load name |> failures) name) ]
