/// What a claim that cannot be judged is answered: the whole message.
module internal MeanField.Core.Tests.ClaimMessageTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.Problems

let private objects =
    "objective, psi, first_variation, second_variation, gradient_psi.a, gradient_psi.b, gradient_psi.c, "
    + "hessian_psi.a.a, hessian_psi.a.b, hessian_psi.a.c, hessian_psi.b.b, hessian_psi.b.c, hessian_psi.c.c, "
    + "laplacian_psi, gibbs_log_density, dual, dual_gradient, dual_hessian, drift_greedy.a, drift_greedy.b, "
    + "drift_greedy.c, drift_sgd.a, drift_sgd.b, drift_sgd.c, value_terminal, foellmer_drift.a, foellmer_drift.b, "
    + "foellmer_drift.c, drift_langevin.a, drift_langevin.b, drift_langevin.c, diffusion_langevin, tangent_kernel"

let private withoutEntropy =
    "objective, psi, first_variation, second_variation, gradient_psi.a, gradient_psi.b, gradient_psi.c, "
    + "hessian_psi.a.a, hessian_psi.a.b, hessian_psi.a.c, hessian_psi.b.b, hessian_psi.b.c, hessian_psi.c.c, "
    + "laplacian_psi, drift_langevin.a, drift_langevin.b, drift_langevin.c, diffusion_langevin, tangent_kernel"

let private functions =
    "abs acos asin atan cos cosh coth csch diag dot embed erf erfc exp gelu hadamard heaviside identity if lg ln "
    + "log log10 max min norm2 ones outer pow relu sech sigmoid sign silu sin sinh softplus sqrt sum tan tanh unit"

/// Long lists of names, as they stand in messages.
let private written (text: string) = text.Replace("{OBJECTS}", objects).Replace("{FEWER}", withoutEntropy).Replace("{FUNCTIONS}", functions)

let private formula index text = Formula.Create({ File = $"--claim {index + 1}"; Line = 1; Column = 1; Key = "" }, text)

let private table name problem rows =
    let subject = lazy (load problem |> Subject.create)

    let message text =
        match subject.Value |> Result.bind (fun subject -> Claim.read subject (formula 0 text)) with
        | Ok _ -> "it was read"
        | Error fault -> Fault.message fault

    Formulas.table name (rows |> List.map (fun (claim, message) -> claim, written message)) message

let private decay = { small with Objective = "E[x~pi](loss(f(x), fhat(x))) + E[w~mu](norm2(w))/2" }

let all =
    testList
        "claim messages"
        [ table
              "of the sine net"
              small
              [ "",
                "--claim 1, line 1, column 1: found nothing; expected NAME = EXPRESSION; put the whole claim in quotes: --claim \"psi = ...\""
                "psi",
                "--claim 1, line 1, column 4: found a claim without '='; expected NAME = EXPRESSION; put the whole claim in quotes: --claim \"psi = ...\""
                "psi E[x~pi](x)",
                "--claim 1, line 1, column 15: found a claim without '='; expected NAME = EXPRESSION; put the whole claim in quotes: --claim \"psi = ...\""
                "psi =",
                "--claim 1, line 1, column 6: found nothing after '='; expected NAME = EXPRESSION; put the whole claim in quotes: --claim \"psi = ...\""
                "= a",
                "--claim 1, line 1, column 1: found nothing before '='; expected NAME = EXPRESSION; put the whole claim in quotes: --claim \"psi = ...\""
                "psi <= a",
                "--claim 1, line 1, column 5: found the comparison '<='; expected '=' between the name and the expression; claims are equalities"
                "psi < a",
                "--claim 1, line 1, column 5: found the comparison '<'; expected '=' between the name and the expression; claims are equalities"
                "psi == a",
                "--claim 1, line 1, column 5: found the comparison '=='; expected '=' between the name and the expression; claims are equalities"
                "psi := a",
                "--claim 1, line 1, column 5: found the comparison ':='; expected '=' between the name and the expression; claims are equalities"
                "psi = a = b", "--claim 1, line 1, column 9: found a second '='; expected one '='; make two claims of it"
                "psi = if(a = 1, b, c)*y",
                "--claim 1, line 1, column 23: found the unknown name 'y'; expected one of a, b, c, w, pi, e, beta, tau; y is a reserved word without a meaning here"
                "psy = a", "--claim 1, line 1, column 1: found the unknown object 'psy'; expected one of {OBJECTS}; did you mean 'psi'?"
                "Psi = a", "--claim 1, line 1, column 1: found the unknown object 'Psi'; expected one of {OBJECTS}; did you mean 'psi'?"
                "gradiant_psi.b = a",
                "--claim 1, line 1, column 1: found the unknown object 'gradiant_psi.b'; expected one of {OBJECTS}; did you mean 'gradient_psi.b'?"
                "gradient_psi = a",
                "--claim 1, line 1, column 1: found 'gradient_psi' without its block; expected one of gradient_psi.a, gradient_psi.b, gradient_psi.c; write gradient_psi.a = ..."
                "gradient_psi.d = a",
                "--claim 1, line 1, column 1: found 'gradient_psi.d', whose block is unknown; expected one of gradient_psi.a, gradient_psi.b, gradient_psi.c; did you mean 'gradient_psi.a'?"
                "hessian_psi.a = a",
                "--claim 1, line 1, column 1: found 'hessian_psi.a' without its block; expected one of hessian_psi.a.a, hessian_psi.a.b, hessian_psi.a.c; write hessian_psi.a.a = ..."
                "drift_greedy.bb = a",
                "--claim 1, line 1, column 1: found 'drift_greedy.bb', whose block is unknown; expected one of drift_greedy.a, drift_greedy.b, drift_greedy.c; did you mean 'drift_greedy.b'?"
                "hessian_psi.b.a = a",
                "--claim 1, line 1, column 1: found 'hessian_psi.b.a', whose block is unknown; expected one of hessian_psi.a.a, hessian_psi.a.b, hessian_psi.a.c, hessian_psi.b.b, hessian_psi.b.c, hessian_psi.c.c; did you mean 'hessian_psi.a.b'?"
                "hjb = 0",
                "--claim 1, line 1, column 1: found the equation 'hjb'; expected a derived object; an equation cannot be claimed; claim the drift or value in it"
                "fokker_planck = 0",
                "--claim 1, line 1, column 1: found the equation 'fokker_planck'; expected a derived object; an equation cannot be claimed; claim the drift or value in it"
                "bregman = 0",
                "--claim 1, line 1, column 1: found 'bregman', which is a statement; expected a derived object; claim an object that is in it"
                "sandwich = 0",
                "--claim 1, line 1, column 1: found 'sandwich', which is a statement; expected a derived object; claim an object that is in it"
                "psi(x) = a", "--claim 1, line 1, column 1: found 'psi(x)'; expected psi or psi(w)"
                "objective(w) = a", "--claim 1, line 1, column 1: found 'objective(w)'; expected objective"
                "psi = a +", "--claim 1, line 1, column 10: found the end of the formula; expected a number, a name or '('"
                "psi = (a + b",
                "--claim 1, line 1, column 13: found the end of the formula; expected ')' for the '(' opened at character 1; balance the parentheses"
                "psi = a b", "--claim 1, line 1, column 9: found 'b'; expected an operator; write the multiplication sign: 2*x"
                "psi = 2a", "--claim 1, line 1, column 8: found 'a'; expected an operator; write the multiplication sign: 2*x"
                "psi = tahn(b)",
                "--claim 1, line 1, column 7: found the unknown function 'tahn'; expected one of {FUNCTIONS}; did you mean 'tanh'?; define it in [functions] or correct the name"
                "psi = q*a",
                "--claim 1, line 1, column 7: found the unknown name 'q'; expected one of a, b, c, w, pi, e, beta, tau; declare it in [neuron] parameters or [constants]"
                "psi = y",
                "--claim 1, line 1, column 7: found the unknown name 'y'; expected one of a, b, c, w, pi, e, beta, tau; y is a reserved word without a meaning here"
                "psi = v.a",
                "--claim 1, line 1, column 7: found the unknown name 'v'; expected one of a, b, c, w, pi, e, beta, tau; bind it: E[v~mu](...)"
                "psi = x*a",
                "--claim 1, line 1, column 7: found the unknown name 'x'; expected one of a, b, c, w, pi, e, beta, tau; bind it: E[x~pi](...)"
                "psi = sigma(x, w)",
                "--claim 1, line 1, column 13: found the unknown name 'x'; expected one of a, b, c, w, pi, e, beta, tau; bind it: E[x~pi](...)"
                "psi = E[x~pi](fhat(x)*sigma(x, v))",
                "--claim 1, line 1, column 32: found the unknown name 'v'; expected one of a, b, c, w, x, pi, e, beta, tau; bind it: E[v~mu](...)"
                "psi = E[x~nu](x)", "--claim 1, line 1, column 7: found the law 'nu'; expected pi, mu or gamma; did you mean 'mu'?"
                "psi = E[w~mu](w.q)", "--claim 1, line 1, column 15: found the block 'q'; expected a parameter: a, b, c"
                "first_variation = mu", "--claim 1, line 1, column 19: found a vector of length 3; expected a scalar, as first_variation is"
                "first_variation = E[v~mu](log(mu(v)))",
                "--claim 1, line 1, column 19: found a density at another neuron than w; expected mu(w) or gamma(w)"
                "psi = alpha(0.5)",
                "--claim 1, line 1, column 7: found the unknown function 'alpha'; expected one of {FUNCTIONS}; alpha is a reserved word without a meaning here"
                "psi = a + constant",
                "--claim 1, line 1, column 11: found the unknown name 'constant'; expected one of a, b, c, w, pi, e, beta, tau; declare it in [neuron] parameters or [constants]"
                "objective = a",
                "--claim 1, line 1, column 13: found the parameter 'a' without its neuron; expected a bound neuron before it, as in E[w~mu](w.a); write w.a"
                "objective = sigma(0.5, w)",
                "--claim 1, line 1, column 24: found the unknown name 'w'; expected one of pi, e, beta, tau; bind it: E[w~mu](...)"
                "second_variation = v2.a",
                "--claim 1, line 1, column 20: found the unknown name 'v2'; expected one of a, b, c, v, w, pi, e, beta, tau; did you mean 'v'?; bind it: E[v2~mu](...)"
                "drift_greedy.b = t*a",
                "--claim 1, line 1, column 18: found the unknown name 't'; expected one of a, b, c, w, pi, e, beta, tau; t is a reserved word without a meaning here"
                "drift_greedy.b = b[2]", "--claim 1, line 1, column 18: found component 2; expected 1 to 1; components count from 1"
                "dual = alpha", "--claim 1, line 1, column 8: found alpha without its input; expected alpha(x); write alpha(x)"
                "dual_gradient = E[z~pi](alpha(z)) + alpha",
                "--claim 1, line 1, column 37: found alpha without its input; expected alpha(x); write alpha(x)"
                "tangent_kernel = x*x3",
                "--claim 1, line 1, column 20: found the unknown name 'x3'; expected one of x, x2, pi, e, beta, tau; did you mean 'x'?; bind it: E[x3~pi](...)"
                "psi = a/0", "--claim 1, line 1, column 7: found a division by zero; expected a divisor other than 0; change the formula"
                "psi = tanh(a, b)", "--claim 1, line 1, column 7: found 2 arguments of 'tanh'; expected one argument"
                "psi = a < b", "--claim 1, line 1, column 9: found '<'; expected an operator or the end of the formula"
                "psi = f",
                "--claim 1, line 1, column 7: found the function 'f' without an argument; expected f(...); give it an argument in parentheses"
                "psi = f(a)",
                "--claim 1, line 1, column 9: found an input that depends on a neuron or on mu; expected an input such as x; change the formula (not supported yet)" ]

          table
              "of a net with vectors"
              pairOfBlocks
              [ "psi = E[x~pi](b*x)",
                "--claim 1, line 1, column 15: found the product of a vector of length 2 and a vector of length 2; expected a scalar factor; write dot(u, v) for the inner product"
                "psi = b", "--claim 1, line 1, column 7: found a vector of length 2; expected a scalar, as psi is"
                "gradient_psi.b = a", "--claim 1, line 1, column 18: found a scalar; expected a vector of length 2, as gradient_psi.b is"
                "gradient_psi.b = b[3]", "--claim 1, line 1, column 18: found component 3; expected 1 to 2; components count from 1"
                "gradient_psi.b = E[x~pi](dot(b, x)) + b",
                "--claim 1, line 1, column 18: found a scalar and a vector of length 2; expected two terms of one length; make a number of the vector: dot(u, v), sum(u) or a component such as u[1]"
                "psi = tanh(b)", "--claim 1, line 1, column 7: found a vector of length 2; expected a scalar, as psi is"
                "hessian_psi.b.b = b",
                "--claim 1, line 1, column 19: found a vector of length 2; expected a vector of length 4, as hessian_psi.b.b is"
                "psi = E[x~pi](x[3])", "--claim 1, line 1, column 15: found component 3; expected 1 to 2; components count from 1" ]

          table
              "of a problem without entropy"
              decay
              [ "drift_greedy.a = 0",
                "--claim 1, line 1, column 1: found 'drift_greedy.a', which this problem has not; expected one of {FEWER}"
                "gibbs_log_density = 0",
                "--claim 1, line 1, column 1: found 'gibbs_log_density', which this problem has not: the Gibbs law, the dual, the controlled dynamics and their drifts need T + c*KL(mu, gamma) with c > 0: an objective without a KL term; expected an object that is derived"
                "dual = 0", "--claim 1, line 1, column 1: found 'dual', which this problem has not; expected one of {FEWER}" ]

          table
              "of kinks"
              { small with Activation = "a*relu(b*x + c)" }
              [ "hessian_psi.b.b = 0",
                "--claim 1, line 1, column 1: found 'hessian_psi.b.b', which this problem has not: first derivatives hold almost everywhere, but the next one would differentiate the jump of heaviside(b*x + c), which no function is: unsupported; expected an object that is derived"
                "laplacian_psi = 0",
                "--claim 1, line 1, column 1: found 'laplacian_psi', which this problem has not: first derivatives hold almost everywhere, but the next one would differentiate the jump of heaviside(b*x + c), which no function is: unsupported; expected an object that is derived" ]

          testCase "one that cannot be read keeps all others from being judged" (fun () ->
              match [ "psi = a"; "psi = b*"; "psi = c*" ] |> List.mapi formula |> Verification.judge (load small) with
              | Ok _ -> failtest "they were judged"
              | Error fault -> Expect.stringStarts (Fault.message fault) "--claim 2, line 1, column 9: " "the first fault") ]
