/// The corpus of claims on other losses and other functionals of the law.
module internal MeanField.Core.Tests.ClaimCorpusOfLosses

open MeanField.Core.Tests.Problems
open MeanField.Core.Tests.ClaimCorpus

let private scalarNet = { small with Activation = "tanh(b*x + c)"; Parameters = [ "b[p]"; "c" ] }

let private logistic =
    chapter
        "the logistic loss"
        { scalarNet with Target = "sign(sin(3*x))"; Loss = "logistic" }
        [ "psi = -E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*tanh(b*x + c))"
          "psi = -E[x~pi](f(x)*tanh(b*x + c)/(1 + exp(f(x)*fhat(x))))"
          "psi = E[x~pi](f(x)*(sigmoid(f(x)*fhat(x)) - 1)*sigma(x, w))"
          "psi = -E[x~pi](f(x)*sigma(x, w)*exp(-f(x)*fhat(x))/(1 + exp(-f(x)*fhat(x))))"
          "psi = E[z~pi](f(z)*(tanh(f(z)*fhat(z)/2) - 1)/2*sigma(z, w))"
          "second_variation = E[x~pi](f(x)^2*sigmoid(f(x)*fhat(x))*sigmoid(-f(x)*fhat(x))*sigma(x, w)*sigma(x, v))"
          "second_variation = E[x~pi](f(x)^2*sech(f(x)*fhat(x)/2)^2/4*sigma(x, w)*sigma(x, v))"
          "gradient_psi.c = -E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*sech(b*x + c)^2)"
          "drift_greedy.b = beta*E[x~pi](f(x)*x*sech(b*x + c)^2/(1 + exp(f(x)*fhat(x))))"
          "drift_sgd.c = beta*f(x)*(1 - sigmoid(f(x)*fhat(x)))*sech(b*x + c)^2"
          "objective = E[x~pi](log(1 + exp(-f(x)*fhat(x)))) + KL(mu, gamma)/beta"
          "objective = E[x~pi](softplus(f(x)*fhat(x)) - f(x)*fhat(x)) + KL(mu, gamma)/beta" ]
        [ "psi = E[x~pi](f(x)*sigmoid(-f(x)*fhat(x))*tanh(b*x + c))", "the sign"
          "psi = -E[x~pi](f(x)*sigmoid(f(x)*fhat(x))*tanh(b*x + c))", ""
          "psi = -E[x~pi](sigmoid(-f(x)*fhat(x))*tanh(b*x + c))", "the factor f(x) is missing"
          "psi = E[x~pi]((fhat(x) - f(x))*tanh(b*x + c))", ""
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v))", ""
          "second_variation = E[x~pi](sigmoid(-f(x)*fhat(x))^2*sigma(x, w)*sigma(x, v))", ""
          "drift_greedy.b = beta*E[x~pi](f(x)*sech(b*x + c)^2/(1 + exp(f(x)*fhat(x))))", "this is drift_greedy.c" ]

let private pseudoHuber =
    chapter
        "a pseudo-Huber loss"
        { scalarNet with Loss = "sqrt(1 + (y - yhat)^2)" }
        [ "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)/sqrt(1 + (f(x) - fhat(x))^2))"
          "psi = E[x~pi]((fhat(x) - f(x))*tanh(b*x + c)*(1 + fhat(x)^2 - 2*f(x)*fhat(x) + f(x)^2)^(-1/2))"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v)*(1 + (f(x) - fhat(x))^2)^(-3/2))"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v)*(1/sqrt(1 + (f(x) - fhat(x))^2) - (fhat(x) - f(x))^2/(1 + (f(x) - fhat(x))^2)^(3/2)))"
          "gradient_psi.c = E[x~pi]((fhat(x) - f(x))*sech(b*x + c)^2/sqrt(1 + (f(x) - fhat(x))^2))" ]
        [ "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)*sqrt(1 + (f(x) - fhat(x))^2))",
          "sqrt(1 + (fhat(x) - f(x))^2) in the place of 1/sqrt(1 + (fhat(x) - f(x))^2)"
          "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w)/(1 + (f(x) - fhat(x))^2))",
          "1/(1 + (fhat(x) - f(x))^2) in the place of 1/sqrt(1 + (fhat(x) - f(x))^2)"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v)*(1 + (f(x) - fhat(x))^2)^(-1/2))",
          "the term -E[x~pi]((fhat(x) - f(x))^2*sigma(x, w)*sigma(x, v)/(1 + (fhat(x) - f(x))^2)^(3/2)) is missing"
          "second_variation = E[x~pi](sigma(x, w)*sigma(x, v)*(1 + (f(x) - fhat(x))^2)^(3/2))", "" ]

let private huber =
    chapter
        "the Huber loss, by cases"
        { scalarNet with Loss = "if(abs(y - yhat) < 1, (y - yhat)^2/2, abs(y - yhat) - 1/2)" }
        [ "psi = E[x~pi](if(abs(f(x) - fhat(x)) < 1, fhat(x) - f(x), -sign(f(x) - fhat(x)))*sigma(x, w))"
          "psi = E[x~pi](if(abs(fhat(x) - f(x)) < 1, fhat(x) - f(x), sign(fhat(x) - f(x)))*sigma(x, w))" ]
        [ "psi = E[x~pi](if(abs(f(x) - fhat(x)) < 1, fhat(x) - f(x), 1)*sigma(x, w))", ""
          "psi = E[x~pi]((fhat(x) - f(x))*sigma(x, w))", "" ]

let private logCosh =
    chapter
        "log cosh"
        { scalarNet with Loss = "log(cosh(y - yhat))" }
        [ "psi = E[x~pi](tanh(fhat(x) - f(x))*sigma(x, w))"
          "psi = -E[x~pi](tanh(f(x) - fhat(x))*sigma(x, w))"
          "psi = E[x~pi](sinh(fhat(x) - f(x))/cosh(f(x) - fhat(x))*sigma(x, w)) - 7"
          "second_variation = E[x~pi](sech(fhat(x) - f(x))^2*sigma(x, w)*sigma(x, v))"
          "second_variation = E[x~pi]((1 - tanh(f(x) - fhat(x))^2)*sigma(x, v)*sigma(x, w)) + tanh(c)"
          "drift_greedy.c = -beta*E[x~pi](tanh(fhat(x) - f(x))*sech(b*x + c)^2)" ]
        [ "psi = E[x~pi](tanh(f(x) - fhat(x))*sigma(x, w))", "the sign"
          "second_variation = E[x~pi]((1 + tanh(f(x) - fhat(x))^2)*sigma(x, v)*sigma(x, w))",
          "the sign of the term -E[x~pi](sigma(x, w)*sinh(fhat(x) - f(x))^2*sigma(x, v)/cosh(fhat(x) - f(x))^2)"
          "drift_greedy.c = -beta*E[x~pi](tanh(fhat(x) - f(x))*sech(b*x + c))", "sqrt(1 - tanh(b*x + c)^2) in the place of sech(b*x + c)^2" ]

let private quartic =
    chapter
        "a quartic loss"
        { scalarNet with Loss = "(y - yhat)^4/12 + (y - yhat)^2/2" }
        [ "psi = E[x~pi](((fhat(x) - f(x))^3/3 + fhat(x) - f(x))*sigma(x, w))"
          "psi = E[x~pi]((fhat(x)^3 - 3*fhat(x)^2*f(x) + 3*fhat(x)*f(x)^2 - f(x)^3 + 3*fhat(x) - 3*f(x))*sigma(x, w))/3"
          "second_variation = E[x~pi](((fhat(x) - f(x))^2 + 1)*sigma(x, w)*sigma(x, v))"
          "second_variation = E[x~pi, u~mu, t~mu]((sigma(x, u)*sigma(x, t) - 2*f(x)*sigma(x, t) + f(x)^2 + 1)*sigma(x, w)*sigma(x, v))" ]
        [ "psi = E[x~pi](((fhat(x) - f(x))^3 + fhat(x) - f(x))*sigma(x, w))", ""
          "second_variation = E[x~pi]((3*(fhat(x) - f(x))^2 + 1)*sigma(x, w)*sigma(x, v))", "" ]

let private variance =
    chapter
        "a variance penalty"
        { small with Objective = "E[w~mu](w.a^2) - E[w~mu](w.a)^2 + KL(mu, gamma)/beta" }
        [ "psi = a^2 - 2*a*E[v~mu](v.a)"
          "psi = (a - E[v~mu](v.a))^2"
          "psi = E[v~mu]((a - v.a)^2) + 3"
          "second_variation = -2*a*v.a"
          "second_variation = (a - v.a)^2"
          "second_variation = -(a + v.a)^2 + 7*a"
          "gradient_psi.a = 2*a - 2*E[v~mu](v.a)"
          "gradient_psi.a = 2*E[v~mu](a - v.a)"
          "gradient_psi.b = 0"
          "laplacian_psi = 2"
          "drift_langevin.a = -a/(beta*tau) - 2*(a - E[v~mu](v.a))"
          "drift_greedy.a = 2*beta*E[v~mu](v.a - a)"
          "gibbs_log_density = -beta*(a - E[v~mu](v.a))^2 - norm2(w)/(2*tau)"
          "objective = E[w~mu, v~mu]((w.a - v.a)^2)/2 + KL(mu, gamma)/beta"
          "objective = E[v~mu]((v.a - E[w~mu](w.a))^2) + KL(mu, gamma)/beta" ]
        [ "psi = a^2 - a*E[v~mu](v.a)", "a factor 1/2 too much in the term -2*a*E[v~mu](v.a)"
          "psi = a^2 - E[v~mu](v.a)^2", "the term -2*a*E[v~mu](v.a) is missing"
          "second_variation = -a*v.a", "a factor 1/2 too much"
          "second_variation = 2*a*v.a", "the sign"
          "second_variation = -2*a*v.b", ""
          "gradient_psi.a = 2*a", "the term -2*E[v~mu](v.a) is missing"
          "drift_greedy.a = 2*beta*E[v~mu](a - v.a)", "the sign"
          "laplacian_psi = 6", "" ]

let private mmd =
    chapter
        "a kernel distance to the data"
        { small with
            Activation = ""
            Parameters = [ "b[2]" ]
            Dimension = 2
            Target = ""
            Constants = "s = 0.5\n"
            Functions = "\"k(z)\" = \"exp(-norm2(z)/(2*s^2))\"\n"
            Objective = "E[w~mu, v~mu](k(w - v)) - 2*E[w~mu](E[x~pi](k(w - x))) + E[x~pi, z~pi](k(x - z)) + KL(mu, gamma)/beta" }
        [ "psi = 2*E[v~mu](k(w - v)) - 2*E[x~pi](k(w - x))"
          "psi = 2*E[v~mu](k(v - w)) - 2*E[x~pi](exp(-norm2(x - b)/(2*s^2)))"
          "psi = 2*E[v~mu](exp(-(norm2(b) - 2*dot(b, v.b) + norm2(v.b))/(2*s^2))) - 2*E[x~pi](k(x - b))"
          "second_variation = 2*k(w - v)"
          "second_variation = 2*exp(-norm2(v - w)/(2*s^2))"
          "gradient_psi.b = 2/s^2*(E[x~pi](k(w - x)*(w - x)) - E[v~mu](k(w - v)*(w - v)))"
          "gradient_psi.b = 2/s^2*(E[x~pi](k(w - x))*b - E[x~pi](k(w - x)*x) - E[v~mu](k(w - v))*b + E[v~mu](k(w - v)*v))"
          "laplacian_psi = 2*E[v~mu](k(w - v)*(norm2(w - v)/s^4 - 2/s^2)) - 2*E[x~pi](k(w - x)*(norm2(w - x)/s^4 - 2/s^2))"
          "drift_langevin.b = -b/(beta*tau) - 2/s^2*(E[x~pi](k(b - x)*(b - x)) - E[v~mu](k(b - v)*(b - v)))" ]
        [ "psi = E[v~mu](k(w - v)) - 2*E[x~pi](k(w - x))", "a factor 1/2 too much in the term 2*E[v~mu](exp(-norm2(b - v.b)/(2*s^2)))"
          "psi = 2*E[v~mu](k(w - v)) + 2*E[x~pi](k(w - x))", "the sign of the term -2*E[x~pi](exp(-norm2(b - x)/(2*s^2)))"
          "second_variation = k(w - v)", "a factor 1/2 too much"
          "gradient_psi.b = 1/s^2*(E[x~pi](k(w - x)*(w - x)) - E[v~mu](k(w - v)*(w - v)))", "a factor 1/2 too much"
          "gradient_psi.b = 2/s*(E[x~pi](k(w - x)*(w - x)) - E[v~mu](k(w - v)*(w - v)))", "a factor 1/2 too much"
          "gradient_psi.b = 2/s^2*(E[x~pi](k(w - x)*(x - w)) - E[v~mu](k(w - v)*(v - w)))", "the sign"
          "laplacian_psi = 2*E[v~mu](k(w - v)*(norm2(w - v)/s^4 - 1/s^2)) - 2*E[x~pi](k(w - x)*(norm2(w - x)/s^4 - 1/s^2))", "" ]

let private nested =
    chapter
        "an interaction that is not symmetric"
        { small with Objective = "E[v~mu, w~mu](v.a*exp(tanh(w.b))) + 3*KL(mu, gamma)/beta" }
        [ "psi = a*E[v~mu](exp(tanh(v.b))) + exp(tanh(b))*E[v~mu](v.a)"
          "psi = E[v~mu](a*exp(tanh(v.b)) + v.a*exp(tanh(b))) + beta"
          "second_variation = a*exp(tanh(v.b)) + v.a*exp(tanh(b))"
          "gradient_psi.a = E[v~mu](exp(tanh(v.b)))"
          "gradient_psi.b = E[v~mu](v.a)*exp(tanh(b))*sech(b)^2"
          "gibbs_log_density = -beta/3*(a*E[v~mu](exp(tanh(v.b))) + exp(tanh(b))*E[v~mu](v.a)) - norm2(w)/(2*tau)"
          "diffusion_langevin = sqrt(6/beta)"
          "drift_greedy.a = -beta/3*E[v~mu](exp(tanh(v.b)))" ]
        [ "psi = a*E[v~mu](exp(tanh(v.b)))", "the term exp(tanh(b))*E[v~mu](v.a) is missing"
          "psi = a*exp(tanh(b))", ""
          "second_variation = a*exp(tanh(v.b))", "the term v.a*exp(tanh(b)) is missing"
          "second_variation = a*exp(tanh(b)) + v.a*exp(tanh(v.b))", "this is zero, up to what the object is defined up to"
          "gibbs_log_density = -beta*(a*E[v~mu](exp(tanh(v.b))) + exp(tanh(b))*E[v~mu](v.a)) - norm2(w)/(2*tau)", ""
          "diffusion_langevin = sqrt(2/beta)", ""
          "drift_greedy.a = -3*beta*E[v~mu](exp(tanh(v.b)))", "" ]

let chapters = [ logistic; pseudoHuber; huber; logCosh; quartic; variance; mmd; nested ]
