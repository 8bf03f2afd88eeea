module MeanField.Core.Tests.CalculusTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

/// a, c scalars and b in R^length of the neuron w, x in R^length.
let private neuronScope length =
    let blank = { scope with Blocks = [ "a", 1; "b", length; "c", 1 ]; InputLength = length }

    let names = ("x", Value(Scope.input blank "x")) :: (blank.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block)))

    { blank with
        Names = names |> List.fold (fun names (name, meaning) -> Map.add name meaning names) scope.Names }

let private readAt length text =
    match elaborated (neuronScope length) text with
    | Ok scalar -> scalar
    | Error fault -> failtest $"{text}: {Fault.message fault}"

let private gradient length block text =
    let blockLength = if block = "b" then length else 1
    Calculus.gradient "w" block blockLength (readAt length text)

let private derivative block text = gradient 3 block text |> Display.ofTerm |> Infix.print

let private printed block rows = table $"the derivative by {block} prints as it is taught" rows (derivative block)

let private tables =
    [ printed
          "a"
          [ "k", "0"
            "a", "1"
            "a^3", "3*a^2"
            "a*c", "c"
            "1/a", "-1/a^2"
            "sqrt(a)", "1/(2*sqrt(a))"
            "a^k", "k*a^(k - 1)"
            "2^a", "log(2)*2^a"
            "a^a", "a^a*(1 + log(a))"
            "tanh(a)", "sech(a)^2"
            "exp(a^2)", "2*a*exp(a^2)"
            "sin(2*a)", "2*cos(2*a)"
            "log(a)", "1/a"
            "relu(a)", "heaviside(a)"
            "abs(a)", "sign(a)"
            "heaviside(a)", "0"
            "if(a < c, a^2, c)", "if(a < c, 2*a, 0)"
            "a*dot(b, x)", "dot(b, x)" ]
      printed
          "b"
          [ "dot(b, x)", "x"
            "a*dot(b, x)", "a*x"
            "norm2(b)", "2*b"
            "dot(b, x)^2", "2*dot(b, x)*x"
            "b[2]", "unit(2, 3)"
            "b[2]^2*x[1]", "2*b[2]*x[1]*unit(2, 3)"
            "a + c", "0"
            "a*tanh(dot(b, x) + c)", "a*sech(dot(b, x) + c)^2*x"
            "norm2(b - x)", "2*(b - x)"
            "if(a < c, dot(b, x), 0)", "if(a < c, 1, 0)*x" ] ]

// ---- Against differences ----

let private leaves = [ "a"; "c"; "dot(b, x)"; "norm2(b)"; "x[1]"; "b[2]"; "dot(x, x)" ] |> List.map notation

let private formulas = Gen.sized (fun size -> WrittenFormula.smooth leaves (min size 16)) |> Arb.fromGen

let private place = Map [ "a", [| 0.7 |]; "b", [| 0.4; -0.3; 0.5 |]; "c", [| -0.6 |]; "x", [| 0.2; 0.9; -0.5 |] ]

let private world: DiscreteLaws.World =
    { DiscreteLaws.noWorld with
        Free = Map [ "w", DiscreteLaws.Neuron place; "x", DiscreteLaws.Input place["x"] ] }

let private moved block index step =
    Map.add block (Array.mapi (fun k value -> if k = index then value + step else value) place[block]) place

let private agrees tree =
    let value = WrittenFormula.value place tree

    let slope block index step = DiscreteLaws.slope step (fun moves -> WrittenFormula.value (moved block index moves) tree)

    let blockAgrees block =
        DiscreteLaws.termValue world (gradient 3 block (Infix.print tree))
        |> Array.mapi (fun index found ->
            // Where the formula is so steep that the differences themselves are uncertain, ten times their change is allowed.
            let fine, coarse = slope block index 1e-3, slope block index 2e-3
            abs (found - fine) <= 1e-6 * (1.0 + abs fine + abs value) + 10.0 * abs (fine - coarse))
        |> Array.forall id

    abs value > 1e4 || List.forall blockAgrees [ "a"; "b"; "c" ]

let private nodes term =
    let count = ref 0

    let visit scalar =
        Occurrence.exists
            (fun _ ->
                count.Value <- count.Value + 1
                false)
            scalar
        |> ignore

    match term with
    | ScalarTerm scalar -> visit scalar
    | VectorTerm vector ->
        for coefficient, _ in vector.Terms do
            visit coefficient
            count.Value <- count.Value + 1

    count.Value

let private laws =
    [ testProperty "the gradient of a smooth formula agrees with differences" (Prop.forAll formulas agrees)

      testCase "the gradient of a long product is its logarithmic derivative times the product" (fun () ->
          let text = [ 1..21 ] |> List.map (fun k -> $"(2 + tanh({k}*a/7 + dot(b, x))/{k})") |> String.concat "*"
          let x = place["x"]
          let inner k = tanh (float k * 0.7 / 7.0 + Array.fold2 (fun total b x -> total + b * x) 0.0 place["b"] x)
          let value = List.fold (fun product k -> product * (2.0 + inner k / float k)) 1.0 [ 1..21 ]

          let slope weight = List.sumBy (fun k -> weight k * (1.0 - inner k * inner k) / float k / (2.0 + inner k / float k)) [ 1..21 ]

          let expect block expected =
              DiscreteLaws.termValue world (gradient 3 block text)
              |> Array.iteri (fun index found -> Expect.floatClose Accuracy.veryHigh (found / (value * expected index)) 1.0 $"by {block}")

          expect "a" (fun _ -> slope (fun k -> float k / 7.0))
          expect "b" (fun index -> x[index] * slope (fun _ -> 1.0)))

      testCase "the gradient has the same nodes at p = 2 and at p = 784" (fun () ->
          for block in [ "a"; "b"; "c" ] do
              for text in [ "a*tanh(dot(b, x) + c)"; "dot(b, x)^2*norm2(b)"; "a*exp(-norm2(b - x))" ] do
                  Expect.equal (nodes (gradient 784 block text)) (nodes (gradient 2 block text)) $"{text} by {block}")

      testCase "a function without the variable has the derivative zero of its kind" (fun () ->
          Expect.equal (gradient 3 "a" "norm2(x)") (ScalarTerm Expr.zero) "scalar"
          Expect.equal (gradient 3 "b" "norm2(x)") (VectorTerm(Vector.create 3 [])) "vector") ]

let all = testList "calculus" (tables @ laws)
