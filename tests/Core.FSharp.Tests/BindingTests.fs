module MeanField.Core.Tests.BindingTests

open Expecto
open Fractions
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private a = ScalarTerm(Expr.coordinate (Free "w") (Block "a"))

let private neuron name block = Expr.coordinate (Free name) (Block block)

let private lawful =
    { scope with
        Blocks = [ "a", 1; "b", 3 ]
        InputLength = 3
        Names = Map.add "w" (WholeNeuron "w") (Map.add "x" (Value(Scope.input { scope with InputLength = 3 } "x")) scope.Names)
        Language = { Laws = true; Loss = None } }

let private readLaws text =
    match elaborated lawful text with
    | Ok scalar -> scalar
    | Error fault -> failtest $"{text}: {Fault.message fault}"

let private means =
    table
        "a mean is linear: constants and free factors come out, sums are split"
        [ "E[v~mu](1)", "1"
          "E[v~mu](k)", "k"
          "E[v~mu](2*v.a)", "2*E[v~mu](v.a)"
          "E[v~mu](-v.a/3)", "-E[v~mu](v.a)/3"
          "E[v~mu](k*v.a + 1)", "1 + k*E[v~mu](v.a)"
          "E[v~mu](v.a) + E[u~mu](u.a)", "2*E[v~mu](v.a)"
          "E[v~mu](v.a) - E[v~gamma](v.a)", "E[v~mu](v.a) - E[v~gamma](v.a)"
          "E[v~mu](v.a^2) - E[v~mu](v.a)^2", "E[v~mu](v.a^2) - E[v~mu](v.a)^2"
          "E[v~mu](w.a*v.a)", "a*E[v~mu](v.a)"
          "E[v~mu, u~mu](v.a*u.a)", "E[v~mu](v.a)^2"
          "E[v~mu](E[u~mu](tanh(v.a*u.a)))", "E[v~mu, u~mu](tanh(u.a*v.a))"
          "E[u~mu, v~mu](tanh(v.a*u.a))", "E[v~mu, u~mu](tanh(u.a*v.a))"
          "E[w~mu](w.a*E[w~mu](w.a))", "E[v~mu](v.a)^2"
          "E[w~mu](E[w~mu](tanh(w.a)))", "E[v~mu](tanh(v.a))"
          "E[x~pi](f(x))", "E[x~pi](f(x))"
          "E[z~pi](f(z)*f(x))", "f(x)*E[x~pi](f(x))"
          "E[v~mu](sigma(x, v))", "fhat(x)"
          "fhat(x)", "fhat(x)"
          "E[z~pi](fhat(z)*E[z~pi](f(z)))", "E[x~pi](fhat(x))*E[x~pi](f(x))"
          "dot(E[v~mu](v.a*v.b), x)", "dot(E[v~mu](v.a*v.b), x)"
          "norm2(E[v~mu](v.b))", "norm2(E[v~mu](v.b))"
          "E[v~mu](dot(E[u~mu](u.b), v.b))", "norm2(E[v~mu](v.b))" ]
        (readLaws >> shown)

let private same name left right = testCase name (fun () -> Expect.equal (readLaws left) (readLaws right) $"{left} and {right}")

let private orders =
    [ same
          "expectations over different laws commute"
          "E[x~pi](f(x)*E[v~mu](v.a*tanh(x[1]*v.a)))"
          "E[v~mu](v.a*E[x~pi](f(x)*tanh(x[1]*v.a)))"
      same "those over gamma stand innermost" "E[u~gamma, v~mu](tanh(u.a*v.a))" "E[v~mu, u~gamma](tanh(u.a*v.a))"
      same "a separable kernel is a moment squared" "E[v~mu, u~mu](E[x~pi](sigma(x, v)*sigma(x, u)))" "E[x~pi](fhat(x)^2)"
      same "copies of one law may be exchanged" "E[v~mu, u~mu](u.a*exp(v.a - 2*u.a))" "E[u~mu, v~mu](u.a*exp(v.a - 2*u.a))"
      same "a fixed vector leaves a mean of inner products" "E[x~pi](f(x)*dot(x, w.b))" "dot(E[x~pi](f(x)*x), w.b)"
      testCase "a mean under a function stays where it is" (fun () ->
          Expect.equal (readLaws "E[v~mu](tanh(E[x~pi](sigma(x, v))))" |> shown) "E[v~mu](tanh(E[x~pi](sigma(x, v))))" "tanh between")
      testCase "a vector that varies with another variable stays in its mean" (fun () ->
          let text = "E[x~pi](dot(b, x)*tanh(dot(b, x)))"
          Expect.equal (readLaws "E[x~pi](tanh(dot(x, w.b))*dot(x, w.b))" |> shown) text "b inside") ]

let private binders =
    [ testCase "the name of a bound variable does not matter" (fun () ->
          Expect.equal (readLaws "E[v~mu, x~pi](tanh(v.a*f(x)))") (readLaws "E[u~mu, z~pi](tanh(u.a*f(z)))") "renaming")

      testCase "renaming a neuron passes under binders and leaves the bound ones" (fun () ->
          let expression = readLaws "E[v~mu](tanh(v.a*w.a))"
          let renamed = Binding.rename "w" (Free "v") expression
          Expect.isTrue (Occurrence.mentions "v" renamed) "the free neuron is v now"
          Expect.equal (shown renamed) "E[u~mu](tanh(u.a*v.a))" "the bound neuron gives way"
          Expect.equal (Binding.rename "v" (Free "w") renamed) expression "and back")

      testCase "a mean over a vector is split like a scalar one" (fun () ->
          let b = Vector.ofAtom (Whole(Free "v", Block "b", 3))
          let c = Vector.ofAtom (Constant("c", 3))
          let k, va = Expr.symbol "k", neuron "v" "a"
          let whole = Vector.add (Vector.scale (Expr.multiply k va) b) (Vector.scale va c)
          let mean = Binding.meanVector Mu "v" whole

          let expected =
              Vector.add (Vector.scale k (Binding.meanVector Mu "v" (Vector.scale va b))) (Vector.scale (Binding.mean Mu "v" va) c)

          Expect.equal mean expected "E(k a b + a c) = k E(a b) + E(a) c")

      testCase "what depends on mu is found in weights, atoms and nested vector means" (fun () ->
          for text, expected in
              [ "w.a", false
                "E[v~gamma](v.a)", false
                "E[x~pi](f(x)*fhat(x))", true
                "dot(E[v~mu](v.b), w.b)", true
                "E[v~mu](v.b)[2]", true
                "dot(E[x~pi](fhat(x)*x), w.b)", true
                "dot(E[x~pi](E[v~mu](tanh(dot(v.b, x))*v.b)), w.b)", true
                "dot(E[x~pi](f(x)*x), w.b)", false ] do
              Expect.equal (Occurrence.dependsOnMu (readLaws text)) expected text)

      testCase "replacing a node under a binder keeps means in normal form" (fun () ->
          let sigma node =
              match node.Shape with
              | Output(_, who) -> Some(Expr.scale (Fraction 3) (Expr.coordinate who (Block "a")))
              | _ -> None

          Expect.equal (Binding.replace sigma (readLaws "E[x~pi](fhat(x)*f(x))") |> shown) "3*E[x~pi](f(x))*E[v~mu](v.a)" "3 a for sigma"
          Expect.equal (Binding.replaceTerm sigma a) a "nothing to replace") ]

let all = testList "binding" (means :: orders @ binders)
