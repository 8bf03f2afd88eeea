module MeanField.Core.Tests.MathMlTests

open System.Xml.Linq
open Expecto
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// What stands inside the math element.
let private inner (mathMl: string) =
    let opening = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">"
    Expect.stringStarts mathMl opening "a math element"
    Expect.stringEnds mathMl "</math>" "a math element"
    mathMl.Substring(opening.Length, mathMl.Length - opening.Length - "</math>".Length)

/// Shorthand of the expected texts: parentheses that do not grow, the unseen signs of product and application.
let private written (text: string) =
    text
        .Replace("(|", "<mrow><mo form=\"prefix\" stretchy=\"false\">(</mo>")
        .Replace("|)", "<mo form=\"postfix\" stretchy=\"false\">)</mo></mrow>")
        .Replace("{|", "<mrow><mo form=\"prefix\" stretchy=\"true\">(</mo>")
        .Replace("|}", "<mo form=\"postfix\" stretchy=\"true\">)</mo></mrow>")
        .Replace("@", "<mo lspace=\"0\" rspace=\"0\" stretchy=\"false\">&#x2061;</mo>")
        .Replace("*", "<mo lspace=\"0\" rspace=\"0.167em\">&#x2062;</mo>")
        .Replace("-", "<mo>−</mo>")
        .Replace("!", "<mo form=\"prefix\">−</mo>")

let private printed =
    table
        "a formula prints as pages show it"
        ([ "x", "<mi>x</mi>"
           "beta", "<mi>β</mi>"
           "rate", "<mi>rate</mi>"
           "12", "<mn>12</mn>"
           "x + 1", "<mi>x</mi><mo>+</mo><mn>1</mn>"
           "x - y", "<mi>x</mi>-<mi>y</mi>"
           "-x", "!<mi>x</mi>"
           "a*x", "<mi>a</mi>*<mi>x</mi>"
           "2*x", "<mn>2</mn><mi>x</mi>"
           "2*(x + y)", "<mn>2</mn>(|<mi>x</mi><mo>+</mo><mi>y</mi>|)"
           "-(x + y)", "!(|<mi>x</mi><mo>+</mo><mi>y</mi>|)"
           "x/y", "<mfrac><mi>x</mi><mi>y</mi></mfrac>"
           "(x + 1)/y", "<mfrac><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mi>y</mi></mfrac>"
           "-x/y", "!<mfrac><mi>x</mi><mi>y</mi></mfrac>"
           "x^2", "<msup><mi>x</mi><mn>2</mn></msup>"
           "(x + y)^2", "<msup>(|<mi>x</mi><mo>+</mo><mi>y</mi>|)<mn>2</mn></msup>"
           "sqrt(x)", "<msqrt><mi>x</mi></msqrt>"
           "sqrt(1 + x)", "<msqrt><mn>1</mn><mo>+</mo><mi>x</mi></msqrt>"
           "tanh(x)", "<mi>tanh</mi>@(|<mi>x</mi>|)"
           "tanh(x/2)", "<mi>tanh</mi>@{|<mfrac><mi>x</mi><mn>2</mn></mfrac>|}"
           "asin(x)", "<mi>arcsin</mi>@(|<mi>x</mi>|)"
           "sech(x)^2", "<msup><mi>sech</mi><mn>2</mn></msup>@(|<mi>x</mi>|)"
           "f(x)", "<mi>f</mi>@(|<mi>x</mi>|)"
           "fhat(x)", "<mover accent=\"true\"><mi>f</mi><mo stretchy=\"false\">ˆ</mo></mover>@(|<mi>x</mi>|)"
           "sigma(x, w)", "<mi>σ</mi>@(|<mi>x</mi><mo>,</mo><mi>w</mi>|)"
           "b[2]", "<msub><mi>b</mi><mn>2</mn></msub>"
           "w.a", "<msub><mi>w</mi><mi>a</mi></msub>"
           "x_0", "<msub><mi>x</mi><mn>0</mn></msub>"
           "KL(mu, gamma)", "<mi>D</mi>@(|<mi>μ</mi><mo>∥</mo><mi>γ</mi>|)" ]
         |> List.map (fun (text, expected) -> text, written expected))
        (notation >> MathMl.print >> inner)

let private notes =
    table
        "what is more than letters and signs has its own elements"
        [ "norm2(b)",
          "<msup><mrow><mo form=\"prefix\" stretchy=\"false\">‖</mo><mi>b</mi><mo form=\"postfix\" stretchy=\"false\">‖</mo></mrow><mn>2</mn></msup>"
          "dot(b, x)",
          "<mrow><mo form=\"prefix\" stretchy=\"false\">⟨</mo><mi>b</mi><mo>,</mo><mi>x</mi><mo form=\"postfix\" stretchy=\"false\">⟩</mo></mrow>"
          "E[x~pi](x)",
          "<msub><mi mathvariant=\"normal\">𝔼</mi><mrow><mi>x</mi><mo lspace=\"0\" rspace=\"0\" stretchy=\"false\">∼</mo><mi>π</mi></mrow></msub>"
          + "<mrow><mo form=\"prefix\" stretchy=\"false\">[</mo><mi>x</mi><mo form=\"postfix\" stretchy=\"false\">]</mo></mrow>"
          "if(x < 1, 0, 1)",
          "<mrow><mo form=\"prefix\" stretchy=\"true\">{</mo><mtable class=\"cases\">"
          + "<mtr><mtd><mn>0</mn></mtd><mtd><mi>x</mi><mo>&lt;</mo><mn>1</mn></mtd></mtr>"
          + "<mtr><mtd><mn>1</mn></mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable></mrow>" ]
        (notation >> MathMl.print >> inner)

let private named =
    table
        "a derived object bears the sign that papers give it"
        [ "gradient_psi.b", "<msub><mi mathvariant=\"normal\">∇</mi><mi>b</mi></msub><mi>ψ</mi>"
          "drift_greedy.b", "<msubsup><mi>u</mi><mi>b</mi><mi>greedy</mi></msubsup>" ]
        (Notation.name >> MathMl.print >> inner)

/// Elements of a fixed number of children, which any other number turns into an error in the browser.
let private arity = Map [ "mfrac", 2; "msup", 2; "msub", 2; "msubsup", 3; "mover", 2 ]

let private isWellFormed (text: string) =
    XDocument.Parse(text).Descendants()
    |> Seq.forall (fun element ->
        match arity.TryFind element.Name.LocalName with
        | Some count -> Seq.length (element.Elements()) = count
        | None -> true)

let private statements =
    testCase "every statement of the problems is well-formed MathML, whose elements have as many parts as they need" (fun () ->
        for problem in LatexTests.problems do
            for step in (Problems.derivation problem).Steps do
                Expect.isTrue (isWellFormed step.Statement.MathMl) step.Statement.MathMl)

let private formulas =
    testProperty
        "every formula prints as well-formed MathML"
        (Prop.forAll
            (WrittenFormula.smooth (List.map Notation.name [ "x"; "beta"; "a_1" ]) 12 |> Arb.fromGen)
            (MathMl.print >> isWellFormed))

let all = testList "mathml" [ printed; notes; named; statements; formulas ]
