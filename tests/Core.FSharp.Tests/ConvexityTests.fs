module MeanField.Core.Tests.ConvexityTests

open System
open Expecto
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// A loss over the symbols y, yhat and the letters of `Formulas`.
let private loss text =
    let names = scope.Names |> Map.add "yhat" (Value(ScalarTerm(Expr.symbol "yhat")))

    match Elaborate.formula { scope with Names = names } (formula text) with
    | Ok scalar -> scalar
    | Error fault -> failtest (Fault.message fault)

/// The positive letter d, and nothing of the others.
let private facts = Range.unknown |> Range.knowing (Expr.symbol "d") Interval.positive

let private shownConvex text =
    match Convexity.ofLoss facts (loss text) with
    | IsConvex _ -> "convex"
    | NotShown _ -> "not shown"

let private losses =
    Formulas.table
        "the convexity of losses in yhat"
        [ "(y - yhat)^2/2", "convex"
          "log(1 + exp(-y*yhat))", "convex"
          "abs(y - yhat)", "convex"
          "abs(y - yhat)^3", "convex"
          "(y - yhat)^4", "convex"
          "yhat^4 - y*yhat", "convex"
          "exp(-y*yhat)", "convex"
          "exp(yhat) - y*yhat", "convex"
          "softplus(yhat) - y*yhat", "convex"
          "sqrt(1 + (y - yhat)^2)", "convex"
          "log(cosh(y - yhat))", "convex"
          "relu(1 - y*yhat)", "convex"
          "relu(1 - y*yhat)^2", "convex"
          "if(y*yhat < 1, 1 - y*yhat, 0)", "convex"
          "if(1 <= y*yhat, 0, (1 - y*yhat)^2)", "convex"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)", "convex"
          "if(abs(y - yhat) <= 3/2, (y - yhat)^2/2, 3/2*abs(y - yhat) - 9/8)", "convex"
          "if(d < abs(yhat - y), d*(abs(y - yhat) - d/2), (y - yhat)^2/2)", "convex"
          "if((y - yhat)^2 <= d^2, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)", "convex"
          "-log(yhat)", "convex"
          "-log(1 - yhat) - y^2*log(yhat)", "convex"
          "yhat*log(yhat) - yhat", "convex"
          "yhat^2/(1 + y^2)", "convex"
          "(y - yhat)^2*d", "convex"
          "(y - yhat)^2*(1 + tanh(y))", "convex"
          "exp((y - yhat)^2)", "convex"
          "cosh(y - yhat)", "convex"
          "(1/4)*y^2*yhat", "convex"
          "if(yhat < y, 0.9*(y - yhat), 0.1*(yhat - y))", "convex"
          // not convex, or not by what is known
          "tanh(y - yhat)^2", "not shown"
          "(y - yhat)^3", "not shown"
          "-(y - yhat)^2", "not shown"
          "log(1 + (y - yhat)^2)", "not shown"
          "1 - exp(-(y - yhat)^2)", "not shown"
          "y*yhat^2", "not shown"
          "(yhat^2 - 1)^2", "not shown"
          "1/yhat", "not shown"
          "1/yhat^2", "not shown"
          "-log(yhat^2)", "not shown"
          "(yhat^2 - 1)^(3/2)", "not shown"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, abs(y - yhat))", "not shown"
          "if(yhat < 0, 0, -yhat)", "not shown"
          "if(yhat < 0, 0, 1 + yhat)", "not shown"
          "if(abs(y - yhat) <= d, (y - yhat)^2/2, d^2/2)", "not shown"
          "heaviside(-y*yhat)", "not shown"
          "sin(yhat)", "not shown"
          "sqrt(abs(y - yhat))", "not shown"
          "a*abs(y - yhat)", "not shown" ]
        shownConvex

let all = testList "convexity" [ losses ]
