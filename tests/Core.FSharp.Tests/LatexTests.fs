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
        [ "a*tanh(b*x + c)", "a\\,\\tanh\\left(b\\,x + c\\right)"
          "(f - g)^2/2", "\\frac{\\left(f - g\\right)^{2}}{2}"
          "-a/b", "-\\frac{a}{b}"
          "1/3*x", "\\frac{1}{3}\\,x"
          "sin(x)^2", "\\sin^{2}\\left(x\\right)"
          "sin(x)^(-1)", "\\left(\\sin\\left(x\\right)\\right)^{-1}"
          "|x|^2", "\\left(\\left\\lvert x\\right\\rvert\\right)^{2}"
          "(x + 1)*(y - (a - b))", "\\left(x + 1\\right)\\,\\left(y - \\left(a - b\\right)\\right)"
          "x^(-2)", "x^{-2}"
          "(1/2)^x", "\\left(\\frac{1}{2}\\right)^{x}"
          "(-x)^2", "\\left(-x\\right)^{2}"
          "(a^b)^c", "\\left(a^{b}\\right)^{c}"
          "sqrt(1 + x)", "\\sqrt{1 + x}"
          "|x|", "\\left\\lvert x\\right\\rvert"
          "norm2(b)", "\\left\\lVert b\\right\\rVert^{2}"
          "dot(b, x)", "\\left\\langle b, x\\right\\rangle"
          "beta*tau*pi", "\\beta\\,\\tau\\,\\pi"
          "x_0*rate", "\\mathrm{x\\_0}\\,\\mathrm{rate}"
          "E[x~pi](fhat(x))", "\\mathbb{E}_{x\\sim\\pi}\\left[\\hat f\\left(x\\right)\\right]"
          "w.b[2]", "{w_{b}}_{2}"
          "KL(mu, gamma)", "D\\left(\\mu\\,\\middle\\|\\,\\gamma\\right)"
          "if(x <= 1, 0, 1)", "\\begin{cases}0 & x \\le 1\\\\ 1 & \\text{otherwise}\\end{cases}"
          "erf(x) + relu(x)", "\\operatorname{erf}\\left(x\\right) + \\operatorname{relu}\\left(x\\right)" ]
        (notation >> Latex.print)

let private normal =
    table
        "an expression prints as papers write it"
        [ "(1/2)^x", "\\left(\\frac{1}{2}\\right)^{x}"
          "x^(-1/2)", "\\frac{1}{\\sqrt{x}}"
          "-2/3*x*y", "-\\frac{2\\,x\\,y}{3}"
          "x^(3/2)", "x^{\\frac{3}{2}}" ]
        (read >> Display.ofScalar >> Latex.print)

let private prose =
    testCase "plain words survive text mode" (fun () ->
        Expect.equal
            (LatexText.prose "50% of a_1 & {b} ~ c^2 #1 \\")
            "50\\% of a\\_1 \\& \\{b\\} \\textasciitilde{} c\\textasciicircum{}2 \\#1 \\textbackslash{}"
            "prose")

let all = testList "latex" [ printed; normal; prose ]

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
let private problems =
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
    let step (step: Step) = $"{LatexText.prose step.Name}: {LatexText.prose step.Because}\n\\[ {step.Statement.Latex} \\]\n"

    "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"
    + (problems |> List.collect (fun problem -> (Problems.derivation problem).Steps) |> List.map step |> String.concat "\n")
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
            output.Split('\n') |> Array.filter (fun line -> line.StartsWith '!' || line.Contains "undefined") |> String.concat "\n"

        Assert.True((code = 0 && complaints = ""), complaints)
    finally
        folder.Delete true
