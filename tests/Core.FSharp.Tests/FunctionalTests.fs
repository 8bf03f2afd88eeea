module MeanField.Core.Tests.FunctionalTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private parts objective =
    match (model { small with Objective = objective }).Objective |> Functional.split with
    | Error fault -> Fault.message fault
    | Ok functional ->
        let entropy (term: Entropy) = $"{Formulas.shown term.Coefficient} * {term.Left}|{term.Right}"

        String.concat "; " (Formulas.shown functional.Potential :: List.map entropy functional.Entropies)

let all =
    Formulas.table
        "an objective is cut into its potential and its entropy terms"
        [ "", "E[x~pi]((fhat(x) - f(x))^2)/2; 1/beta * Mu|Prior"
          "E[w~mu](w.a^2)", "E[v~mu](v.a^2)"
          "KL(mu, gamma)", "0; 1 * Mu|Prior"
          "3*KL(mu, gamma)/beta + E[w~mu](w.a)", "E[v~mu](v.a); 3/beta * Mu|Prior"
          "(E[w~mu](w.a) + KL(mu, gamma))/beta", "E[v~mu](v.a)/beta; 1/beta * Mu|Prior"
          "KL(mu, gamma)/beta + 2*tau*KL(mu, gamma)/tau", "0; 2 + 1/beta * Mu|Prior"
          "(1 + KL(mu, gamma))*tau - KL(mu, gamma)*tau", "tau"
          "KL(gamma, mu)*tau - 2*KL(mu, gamma)", "0; -2 * Mu|Prior; tau * Prior|Mu"
          "E[w~gamma](w.a)*KL(mu, gamma)", "0; E[v~gamma](v.a) * Mu|Prior"
          "E[x~pi](KL(mu, gamma)*f(x))", "0; E[x~pi](f(x)) * Mu|Prior"
          "KL(mu, gamma)^2",
          "key energy.objective: found a power or product of KL terms, or a factor that depends on mu; expected T + c*KL(mu, gamma) with c free of mu; let KL stand alone, with a factor free of mu (not supported yet)"
          "E[w~mu](w.a)*KL(mu, gamma)",
          "key energy.objective: found a power or product of KL terms, or a factor that depends on mu; expected T + c*KL(mu, gamma) with c free of mu; let KL stand alone, with a factor free of mu (not supported yet)"
          "KL(mu, gamma)*exp(KL(mu, gamma))",
          "key energy.objective: found a power or product of KL terms, or a factor that depends on mu; expected T + c*KL(mu, gamma) with c free of mu; let KL stand alone, with a factor free of mu (not supported yet)"
          "exp(KL(mu, gamma))",
          "key energy.objective: found KL inside another function; expected T + c*KL(mu, gamma) with c free of mu; let KL stand alone, with a factor (not supported yet)" ]
        parts
