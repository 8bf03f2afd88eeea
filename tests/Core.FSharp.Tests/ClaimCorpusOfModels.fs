/// The corpus of claims on models of the literature: constants, user functions, data, sampling problems.
module internal MeanField.Core.Tests.ClaimCorpusOfModels

open MeanField.Core.Tests.Problems
open MeanField.Core.Tests.ClaimCorpus

let private torus =
    example
        "deconvolution on the torus"
        "06-torus-deconvolution"
        [ "psi = E[x~pi]((fhat(x) - f(x))*kernel(x - c))"
          "psi = E[x~pi]((fhat(x) - f(x))*(1 + 2*(cos(2*pi*(c - x)) + cos(4*pi*(c - x)) + cos(6*pi*(c - x)))))"
          "gradient_psi.c = 4*pi*E[x~pi]((fhat(x) - f(x))*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))"
          "drift_greedy.c = beta*4*pi*E[x~pi]((fhat(x) - f(x))*(sin(2*pi*(c - x)) + 2*sin(4*pi*(c - x)) + 3*sin(6*pi*(c - x))))"
          "laplacian_psi = -8*pi^2*E[x~pi]((fhat(x) - f(x))*(cos(2*pi*(x - c)) + 4*cos(4*pi*(x - c)) + 9*cos(6*pi*(x - c))))"
          "second_variation = E[x~pi](kernel(x - c)*kernel(x - v.c))" ]
        [ "gradient_psi.c = -4*pi*E[x~pi]((fhat(x) - f(x))*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))", "the sign"
          "gradient_psi.c = 4*E[x~pi]((fhat(x) - f(x))*(sin(2*pi*(x - c)) + 2*sin(4*pi*(x - c)) + 3*sin(6*pi*(x - c))))", ""
          "gradient_psi.c = 4*pi*E[x~pi]((fhat(x) - f(x))*(sin(2*pi*(x - c)) + sin(4*pi*(x - c)) + sin(6*pi*(x - c))))", ""
          "laplacian_psi = -8*pi^2*E[x~pi]((fhat(x) - f(x))*(cos(2*pi*(x - c)) + 2*cos(4*pi*(x - c)) + 3*cos(6*pi*(x - c))))", "" ]

let private banana =
    example
        "the banana"
        "11-banana"
        [ "gibbs_log_density = -U(b[1], b[2])"
          "gibbs_log_density = -b[1]^2/(2*s^2) - (b[2] + k*b[1]^2 - k*s^2)^2/2 - log(2*pi*s)"
          "psi = U(b[1], b[2]) - norm2(w)/(2*tau)"
          "diffusion_langevin = sqrt(2)"
          "laplacian_psi = 1/s^2 + 4*k^2*b[1]^2 + 2*k*(b[2] + k*(b[1]^2 - s^2)) + 1 - 2/tau"
          "drift_greedy.b = b/tau - unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))"
          "drift_langevin.b = -unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))"
          "second_variation = 0"
          "second_variation = exp(b[1]) - v.b[2]" ]
        [ "gibbs_log_density = U(b[1], b[2])", "the sign"
          "gibbs_log_density = -U(b[2], b[1])", "b[1] and b[2] exchanged"
          "gibbs_log_density = -U(b[1], b[2]) - norm2(b)/(2*tau)", ""
          "psi = U(b[1], b[2])", "the term -norm2(b)/(2*tau) is missing"
          "drift_langevin.b = b/tau - unit(1, 2)*(b[1]/s^2 + 2*k*b[1]*(b[2] + k*(b[1]^2 - s^2))) - unit(2, 2)*(b[2] + k*(b[1]^2 - s^2))",
          "this is drift_greedy.b"
          "second_variation = b[1]*v.b[1]", ""
          "diffusion_langevin = sqrt(2/beta)", "" ]

let private linear =
    chapter
        "the linear net"
        { wide with Activation = "dot(b, x)"; Parameters = [ "b[p]" ]; Target = "x[1] - 2*x[2]" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*dot(b, x))"
          "psi = dot(b, E[x~pi]((fhat(x) - f(x))*x))"
          "psi = E[x~pi]((dot(E[v~mu](v.b), x) - x[1] + 2*x[2])*dot(b, x))"
          "psi = dot(b, E[x~pi, v~mu](dot(v.b, x)*x)) - b[1]*E[x~pi]((x[1] - 2*x[2])*x[1]) - b[2]*E[x~pi]((x[1] - 2*x[2])*x[2])"
          "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*x)"
          "drift_greedy.b = beta*E[x~pi]((f(x) - fhat(x))*x)"
          "laplacian_psi = 0"
          "second_variation = E[x~pi](dot(b, x)*dot(v.b, x))"
          "tangent_kernel = dot(x, x2)"
          "tangent_kernel = (norm2(x + x2) - norm2(x - x2))/4"
          "drift_langevin.b = -b/(beta*tau) - E[x~pi]((fhat(x) - f(x))*x)" ]
        [ "psi = E[x~pi]((fhat(x) - f(x))*norm2(x))", "this is zero, up to what the object is defined up to"
          "gradient_psi.b = E[x~pi](fhat(x) - f(x))*b", ""
          "tangent_kernel = norm2(x)", ""
          "tangent_kernel = dot(x, x2) + 1", ""
          "tangent_kernel = x[1]*x2[2] + x[2]*x2[1]", ""
          "second_variation = dot(b, v.b)", ""
          "drift_langevin.b = -b/(beta*tau) - beta*E[x~pi]((fhat(x) - f(x))*x)",
          "a factor beta too much in the term -E[x~pi]((fhat(x) - f(x))*x)" ]

let private quadratic =
    chapter
        "a quadratic neuron"
        { wide with Activation = "dot(w, x)^2"; Parameters = [ "w[p]" ] }
        [ "psi = E[x~pi]((fhat(x) - f(x))*dot(w, x)^2)"
          "psi = E[x~pi]((E[v~mu](dot(v.w, x)^2) - norm2(x))*(w[1]*x[1] + w[2]*x[2])^2)"
          "gradient_psi.w = 2*E[x~pi]((fhat(x) - f(x))*dot(w, x)*x)"
          "hessian_psi.w.w = 2*E[x~pi]((fhat(x) - f(x))*outer(x, x))"
          "laplacian_psi = 2*E[x~pi]((fhat(x) - f(x))*norm2(x))"
          "drift_greedy.w = -2*beta*E[x~pi]((fhat(x) - f(x))*dot(w, x)*x)"
          "second_variation = E[x~pi](dot(w, x)^2*dot(v.w, x)^2)" ]
        [ "gradient_psi.w = E[x~pi]((fhat(x) - f(x))*dot(w, x)*x)", "a factor 1/2 too much"
          "gradient_psi.w = 2*E[x~pi]((fhat(x) - f(x))*norm2(x))*w", ""
          "laplacian_psi = 4*E[x~pi]((fhat(x) - f(x))*norm2(x))", "a factor 2 too much"
          "second_variation = E[x~pi](dot(w, x)*dot(v.w, x))", ""
          "hessian_psi.w.w = 2*E[x~pi]((fhat(x) - f(x))*outer(x, w))", "" ]

let private spikes =
    example
        "spikes with a price on their mass"
        "10-spikes"
        [ "psi = lambda*abs(a) + E[x~pi]((fhat(x) - f(x))*a*blur(x - c))"
          "psi = lambda*max(a, -a) + a*E[x~pi]((fhat(x) - f(x))*exp(-(x - c)^2/(2*s^2)))"
          "gradient_psi.a = lambda*sign(a) + E[x~pi]((fhat(x) - f(x))*blur(x - c))"
          "gradient_psi.c = a/s^2*E[x~pi]((fhat(x) - f(x))*(x - c)*blur(x - c))"
          "hessian_psi.c.c = a*E[x~pi]((fhat(x) - f(x))*((x - c)^2/s^4 - 1/s^2)*blur(x - c))"
          "drift_langevin.a = -a/(beta*tau) - lambda*sign(a) - E[x~pi]((fhat(x) - f(x))*blur(c - x))" ]
        [ "gradient_psi.a = lambda*a + E[x~pi]((fhat(x) - f(x))*blur(x - c))", ""
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*blur(x - c))", "the term lambda*sign(a) is missing"
          "gradient_psi.c = a/s^2*E[x~pi]((fhat(x) - f(x))*(c - x)*blur(x - c))", "the sign"
          "hessian_psi.c.c = a*E[x~pi]((fhat(x) - f(x))*((x - c)^2/s^4 + 1/s^2)*blur(x - c))",
          "the sign of the term E[x~pi]((fhat(x) - f(x))*exp(-(c - x)^2/(2*s^2)))"
          "psi = lambda*a^2 + E[x~pi]((fhat(x) - f(x))*a*blur(x - c))", "a^2 in the place of abs(a)" ]

let private decay =
    chapter
        "weight decay without entropy"
        { small with
            Constants = "lambda = 0.5\n"
            Objective = "E[x~pi](loss(f(x), fhat(x))) + lambda/2*E[w~mu](norm2(w))" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + lambda/2*(a^2 + b^2 + c^2)"
          "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + lambda*norm2(w)/2 - 5"
          "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + lambda/2*(a^2 + b^2 + c^2)"
          "drift_langevin.a = -lambda*a - E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))"
          "diffusion_langevin = 0"
          "objective = E[x~pi, w~mu, v~mu]((f(x) - sigma(x, w))*(f(x) - sigma(x, v)))/2 + lambda/2*E[w~mu](w.a^2 + w.b^2 + w.c^2)" ]
        [ "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + lambda*(a^2 + b^2 + c^2)",
          "a factor 2 too much in the term lambda*(a^2 + b^2 + c^2)/2"
          "first_variation = E[x~pi]((fhat(x) - f(x))*sigma(x, w)) + lambda/2*(a + b + c)", ""
          "drift_langevin.a = -2*lambda*a - E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))", "a factor 2 too much in the term -lambda*a"
          "diffusion_langevin = sqrt(2/beta)", ""
          "objective = E[x~pi]((f(x) - fhat(x))^2) + lambda/2*E[w~mu](norm2(w))",
          "a factor 2 too much in the term E[x~pi]((fhat(x) - f(x))^2)/2"
          "objective = E[x~pi, w~mu]((f(x) - sigma(x, w))^2)/2 + lambda/2*E[w~mu](norm2(w))", "" ]

let private radial =
    chapter
        "a radial neuron with a constant vector"
        { wide with
            Constants = "q = [1.5, -0.5]\n"
            Activation = "a*exp(-norm2(x - b)/2)*dot(q, x)"
            Parameters = [ "a"; "b[p]" ] }
        [ "psi = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x))"
          "psi = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x)/2 + dot(x, b) - norm2(b)/2)*(q[1]*x[1] + q[2]*x[2]))"
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*(x - b))"
          "drift_greedy.b = -a*beta*(E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*x) - E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x))*b)"
          "laplacian_psi = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*(norm2(x - b) - 2))" ]
        [ "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*(b - x))", "the sign"
          "gradient_psi.b = 2*a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*(x - b))", "a factor 2 too much"
          "laplacian_psi = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, x)*(norm2(x - b) - 1))",
          "a factor 1/2 too much in the term -2*a*E[x~pi](dot(q, x)*(fhat(x) - f(x))*exp(-norm2(b - x)/2))"
          "gradient_psi.b = a*E[x~pi]((fhat(x) - f(x))*exp(-norm2(x - b)/2)*dot(q, b)*(x - b))", "" ]

let private paired =
    example
        "labels from a file"
        "12-paired-weights"
        [ "psi = -E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*(tanh(dot(b, x)) - tanh(dot(c, x))))/2"
          "psi = -E[x~pi](f(x)*(1 - sigmoid(f(x)*fhat(x)))*sigma(x, w))"
          "gradient_psi.b = -E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*sech(dot(b, x))^2*x)/2"
          "drift_greedy.c = -beta/2*E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*(1 - tanh(dot(c, x))^2)*x)"
          "drift_greedy.b = beta/2*E[x~pi](f(x)/(1 + exp(f(x)*fhat(x)))/cosh(dot(b, x))^2*x)" ]
        [ "gradient_psi.b = E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*sech(dot(b, x))^2*x)/2", "the sign"
          "drift_greedy.c = beta/2*E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*(1 - tanh(dot(c, x))^2)*x)", "the sign"
          "drift_greedy.b = beta*E[x~pi](f(x)/(1 + exp(f(x)*fhat(x)))/cosh(dot(b, x))^2*x)", "a factor 2 too much" ]

let private smoothed =
    chapter
        "softplus, silu and gelu"
        { small with
            Activation = "softplus(b*x) + silu(c) + gelu(a*x)"
            Functions = "\"half(z)\" = \"z/2\"\n" }
        [ "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*x*sigmoid(b*x))"
          "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*x*(1 + tanh(half(b*x)))/2)"
          "gradient_psi.c = E[x~pi](fhat(x) - f(x))*(sigmoid(c) + c*sigmoid(c)*(1 - sigmoid(c)))"
          "gradient_psi.c = E[x~pi](fhat(x) - f(x))*(1 + exp(-c) + c*exp(-c))/(1 + exp(-c))^2"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*x*((1 + erf(a*x/sqrt(2)))/2 + a*x*exp(-(a*x)^2/2)/sqrt(2*pi)))"
          "psi = E[x~pi]((fhat(x) - f(x))*(log(1 + exp(b*x)) + c/(1 + exp(-c)) + a*x*(1 + erf(a*x/sqrt(2)))/2))"
          "psi = E[x~pi]((fhat(x) - f(x))*(b*x + softplus(-b*x) + silu(c) + gelu(a*x)))" ]
        [ "gradient_psi.b = E[x~pi]((fhat(x) - f(x))*sigmoid(b*x))", "the factor x is missing"
          "gradient_psi.c = E[x~pi](fhat(x) - f(x))*sigmoid(c)", "the factor 1 + c*(1 - sigmoid(c)) is missing"
          "gradient_psi.a = E[x~pi]((fhat(x) - f(x))*x*(1 + erf(a*x/sqrt(2)))/2)", "the term 2*a*x*exp(-a^2*x^2/2)/sqrt(2*pi) is missing"
          "psi = E[x~pi]((fhat(x) - f(x))*(b*x - softplus(-b*x) + silu(c) + gelu(a*x)))", "" ]

let chapters = [ torus; banana; linear; quadratic; spikes; decay; radial; paired; smoothed ]
