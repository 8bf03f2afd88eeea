/// Problems combined at random: neurons, losses, targets and objectives of many kinds.
module internal MeanField.Core.Tests.CombinedProblems

open System
open MeanField.Core.Tests.Problems

let private pick (random: Random) (choices: 'choice list) = choices[random.Next choices.Length]

// ---- Neurons ----

let private affine = [ "a"; "b[p]"; "c" ]

let private neurons =
    [ "a*tanh(dot(b, x) + c)", affine
      "tanh(dot(b, x))", [ "b[p]" ]
      "a*relu(dot(b, x) + c)", affine
      "a*sigmoid(dot(b, x))*sech(c)", affine
      "exp(-norm2(x - b)/2)*a", [ "a"; "b[p]" ]
      "erf(bump(a)*sum(b) + norm2(x))", [ "a"; "b[p]" ]
      "a*abs(dot(q, x) - c)", [ "a"; "c" ]
      "if(dot(b, x) < c, k, a)", affine
      "softplus(c)*sin(dot(b, x)) + gelu(a)", affine
      "blend(a, dot(b, x)) + max(c, a, 0)", affine
      "sum(tanh(b)) + a*sum(x)", [ "a"; "b[p]" ]
      "a*(1 + norm2(b - x))^(-1/2)", [ "a"; "b[p]" ]
      "(1 + a^2)^sin(c)*sum(x)", [ "a"; "c" ]
      "a^2*c - a*norm2(x)", [ "a"; "c" ]
      "dot(b, x)*dot(d, x) + a", [ "a"; "b[p]"; "d[p]" ]
      "log(2, 1 + a^2 + norm2(b))*x[1]", [ "a"; "b[p]" ] ]

let private functions =
    [ "tanh"
      "sin"
      "cos"
      "sigmoid"
      "atan"
      "erf"
      "softplus"
      "silu"
      "gelu"
      "sech"
      "erfc"
      "relu"
      "abs"
      "bump"
      "sinh" ]

let private arguments = [ "dot(b, x) + c"; "k*sum(b)*sum(x) - c"; "c - dot(b, x)/2"; "c*x[1] + b[1]"; "min(dot(b, x), c)" ]

/// A neuron made of two functions of the table.
let private composed random =
    let f, g, u, v = pick random functions, pick random functions, pick random arguments, pick random arguments
    pick random [ $"a*{f}({u})"; $"{f}({u})*{g}(a)"; $"a*{f}({u}) + {g}({v})/2"; $"{f}(a*{g}({u})/2)"; $"a*({f}({u}) - k)^2" ], affine

// ---- Losses, targets, objectives ----

let private losses =
    [ "squared"
      "logistic"
      "(y - yhat)^4/12 + (y - yhat)^2/2"
      "log(cosh(y - yhat))"
      "sqrt(1 + (y - yhat)^2)"
      "k*abs(y - yhat)"
      "softplus(-y*yhat)"
      "exp(yhat) - y*yhat"
      "max(0, 1 - y*yhat)"
      "max(k*(y - yhat), (k - 1)*(y - yhat))"
      "if(abs(y - yhat) < 1, (y - yhat)^2/2, abs(y - yhat) - 1/2)"
      "3*(y - yhat)^2 + k*yhat"
      "(y - yhat)^2/2 + cosh(yhat)" ]

let private targets = [ "sin(pi*sum(x))"; "norm2(x) - k"; "sign(dot(q, x))*tanh(sum(x))"; "if(sum(x) < 0, 1, -1)"; "bump(x[1])" ]

let private penalties = [ "w.a^2/2"; "norm2(w)"; "abs(w.a)"; "log(1 + w.a^2)"; "-cos(w.a)"; "w.a" ]

let private kernels =
    [ "exp(-norm2(v - w)/2)"
      "cos(v.a - w.a)"
      "1/(1 + (v.a - w.a)^2)"
      "-abs(v.a - w.a)"
      "v.a*w.a*exp(v.a*w.a/8)"
      "-log(1 + norm2(v - w))"
      "min(w.a^2, v.a^2)" ]

let private fits =
    [ "E[x~pi](loss(f(x), fhat(x)))"
      "2*E[x~pi]((f(x) - fhat(x))^2)"
      "E[x~pi]((f(x) - E[z~pi](f(z)) - fhat(x) + E[z~pi](fhat(z)))^2)"
      "log(E[x~pi](exp((f(x) - fhat(x))^2/4)))"
      "E[x~pi, z~pi]((fhat(x) - fhat(z))^2)/4 - E[x~pi](f(x)*fhat(x))"
      "norm2(E[x~pi](E[w~mu](sigma(x, w)*x)))"
      "E[w~mu](w.a^2) - E[w~mu](w.a)^2"
      "log(E[w~mu](exp(tanh(w.a))))"
      "E[w~mu](tanh(w.a*E[v~mu](v.a*bump(w.a))))"
      "(1 + E[w~mu](w.a)^2)^(1/2)"
      "E[x~pi](fhat(x)^2/(1 + f(x)^2)) + E[v~gamma](E[x~pi](sigma(x, v)*fhat(x)))" ]

let private entropies =
    [ "KL(mu, gamma)/beta"
      "KL(mu, gamma)/beta"
      "3*KL(mu, gamma)/beta"
      "k*KL(mu, gamma)"
      "KL(gamma, mu)/beta"
      "KL(mu, gamma)/beta + k*KL(gamma, mu)" ]

let private objective random =
    let kernel = pick random kernels
    let fit = pick random fits
    let penalised = fit + " + k*E[w~mu](" + pick random penalties + ")"
    let repulsive = "E[v~mu, w~mu](" + kernel + ")"
    let discrepancy = repulsive + " - 2*E[v~mu, w~gamma](" + kernel + ")"
    let potential = pick random [ fit; penalised; penalised; repulsive; discrepancy; fit + " + " + repulsive ]

    pick
        random
        [ ""
          ""
          potential + " + " + pick random entropies
          potential + " + " + pick random entropies
          "(" + potential + " + KL(mu, gamma))/beta"
          potential ]

// ---- Problems ----

let private vector dimension =
    if dimension = 1 then
        "1.5"
    else
        List.init dimension (fun k -> $"{k - 1}") |> String.concat ", " |> sprintf "[%s]"

let private shared =
    { small with
        Functions = "\"bump(z)\" = \"exp(-z^2)\"\n\"blend(u, v)\" = \"bump(u)*v + u/(1 + v^2)\"\n" }

/// A law on the neurons alone: no input, no target.
let private sampling random =
    let potential =
        pick random [ "w.a^4/4 - w.a^2"; "(w.a - norm2(w.b))^2"; "exp(w.a/4)"; "cos(w.a)*sum(w.b)"; "abs(w.a)*k"; "softplus(dot(w.b, q))" ]

    { shared with
        Constants = "k = 0.5\nq = [1, -2]\n"
        Activation = ""
        Parameters = [ "a"; "b[2]" ]
        Dimension = 0
        Target = ""
        Loss = ""
        Objective = "E[w~mu](" + potential + ") + " + pick random [ "KL(mu, gamma)/beta"; "k*KL(mu, gamma)" ] }

let private regression (random: Random) =
    let dimension = random.Next(1, 4)
    let activation, parameters = if random.Next 2 = 0 then pick random neurons else composed random
    // objectives of w.a need the block
    let activation, parameters =
        if List.contains "a" parameters then
            activation, parameters
        else
            $"a*{activation}", "a" :: parameters

    { shared with
        Constants = $"k = 0.5\nq = {vector dimension}\n"
        Activation = activation
        Parameters = parameters
        Dimension = dimension
        Target = pick random targets
        Loss = pick random losses
        Objective = objective random }

let private isReadable problem = Result.isOk (ProblemFiles.readWith [] (toml problem) |> Result.bind MeanField.Core.Model.create)

/// The problem of a number: the first of its drawing that reads (b*x has a meaning for p = 1 alone).
let problem seed =
    let random = Random(seed: int)
    let draw _ = if random.Next 8 = 0 then sampling random else regression random
    Seq.initInfinite draw |> Seq.find isReadable
