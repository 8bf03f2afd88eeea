/// Formulas of hand derivations, right in many forms and wrong in many ways, problem by problem.
module internal MeanField.Core.Tests.ClaimCorpus

open MeanField.Core
open MeanField.Core.Tests.Problems

/// The first right form of an object is the reference for what is wrong with others; a wrong one stands with the slip that the
/// judgement must name, "" where none fits.
type Chapter = { Title: string; Problem: unit -> Problem; Right: string list; Wrong: (string * string) list }

let chapter title problem right wrong =
    { Title = title
      Problem = fun () -> load problem
      Right = right
      Wrong = wrong }

let example title name right wrong =
    { Title = title
      Problem = fun () -> ExamplesTests.load name
      Right = right
      Wrong = wrong }

let private sine =
    chapter
        "the sine net"
        small
        [ "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "psi = E[x~pi](E[v~mu](sigma(x, w)*sigma(x, v))) - E[z~pi](f(z)*sigma(z, w)) + beta/tau"
          "psi = a*E[z~pi, u~mu]((u.a*tanh(u.b*z + u.c) - f(z))*(exp(b*z + c) - exp(-b*z - c))/(exp(b*z + c) + exp(-b*z - c)))"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*(1 - 2/(exp(2*(b*x + c)) + 1)))"
          "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)"
          "gradient_psi.c = a*E[x~pi]((fhat(x) - f(x))*(1 - tanh(b*x + c))*(1 + tanh(b*x + c)))"
          "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)"
          "drift_greedy.b = beta*a*(E[x~pi](x*f(x)/cosh(b*x + c)^2) - E[x~pi, v~mu](x*sigma(x, v)/cosh(b*x + c)^2))"
          "drift_greedy.b = 4*beta*a*E[s~pi](s*(f(s) - fhat(s))*exp(2*b*s + 2*c)/(1 + exp(2*b*s + 2*c))^2)"
          "drift_greedy.b = -2*a*beta*E[x~pi](x*(fhat(x) - f(x))/(1 + cosh(2*b*x + 2*c)))"
          "drift_greedy.c = a*beta*E[x~pi]((f(x) - fhat(x))*(1 - tanh(c + x*b)^2))"
          "hessian_psi.a.b = E[x~pi]((fhat(x) - f(x))*x*(1 - tanh(b*x + c)^2))"
          "hessian_psi.b.b = -2*a*E[x~pi]((fhat(x) - f(x))*x^2*tanh(b*x + c)*sech(b*x + c)^2)"
          "hessian_psi.b.b = -2*a*E[x~pi]((fhat(x) - f(x))*x^2*sinh(b*x + c)/cosh(b*x + c)^3)"
          "hessian_psi.b.c = -2*a*E[x~pi]((fhat(x) - f(x))*x*tanh(b*x + c)*sech(b*x + c)^2)"
          "hessian_psi.a.a = 0"
          "laplacian_psi = -2*a*E[x~pi]((x^2 + 1)*(fhat(x) - f(x))*tanh(b*x + c)*(1 - tanh(b*x + c)^2))"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v))"
          "second_variation = a*v.a*E[z~pi](tanh(b*z + c)*tanh(v.b*z + v.c)) + a^2 - exp(v.b) + 1"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w)) - norm2(w)/(2*tau)"
          "gibbs_log_density = beta*E[x~pi]((f(x) - fhat(x))*sigma(x, w)) - (a^2 + b^2 + c^2)/(2*tau) - 3/2*log(2*pi*tau)"
          "drift_langevin.a = -a/(beta*tau) - E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))"
          "drift_langevin.c = -c/(beta*tau) - a*E[x~pi]((fhat(x) - f(x))*sech(b*x + c)^2)"
          "drift_langevin.c = -(c + a*beta*tau*E[x~pi]((fhat(x) - f(x))/cosh(b*x + c)^2))/(beta*tau)"
          "diffusion_langevin = sqrt(2/beta)"
          "diffusion_langevin = sqrt(2)/sqrt(beta)"
          "diffusion_langevin = 2*beta^(-1/2)/2^(1/2)"
          "drift_sgd.a = beta*(f(x) - fhat(x))*tanh(b*x + c)"
          "drift_sgd.b = a*beta*x*(f(x) - E[v~mu](v.a*tanh(v.b*x + v.c)))*sech(b*x + c)^2"
          "value_terminal = beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "dual = E[x~pi](alpha(x)*f(x)) - E[x~pi](alpha(x)^2)/2 - log(E[w~gamma](exp(beta*E[x~pi](alpha(x)*sigma(x, w)))))/beta"
          "dual = E[x~pi](alpha(x)*(f(x) - alpha(x)/2)) - log(E[u~gamma](exp(E[z~pi](beta*alpha(z)*sigma(z, u)))))/beta"
          "dual_gradient = f(x) - alpha(x) - E[w~gamma](sigma(x, w)*exp(beta*E[z~pi](alpha(z)*sigma(z, w))))/E[w~gamma](exp(beta*E[z~pi](alpha(z)*sigma(z, w))))"
          "tangent_kernel = E[w~gamma](tanh(w.b*x + w.c)*tanh(w.b*x2 + w.c) + w.a^2*(x*x2 + 1)*sech(w.b*x + w.c)^2*sech(w.b*x2 + w.c)^2)"
          "objective = E[x~pi]((fhat(x) - f(x))^2)/2 + KL(mu, gamma)/beta"
          "objective = E[x~pi](fhat(x)^2)/2 - E[x~pi](f(x)*fhat(x)) + E[x~pi](f(x)^2)/2 + KL(mu, gamma)/beta"
          "objective = E[x~pi, u~mu, v~mu](sigma(x, u)*sigma(x, v) - 2*f(x)*sigma(x, u) + f(x)^2)/2 + KL(mu, gamma)/beta" ]
        [ "psi = E[x~pi]((f(x) - fhat(x))*sigma(x, w))", "the sign"
          "psi = 2*E[x~pi]((fhat(x) - f(x))*sigma(x, w))", "a factor 2 too much"
          "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w))/2", "a factor 1/2 too much"
          "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + a", ""
          "psi = E[x~pi](fhat(x)*sigma(x, w))", "the term -f(x) is missing"
          "psi = E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))", "this is gradient_psi.a"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "this is gradient_psi.b"
          "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*a*sech(b*x + c)^2)", "this is gradient_psi.c"
          "drift_greedy.b = beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "the sign"
          "drift_greedy.b = -2*beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "a factor 2 too much"
          "drift_greedy.b = -E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "a factor beta is missing"
          "drift_greedy.b = -E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)/beta", "1/beta in the place of beta"
          "drift_greedy.b = -tau*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c)^2)", "beta and tau exchanged"
          "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*sech(b*x + c))", "sqrt(1 - tanh(b*x + c)^2) in the place of sech(b*x + c)^2"
          "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*a*x*(1 + tanh(b*x + c)^2))", "the sign of the term -tanh(b*x + c)^2"
          "drift_greedy.b = -beta*E[x~pi]((fhat(x) - f(x))*x*sech(b*x + c)^2)", "the factor a is missing"
          "hessian_psi.b.b = 2*a*E[x~pi]((fhat(x) - f(x))*x^2*tanh(b*x + c)*sech(b*x + c)^2)", "the sign"
          "hessian_psi.b.b = -2*a*E[x~pi]((fhat(x) - f(x))*x*tanh(b*x + c)*sech(b*x + c)^2)", "this is hessian_psi.b.c"
          "hessian_psi.b.c = -2*a*E[x~pi]((fhat(x) - f(x))*x^2*tanh(b*x + c)*sech(b*x + c)^2)", "this is hessian_psi.b.b"
          "laplacian_psi = -2*a*E[x~pi](x^2*(fhat(x) - f(x))*tanh(b*x + c)*(1 - tanh(b*x + c)^2))", "this is hessian_psi.b.b"
          "second_variation = 2*E[x~pi](sigma(x, w)*sigma(x, v))", "a factor 2 too much"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v)) + a*v.a", ""
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w)) - norm2(w)/tau",
          "a factor 2 too much in the term -(a^2 + b^2 + c^2)/(2*tau)"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + norm2(w)/(2*tau)",
          "the sign of the term -(a^2 + b^2 + c^2)/(2*tau)"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w))", "the term -(a^2 + b^2 + c^2)/(2*tau) is missing"
          "gibbs_log_density = -E[x~pi]((fhat(x) - f(x))*sigma(x, w))/beta - norm2(w)/(2*tau)",
          "1/beta in the place of beta in the term -beta*E[x~pi]((fhat(x) - f(x))*sigma(x, w))"
          "drift_langevin.c = -c/tau - a*E[x~pi]((fhat(x) - f(x))*sech(b*x + c)^2)", "a factor beta too much in the term -c/(beta*tau)"
          "drift_langevin.c = c/(beta*tau) - a*E[x~pi]((fhat(x) - f(x))*sech(b*x + c)^2)", "the sign of the term -c/(beta*tau)"
          "drift_langevin.a = -a/(2*beta*tau) - E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))", "a factor 1/2 too much in the term -a/(beta*tau)"
          "diffusion_langevin = sqrt(1/beta)", "sqrt(2/beta) lacks its 2"
          "diffusion_langevin = sqrt(2)", "sqrt(2/beta) lacks its 1/beta"
          "diffusion_langevin = 2/beta", "2/beta in the place of its root sqrt(2/beta)"
          "diffusion_langevin = sqrt(2/tau)", "beta and tau exchanged"
          "diffusion_langevin = 1", "sqrt(2/beta) is missing"
          "drift_sgd.a = beta*(f(x) - fhat(x))*tanh(b*x)", "the term c is missing"
          "drift_sgd.a = beta*(fhat(x) - f(x))*tanh(b*x + c)", "the sign"
          "value_terminal = E[x~pi]((fhat(x) - f(x))*sigma(x, w))", "a factor beta is missing" ]

let private t1 =
    chapter
        "T1, tanh(w x)"
        { small with Activation = "tanh(w*x)"; Parameters = [ "w" ]; Target = "x/(1 + x^2)" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*tanh(w*x))"
          "psi = E[x~pi]((fhat(x) - x/(1 + x^2))*tanh(w*x)) + 1"
          "psi = E[x~pi](E[v~mu](tanh(v.w*x))*tanh(w*x)) - E[x~pi](x*tanh(w*x)/(x^2 + 1))"
          "gradient_psi.w = E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2)"
          "drift_greedy.w = -beta*E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2)"
          "drift_greedy.w = -beta*E[x~pi](x*(fhat(x) - x/(1 + x^2))/cosh(w*x)^2)"
          "drift_greedy.w = -4*beta*E[x~pi](x*(fhat(x) - f(x))/(exp(w*x) + exp(-w*x))^2)"
          "hessian_psi.w.w = -2*E[x~pi](x^2*(fhat(x) - f(x))*tanh(w*x)*sech(w*x)^2)"
          "laplacian_psi = 2*E[x~pi](x^2*(fhat(x) - f(x))*(tanh(w*x)^3 - tanh(w*x)))"
          "laplacian_psi = -8*E[x~pi](x^2*(fhat(x) - f(x))*(exp(w*x) - exp(-w*x))/(exp(w*x) + exp(-w*x))^3)"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*tanh(w*x)) - w^2/(2*tau)"
          "drift_langevin.w = -w/(beta*tau) - E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2)"
          "drift_langevin.w = -E[x~pi](x*(fhat(x) - f(x))*(1 - tanh(w*x)^2) + w/(tau*beta))"
          "second_variation = E[x~pi](tanh(w*x)*tanh(v.w*x))"
          "tangent_kernel = x*x2*E[u~gamma](sech(u.w*x)^2*sech(u.w*x2)^2)"
          "tangent_kernel = x2*x*E[w~gamma]((1 - tanh(w.w*x)^2)/cosh(w.w*x2)^2)"
          "drift_sgd.w = beta*x*(f(x) - fhat(x))*sech(w*x)^2"
          "drift_sgd.w = beta*x*(x/(1 + x^2) - fhat(x))*(1 - tanh(w*x)^2)" ]
        [ "psi = E[x~pi]((fhat(x) - x/(1 - x^2/2))*tanh(w*x))", ""
          "psi = E[x~pi]((fhat(x) - f(x))*tanh(x))", "this is zero, up to what the object is defined up to"
          "drift_greedy.w = -beta*E[x~pi](w*(fhat(x) - f(x))*sech(w*x)^2)", ""
          "drift_greedy.w = -beta*E[x~pi]((fhat(x) - f(x))*sech(w*x)^2)", "the factor x is missing"
          "drift_greedy.w = -beta*E[x~pi](x*(fhat(x) - f(x))*tanh(w*x))", ""
          "drift_greedy.w = -beta*E[x~pi](x^2*(fhat(x) - f(x))*sech(w*x)^2)", "x^2 in the place of x"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*tanh(w*x)) - w^2/2", "a factor tau too much in the term -w^2/(2*tau)"
          "gibbs_log_density = -beta*E[x~pi]((fhat(x) - f(x))*tanh(w*x)) - tau*w^2/2", "tau in the place of 1/tau in the term -w^2/(2*tau)"
          "gibbs_log_density = -beta*(E[x~pi]((fhat(x) - f(x))*tanh(w*x)) + w^2/(2*tau))", "a factor beta too much in the term -w^2/(2*tau)"
          "laplacian_psi = -2*E[x~pi](x^2*(fhat(x) - f(x))*tanh(w*x)^2*sech(w*x))", ""
          "laplacian_psi = E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2)", "this is gradient_psi.w"
          "second_variation = E[x~pi](tanh(w*x)*tanh(w*x))", "this is zero, up to what the object is defined up to"
          "second_variation = E[x~pi](tanh(w*x)*v.w*x)", ""
          "drift_langevin.w = -w/beta - E[x~pi](x*(fhat(x) - f(x))*sech(w*x)^2)", "a factor tau too much in the term -w/(beta*tau)"
          "drift_sgd.w = beta*E[x~pi](x*(f(x) - fhat(x))*sech(w*x)^2)", "a mean over pi too much" ]

let private relu =
    chapter
        "relu"
        { small with Activation = "a*relu(b*x + c)"; Target = "abs(x)" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*a*relu(b*x + c))"
          "psi = a*E[x~pi]((fhat(x) - abs(x))*max(b*x + c, 0))"
          "psi = E[x~pi]((fhat(x) - f(x))*a*(b*x + c + abs(b*x + c)))/2"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*relu(b*x + c))"
          "gradient_psi.b = a*E[x~pi](x*(fhat(x) - f(x))*heaviside(b*x + c))"
          "gradient_psi.c = a*E[x~pi]((fhat(x) - f(x))*(1 + sign(b*x + c))/2)"
          "drift_greedy.b = -beta*a*E[x~pi](x*(fhat(x) - f(x))*heaviside(b*x + c))"
          "drift_greedy.a = beta*(E[x~pi](f(x)*relu(b*x + c)) - E[x~pi, v~mu](v.a*relu(v.b*x + v.c)*relu(b*x + c)))"
          "hessian_psi.a.b = E[x~pi](x*(fhat(x) - f(x))*heaviside(b*x + c))" ]
        [ "gradient_psi.b = a*E[x~pi](x*(fhat(x) - f(x))*relu(b*x + c))", ""
          "gradient_psi.b = a*E[x~pi](x*(fhat(x) - f(x)))", "the factor heaviside(b*x + c) is missing"
          "gradient_psi.c = a*E[x~pi]((fhat(x) - f(x))*sign(b*x + c))", ""
          "psi = E[x~pi]((fhat(x) - f(x))*a*abs(b*x + c))", ""
          "drift_greedy.a = -E[x~pi]((fhat(x) - f(x))*relu(b*x + c))", "a factor beta is missing"
          "psi = E[x~pi]((fhat(x) - x)*a*relu(b*x + c))", "" ]

let private erf =
    chapter
        "erf"
        { small with
            Activation = "erf((b*x + c)/sqrt(2))"
            Parameters = [ "b[p]"; "c" ]
            Target = "x/(1 + x^2) + 1/2" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*erf((b*x + c)/sqrt(2)))"
          "psi = E[x~pi]((fhat(x) - f(x))*(1 - erfc((b*x + c)/sqrt(2))))"
          "gradient_psi.b = sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*x*exp(-(b*x + c)^2/2))"
          "gradient_psi.c = 2/sqrt(2*pi)*E[x~pi]((fhat(x) - f(x))*exp(-(b^2*x^2 + 2*b*c*x + c^2)/2))"
          "drift_greedy.b = -beta*sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*x*exp(-(b*x + c)^2/2))"
          "hessian_psi.b.c = -sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*x*(b*x + c)*exp(-(b*x + c)^2/2))"
          "laplacian_psi = -sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*(1 + x^2)*(b*x + c)*exp(-(b*x + c)^2/2))" ]
        [ "gradient_psi.b = 2/sqrt(pi)*E[x~pi]((fhat(x) - f(x))*x*exp(-(b*x + c)^2/2))", "2 in the place of sqrt(2)"
          "gradient_psi.b = sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*x*exp(-(b*x + c)^2))",
          "exp(-(b*x + c)^2) in the place of exp(-(b*x + c)^2/2)"
          "gradient_psi.c = sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*x*exp(-(b*x + c)^2/2))", "this is gradient_psi.b"
          "laplacian_psi = sqrt(2/pi)*E[x~pi]((fhat(x) - f(x))*(1 + x^2)*(b*x + c)*exp(-(b*x + c)^2/2))", "the sign"
          "psi = E[x~pi]((fhat(x) - f(x))*erfc((b*x + c)/sqrt(2)))", "the sign" ]

let private sigmoid =
    chapter
        "sigmoid in two dimensions"
        { pairOfBlocks with Activation = "a*sigmoid(dot(b, x))" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*a*sigmoid(dot(b, x)))"
          "psi = E[x~pi]((fhat(x) - x[1])*a/(1 + exp(-b[1]*x[1] - b[2]*x[2])))"
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x)"
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*sigmoid(-dot(b, x))*x)"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*(1 + tanh(dot(b, x)/2))/2)"
          "drift_greedy.b = -beta*a*E[x~pi]((fhat(x) - f(x))*exp(-dot(b, x))/(1 + exp(-dot(b, x)))^2*x)"
          "drift_greedy.b = -beta*a/4*E[x~pi]((fhat(x) - f(x))*sech(dot(x, b)/2)^2*x)"
          "drift_sgd.b = beta*a*(f(x) - fhat(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x"
          "drift_langevin.b = -b/(beta*tau) - a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x)"
          "hessian_psi.a.b = E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x)"
          "laplacian_psi = a*E[x~pi]((fhat(x) - f(x))*norm2(x)*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*(1 - 2*sigmoid(dot(b, x))))"
          "laplacian_psi = -a*E[x~pi]((fhat(x) - f(x))*(x[1]^2 + x[2]^2)*sigmoid(dot(b, x))*sigmoid(-dot(b, x))*tanh(dot(b, x)/2))"
          "gibbs_log_density = -beta*a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))) - (a^2 + norm2(b))/(2*tau)"
          "tangent_kernel = E[v~gamma](sigmoid(dot(v.b, x))*sigmoid(dot(v.b, x2))*(1 + v.a^2*dot(x, x2)*sigmoid(-dot(v.b, x))*sigmoid(-dot(v.b, x2))))" ]
        [ "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 + sigmoid(dot(b, x)))*x)",
          "the sign of the term -sigmoid(dot(b, x))"
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x))))*b", ""
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x[1])*ones(2)", ""
          "drift_greedy.b = -beta*a*E[x~pi]((fhat(x) - f(x))*sech(dot(x, b)/2)^2*x)", ""
          "drift_langevin.b = -b/(beta*tau) + a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x)",
          "the sign of the term -a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*x)"
          "laplacian_psi = a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*(1 - 2*sigmoid(dot(b, x))))",
          "the factor norm2(x) is missing"
          "drift_sgd.b = beta*a*(f(x) - fhat(x))*sigmoid(dot(b, x))*(1 - sigmoid(dot(b, x)))*b", ""
          "gibbs_log_density = -beta*a*E[x~pi]((fhat(x) - f(x))*sigmoid(dot(b, x))) - (a + norm2(b))/(2*tau)", "a in the place of a^2" ]

/// Chapters on the squared loss and its nets.
let nets = [ sine; t1; relu; erf; sigmoid ]
