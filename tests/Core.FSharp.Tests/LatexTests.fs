module MeanField.Core.Tests.LatexTests

open System
open System.Diagnostics
open System.IO
open Expecto
open Xunit
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private printed =
    table
        "a formula prints as papers write it"
        [ "a*tanh(b*x + c)", @"a\,\tanh(b\,x + c)"
          "tanh(x/2)", @"\tanh\left(\frac{x}{2}\right)"
          "(f - g)^2/2", @"\frac{(f - g)^{2}}{2}"
          "-a/b", @"-\frac{a}{b}"
          "1/3*x", @"\frac{1}{3}\,x"
          "sin(x)^2", @"\sin^{2}(x)"
          "sin(x)^(-1)", @"(\sin(x))^{-1}"
          "sech(b*x)^2", @"\mathrm{sech}^{2}(b\,x)"
          "f(x)^2", @"f(x)^{2}"
          "|x|^2", @"\lvert x\rvert^{2}"
          "|x/2|", @"\left\lvert\frac{x}{2}\right\rvert"
          "(x + 1)*(y - (a - b))", @"(x + 1)\,(y - (a - b))"
          "a*(-b)", @"a\,(-b)"
          "a + -b", @"a + (-b)"
          "a - -b/c", @"a - \left(-\frac{b}{c}\right)"
          "2*3", @"2 \cdot 3"
          "x*2", @"x \cdot 2"
          "2*x", "2x"
          "2*beta*x", @"2\beta\,x"
          "x^(-2)", "x^{-2}"
          "(1/2)^x", @"\left(\frac{1}{2}\right)^{x}"
          "(-x)^2", "(-x)^{2}"
          "(a^b)^c", "(a^{b})^{c}"
          "sqrt(1 + x)", @"\sqrt{1 + x}"
          "sqrt(norm2(b))", @"\lVert b\rVert"
          "norm2(b)", @"\lVert b\rVert^{2}"
          "norm2(b)^2", @"\lVert b\rVert^{4}"
          "dot(b, x)", @"\langle b, x\rangle"
          "dot(b, x)^2", @"\langle b, x\rangle^{2}"
          "beta*tau*pi", @"\beta\,\tau\,\pi"
          "x_0*rate", @"x_{0}\,\mathrm{rate}"
          "x2 + beta1", @"x_{2} + \beta_{1}"
          "learning_rate", @"\mathrm{learning\_rate}"
          "E[x~pi](fhat(x))", @"\mathbb{E}_{x\sim\pi}[\hat{f}(x)]"
          "E[x~pi, v~mu](v.a*x)", @"\mathbb{E}_{x\sim\pi, v\sim\mu}[v_{a}\,x]"
          "E[x~pi]((fhat(x) - f(x))^2)/2", @"\frac{1}{2}\,\mathbb{E}_{x\sim\pi}[(\hat{f}(x) - f(x))^{2}]"
          "beta*a*tanh(z)/2", @"\frac{\beta\,a}{2}\,\tanh(z)"
          "2*exp(-x)/sqrt(pi)", @"\frac{2}{\sqrt{\pi}}\,\exp(-x)"
          "sin(x)/x", @"\frac{\sin(x)}{x}"
          "2*E[x~pi](x)/s^4", @"\frac{2}{s^{4}}\,\mathbb{E}_{x\sim\pi}[x]"
          "w.b[2]", "w_{b, 2}"
          "b[2..4]", "b_{2:4}"
          "KL(mu, gamma)/beta", @"\frac{1}{\beta}\,D(\mu \,\|\, \gamma)"
          "log(mu(w)/gamma(w))", @"\log\frac{\mathrm{d}\mu}{\mathrm{d}\gamma}(w)"
          "loss(y, yhat)", @"\ell(y, \hat{y})"
          "d1(E[v~mu](v.a))", @"\frac{\delta}{\delta\mu}[\mathbb{E}_{v\sim\mu}[v_{a}]]"
          "d_t(h(w, t)) + laplacian(h(w, t))/2", @"\partial_{t}h(w, t) + \frac{1}{2}\,\Delta h(w, t)"
          "norm2(grad(V(w, t)))/2", @"\frac{\lVert\nabla V(w, t)\rVert^{2}}{2}"
          "outer(x, x)", @"xx^{\top}"
          "hadamard(b, x)", @"b \odot x"
          "if(x <= 1, 0, 1)", @"\begin{cases}0 & x \le 1 \\ 1 & \text{otherwise}\end{cases}"
          "if(x < 0, -1, if(x < 1, 0, 1))", @"\begin{cases}-1 & x < 0 \\ 0 & x < 1 \\ 1 & \text{otherwise}\end{cases}"
          "max(x, 0)", @"\max(x, 0)"
          "asin(x)", @"\arcsin(x)"
          "erf(x) + relu(x)", @"\mathrm{erf}(x) + \mathrm{relu}(x)" ]
        (notation >> Latex.print)

let private named =
    table
        "a derived object bears the sign that papers give it"
        [ "first_variation", @"\frac{\delta F}{\delta\mu}"
          "second_variation", @"\frac{\delta^{2}T}{\delta\mu^{2}}"
          "psi", @"\psi"
          "gradient_psi.b", @"\nabla_{b}\psi"
          "hessian_psi.a.b", @"\nabla_{a, b}^{2}\psi"
          "laplacian_psi", @"\Delta\psi"
          "gibbs_log_density", @"\log\mu^{\ast}"
          "dual", @"\mathcal{D}"
          "dual_gradient", @"\nabla\mathcal{D}"
          "dual_hessian", @"\nabla^{2}\mathcal{D}"
          "drift_greedy.b", @"u_{b}^{\mathrm{greedy}}"
          "drift_sgd.a_1", @"u_{a_{1}}^{\mathrm{sgd}}"
          "drift_langevin.rate", @"u_{\mathrm{rate}}^{\mathrm{langevin}}"
          "value_terminal", @"V_{\tau}"
          "foellmer_drift.b", @"u_{b}^{\ast}"
          "tangent_kernel", "T" ]
        (Notation.name >> Latex.print)

let private normal =
    table
        "an expression prints as papers write it"
        [ "(1/2)^x", @"\left(\frac{1}{2}\right)^{x}"
          "x^(-1/2)", @"\frac{1}{\sqrt{x}}"
          "-2/3*x*y", @"-\frac{2x\,y}{3}"
          "x^(3/2)", @"x^{\frac{3}{2}}"
          "1 - tanh(x)^2", @"\mathrm{sech}^{2}(x)"
          "a*exp(-(x - y)^2/2)", @"a\,\exp\left(-\frac{(x - y)^{2}}{2}\right)" ]
        (read >> Display.ofScalar >> Latex.print)

let private lines =
    testCase "a long statement is broken before the signs of its sum" (fun () ->
        let sum = [ for index in 1..12 -> $"alpha*tanh(b*x_{index} + c)" ] |> String.concat " - " |> notation
        let printed = Latex.statement (Notation.name "y") "=" sum
        Expect.stringStarts printed "\\begin{aligned}\ny = {}& \\alpha\\,\\tanh(b\\,x_{1} + c) - " "the first line"
        Expect.stringContains printed " \\\\\n&\\quad - \\alpha\\,\\tanh" "the next begins with its sign"
        Expect.stringEnds printed "x_{12} + c)\n\\end{aligned}" "the last term"
        Expect.equal (Latex.statement (Notation.name "y") "=" (Notation.name "x")) "y = x" "a short one stays whole")

let private prose =
    testCase "plain words survive text mode" (fun () ->
        Expect.equal
            (LatexText.prose "50% of a_1 & {b} ~ c^2 #1 <|> \\")
            "50\\% of a\\_1 \\& \\{b\\} $\\sim$ c\\textasciicircum{}2 \\#1 \\textless{}\\textbar{}\\textgreater{} \\textbackslash{}"
            "prose")

let private nested =
    testCase "a long expectation is broken inside its brackets, and what has a bar leaves it" (fun () ->
        let sum = [ for index in 1..9 -> $"tanh(b*x_{index} + c)^2" ] |> String.concat " + "
        let printed = Latex.statement (Notation.name "y") "=" (notation $"a*E[x~pi]({sum})/(1 + {sum})")
        Expect.stringContains printed "\\bigl[" "an opening bracket alone"
        Expect.stringContains printed "\\bigr)^{-1}" "the denominator"
        Expect.isFalse (printed.Contains "\\left") "brackets that grow cannot be broken"

        for line in printed.Split '\n' do
            Expect.isLessThan line.Length 260 line)

let private labels =
    testCase "a label is spelled without underscores and dots, and no two names share one" (fun () ->
        Expect.equal (LatexText.label "gradient_psi.b") "eq:gradient-psi:b" "a block"
        let names = [ "hessian_psi.a_b.c"; "hessian_psi.a.b_c"; "hessian_psi.a.b.c"; "psi_2"; "psi.2" ]
        Expect.equal (names |> List.map LatexText.label |> List.distinct |> List.length) names.Length "labels")

let all = testList "latex" [ printed; named; normal; lines; nested; prose; labels ]

// ---- The printed LaTeX compiles ----

let private compiler =
    Option.ofObj (Environment.GetEnvironmentVariable "PATH")
    |> Option.defaultValue ""
    |> _.Split(Path.PathSeparator)
    |> Array.map (fun folder -> Path.Combine(folder, "pdflatex"))
    |> Array.tryFind File.Exists

/// Skipped, and said so, where pdflatex is not installed.
type CompiledFactAttribute() as this =
    inherit FactAttribute()

    do if compiler.IsNone then this.Skip <- "pdflatex is not installed"

/// Problems that between them print every form: laws, vectors, components, cases, entropies, powers, names.
let internal problems =
    let small = Problems.small
    let wide = { small with Dimension = 2; Target = "x[1]/(1 + norm2(x))" }

    [ small
      { small with Activation = "tanh(w*x)"; Parameters = [ "w" ]; Target = "x/(1 + x^2)" }
      { wide with Loss = "logistic" }
      { wide with Activation = "a*gelu(dot(b, x)) + relu(c)^(3/2)"; Loss = "log(cosh(y - yhat))" }
      { wide with Activation = "a_1*if(b[2] < 1/3, x[1], 2^c)"; Parameters = [ "a_1"; "b[p]"; "c" ] }
      { wide with
          Objective = "E[v~mu, w~mu](exp(-norm2(v.b - w.b)/2)) - 2*E[v~mu, w~gamma](exp(-norm2(v.b - w.b)/2)) + 2*KL(gamma, mu)" }
      { wide with Objective = "E[w~mu](w.b[2]^2*(1/2)^w.a) + KL(mu, gamma)" }
      { wide with
          Objective = "abs(E[w~mu](w.a))^(1/3)*norm2(E[x~pi](fhat(x)*x)) + KL(mu, gamma)*(1/beta + tau)" } ]

let private document =
    let step place (step: Step) =
        let label = $"{LatexText.label step.Name}:{place}"

        $"{LatexText.prose step.Name} ({{\\ref{{{label}}}}}): {LatexText.prose step.Because}\n"
        + $"\\begin{{equation}}\\label{{{label}}}\n{step.Statement.Latex}\n\\end{{equation}}\n"

    let steps place problem = (Problems.derivation problem).Steps |> List.map (step place)

    "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
    + (problems |> List.mapi steps |> List.concat |> String.concat "\n")
    + "\\end{document}\n"

let private compile folder =
    File.WriteAllText(Path.Combine(folder, "derivations.tex"), document)
    let start = ProcessStartInfo(Option.get compiler, "-interaction=nonstopmode -halt-on-error derivations.tex")
    start.WorkingDirectory <- folder
    start.RedirectStandardOutput <- true

    match Process.Start start with
    | null -> failwith "pdflatex did not start"
    | running ->
        use running = running
        let output = running.StandardOutput.ReadToEnd()
        running.WaitForExit()
        running.ExitCode, output

[<CompiledFact>]
let ``the LaTeX of whole derivations compiles`` () =
    let folder = Directory.CreateTempSubdirectory "latex"

    try
        let code, output = compile folder.FullName

        let complaints =
            output.Split('\n')
            |> Array.filter (fun line -> line.StartsWith '!' || line.Contains "Undefined control" || line.Contains "multiply")
            |> String.concat "\n"

        Assert.True((code = 0 && complaints = ""), complaints)
    finally
        folder.Delete true
