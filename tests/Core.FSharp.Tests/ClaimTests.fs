/// Claims of a user on the sine net, judged: what is right in another form, what is wrong, and what cannot be read.
module MeanField.Core.Tests.ClaimTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private judged text =
    Verification.judge (load small) [ Formula.Create({ Location.Nowhere with Line = 1; Column = 1 }, text) ]
    |> Result.map List.exactlyOne

let private judgement text =
    match judged text with
    | Ok judgement -> judgement
    | Error fault -> failtest (Fault.message fault)

let private right =
    [ "first_variation(w) = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + log(mu(w)/gamma(w))/beta"
      "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + (log(mu(w)) - log(gamma(w)))/beta - 2"
      "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + log(mu(w))/beta + norm2(w)/(2*beta*tau)"
      "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)"
      "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*(1 - tanh(b*x + c)^2))"
      "drift_greedy.b = beta*E[z~pi](4*a*z*(f(z) - fhat(z))/(exp(b*z + c) + exp(-b*z - c))^2)"
      "psi = E[v~mu](E[x~pi](sigma(x, w)*sigma(x, v))) - E[x~pi](f(x)*sigma(x, w)) + 3*beta"
      "second_variation = E[x~pi](sigma(x,w)*sigma(x,v)) + a^2 + v.b"
      "hessian_psi.a.b = E[x~pi]((fhat(x)-f(x))*x*(1-tanh(b*x+c)^2))"
      "laplacian_psi = -2*a*E[x~pi]((x^2+1)*(fhat(x)-f(x))*tanh(b*x+c)*(1-tanh(b*x+c)^2))"
      "gibbs_log_density = -beta*E[x~pi]((fhat(x)-f(x))*sigma(x,w)) - norm2(w)/(2*tau) + 7"
      "dual = E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x,w)))))/beta"
      "drift_langevin.c = -c/(beta*tau) - a*E[x~pi]((fhat(x)-f(x))*sech(b*x+c)^2)"
      "tangent_kernel = E[w~gamma](tanh(w.b*x+w.c)*tanh(w.b*x2+w.c) + w.a^2*(x*x2+1)*sech(w.b*x+w.c)^2*sech(w.b*x2+w.c)^2)"
      "value_terminal = beta*E[x~pi]((fhat(x)-f(x))*sigma(x,w))"
      "drift_sgd.a = beta*(f(x)-fhat(x))*tanh(b*x+c)"
      "dual_gradient = f(x) - alpha(x) - E[w~gamma](sigma(x,w)*exp(beta*E[z~pi](alpha(z)*sigma(z,w))))/E[w~gamma](exp(beta*E[z~pi](alpha(z)*sigma(z,w))))"
      "objective = E[x~pi]((fhat(x)-f(x))^2)/2 + KL(mu,gamma)/beta"
      "objective = E[x~pi](fhat(x)^2)/2 - E[x~pi](f(x)*fhat(x)) + E[x~pi](f(x)^2)/2 + KL(mu,gamma)/beta" ]

/// With the slip that the judgement must name, "" where none fits.
let private wrong =
    [ "objective = E[x~pi]((fhat(x)-f(x))^2)/2 + beta*KL(mu,gamma)", "beta in the place of 1/beta in the term KL(mu, gamma)/beta"
      "objective = E[x~pi]((fhat(x)-f(x))^2)/2", "the term KL(mu, gamma)/beta is missing"
      "objective = E[x~pi]((fhat(x)-f(x))^2) + KL(mu,gamma)/beta", "a factor 2 too much in the term E[x~pi]((fhat(x) - f(x))^2)/2"
      "objective = E[x~pi]((fhat(x)-f(x))^2) + KL(mu,gamma)", ""
      "objective = E[x~pi]((fhat(x)-f(x))^2)/2 + KL(gamma,mu)/beta", ""
      "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + log(mu(w)/gamma(w))",
      "a factor beta too much in the term log(mu(w)/gamma(w))/beta"
      "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + log(mu(w))/beta", "the factor 1/gamma(w) is missing"
      "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w))", "this is psi"
      "drift_greedy.b = beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "the sign"
      "drift_greedy.b = -2*beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "a factor 2 too much"
      "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + a", ""
      "diffusion_langevin = sqrt(1/beta)", "sqrt(2/beta) lacks its 2"
      "drift_langevin.c = -c/tau - a*E[x~pi]((fhat(x)-f(x))*sech(b*x+c)^2)", "a factor beta too much in the term -c/(beta*tau)"
      // Equal to the derived one wherever beta exceeds tau.
      "drift_langevin.c = -c/(max(beta, tau)*tau) - a*E[x~pi]((fhat(x)-f(x))*sech(b*x+c)^2)", ""
      "drift_sgd.a = beta*(f(x)-fhat(x))*tanh(b*x)", "the term c is missing" ]

let private unreadable =
    [ "psy = a", "line 1, column 1: found the unknown object 'psy'"
      "hjb = 0", "line 1, column 1: found the equation 'hjb'"
      "psi = a +", "column 10: found the end of the formula"
      "psi = y", "column 7: found the unknown name 'y'"
      "drift_greedy.q = a", "found 'drift_greedy.q', whose block is unknown"
      "psi E[x~pi](x)", "found a claim without '='" ]

let all =
    testList
        "claims"
        [ testList "proved" [ for text in right -> test text { Expect.equal (judgement text).Verdict ClaimVerdict.Proved "verdict" } ]
          testList
              "refuted, with an enclosure of the difference that excludes zero"
              [ for text, hint in wrong ->
                    test text {
                        let judgement = judgement text
                        Expect.equal judgement.Verdict ClaimVerdict.Refuted "verdict"
                        Expect.isTrue (judgement.DifferenceLow > 0.0 || judgement.DifferenceHigh < 0.0) "the enclosure"
                        Expect.isSome judgement.Point "the counterexample"
                        Expect.equal judgement.Hint hint "hint"
                    } ]
          testList
              "unreadable"
              [ for text, message in unreadable ->
                    test text {
                        match judged text with
                        | Ok _ -> failtest "it was judged"
                        | Error fault -> Expect.stringContains (Fault.message fault) message "message"
                    } ] ]
