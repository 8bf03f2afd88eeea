module MeanField.Core.Tests.ExprTests

open Expecto
open FsCheck
open FsCheck.FSharp
open Fractions
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private normalForms =
    table
        "an expression is brought to its normal form"
        [ "1/3 + 1/3", "2/3"
          "1/3*x", "x/3"
          "0.1 + 0.2", "3/10"
          "x - x", "0"
          "0*x", "0"
          "x/x", "1"
          "x^0", "1"
          "x*x", "x^2"
          "x^2*x^3", "x^5"
          "x^2/x^5", "1/x^3"
          "(x^2)^3", "x^6"
          "(x*y)^2/x", "x*y^2"
          "sqrt(x)*sqrt(x)", "x"
          "sqrt(x)^3", "x^(3/2)"
          "sqrt(4)", "2"
          "sqrt(9/16)", "3/4"
          "sqrt(2)", "sqrt(2)"
          "sqrt(2)*sqrt(2)", "2"
          "sqrt(2)*sqrt(8)", "sqrt(2)*sqrt(8)"
          "sqrt(x^2)", "abs(x)"
          "sqrt(x^4)", "x^2"
          "sqrt(x^2*y)", "sqrt(y)*abs(x)"
          "(x*y)^(1/2)", "sqrt(x*y)"
          "sqrt(x^3)", "x^(3/2)"
          "sqrt(4*x)", "2*sqrt(x)"
          "sqrt(4*x + 4)", "2*sqrt(x + 1)"
          "sqrt(2*x + 2)", "sqrt(2*x + 2)"
          "abs(x)^2", "x^2"
          "abs(abs(x))", "abs(x)"
          "abs(exp(x))", "exp(x)"
          "sqrt(cosh(x)^2)", "cosh(x)"
          "abs(x)^3", "abs(x)^3"
          "4^(3/2)", "8"
          "4^(-1/2)", "1/2"
          "8^(1/3)", "8^(1/3)"
          "2^10", "1024"
          "2^-2", "1/4"
          "x + x", "2*x"
          "2*x + 3*y - x", "x + 3*y"
          "2*(x + y)", "2*(x + y)"
          "2*x + 2*y", "2*(x + y)"
          "-(f - g)*h", "-h*(f - g)"
          "(g - f)*h", "-h*(f - g)"
          "(2*f - 2*g)*h", "2*h*(f - g)"
          "(4*x + 6)*(1 - y/3)", "2*(3 - y)*(2*x + 3)/3"
          "(x + y)*(x + y)", "(x + y)^2"
          "(x + y)/(2*x + 2*y)", "1/2"
          "(x + y)^2/(3*x + 3*y)", "(x + y)/3"
          "-(-x)", "x"
          "-x/2", "-x/2"
          "x*(-2/3)*y", "-2*x*y/3"
          "a^b*a^b", "a^(2*b)"
          "a^b*a^c", "a^(b + c)"
          "a^b*a^-b", "1"
          "a^b/a", "a^(b - 1)"
          "sqrt(a)*a^b*a^(1/2 - b)", "a"
          "(2*a)^b*(2*a)", "2*a*(2*a)^b"
          "(2*a)^(b + 1)", "2*a*(2*a)^b"
          "2^(x + 1)*2^y", "2*2^(x + y)"
          "(a^b)^c", "(a^b)^c"
          "exp(x)^2*exp(y)", "exp(2*x + y)"
          "exp(x)*exp(-x)", "1"
          "sqrt(exp(x))", "exp(x/2)"
          "exp(x)^a", "exp(a*x)"
          "e*exp(x)", "exp(x + 1)"
          "e^2/e", "e"
          "e^2", "exp(2)"
          "exp(1)", "e"
          "exp(log(x))", "x"
          "exp(2*log(x) - y)", "x^2*exp(-y)"
          "log(exp(x))", "x"
          "log(e^3)", "3"
          "log(2/3)", "-log(3/2)"
          "exp(log(2/3))", "2/3"
          "abs(-3)", "3"
          "sign(-2/3)", "-1"
          "relu(-2)", "0"
          "relu(3)", "3"
          "heaviside(2)", "1"
          "sin(pi)", "0"
          "sin(-pi/6)", "-1/2"
          "sin(5*pi/2)", "1"
          "cos(2*pi/3)", "-1/2"
          "cos(pi/4)", "1/sqrt(2)"
          "sqrt(2)/2 - 1/sqrt(2)", "0"
          "sqrt(1/2) - sqrt(2)/2", "0"
          "x*sqrt(2)/2", "x/sqrt(2)"
          "3*sqrt(2)/4", "3/(2*sqrt(2))"
          "2^(5/3)", "2*2^(2/3)"
          "cos(7*pi)", "-1"
          "tan(pi/3)", "sqrt(3)"
          "tan(3*pi/4)", "-1"
          "tan(pi/2)", "tan(pi/2)"
          "sin(pi/5)", "sin(pi/5)"
          "asin(-1)", "-pi/2"
          "acos(0)", "pi/2"
          "acos(-1/2)", "2*pi/3"
          "atan(1)", "pi/4"
          "sin(acos(x))", "sqrt(1 - x^2)"
          "cos(atan(x))", "1/sqrt(x^2 + 1)"
          "tan(acos(x))", "sqrt(1 - x^2)/x"
          "sin(asin(x))", "x"
          "sin(-atan(x))", "-x/sqrt(x^2 + 1)"
          "(a^b)^3", "a^(3*b)"
          "e^x", "exp(x)"
          "1^x", "1"
          "pi*2", "2*pi"
          "abs(-x)", "abs(x)"
          "tanh(-x)", "-tanh(x)"
          "tanh(y - x)", "-tanh(x - y)"
          "cos(-2*x)", "cos(2*x)"
          "sigmoid(-x)", "sigmoid(-x)"
          "exp(0)", "1"
          "sin(x - x)", "0"
          "ln(e)", "1"
          "log(1)", "0"
          "log(2, x)", "log(x)/log(2)"
          "lg(x)", "log(x)/log(10)"
          "log(1 + exp(-x*y))", "softplus(-x*y)"
          "if(1 < 2, x, y)", "x"
          "if(2 <= 1, x, y)", "y"
          "if(1 = 1, x, y)", "x"
          "if(1 != 1, x, y)", "y"
          "if(x > 0, y, y)", "y"
          "if(x > 0, 1, 0)", "if(0 < x, 1, 0)"
          "if(x >= y, 1, 0)", "if(y <= x, 1, 0)"
          "dot(2, x)", "2*x"
          "norm2(x - y)", "(x - y)^2"
          "x[1]", "x" ]
        (read >> shown)

let private trees = Gen.sized (fun size -> WrittenFormula.smooth (List.map Notation.name [ "x"; "y"; "a" ]) (min size 16))
let private scalars = trees |> Gen.map (Infix.print >> read) |> Arb.fromGen

let private fractions = Gen.map2 (fun (n: int) (d: int) -> Fraction(n, d)) (Gen.choose (-9, 9)) (Gen.choose (1, 9)) |> Arb.fromGen

let private law name property = testProperty name (Prop.forAll scalars property)
let private law2 name property = testProperty name (Prop.forAll scalars (fun s -> Prop.forAll scalars (property s)))

let private values = Map [ "x", [| 0.37 |]; "y", [| -0.81 |]; "a", [| 1.3 |] ]

let private world: DiscreteLaws.World = { DiscreteLaws.noWorld with Numbers = values |> Map.map (fun _ value -> value[0]) }

let private laws =
    [ law2 "addition commutes" (fun s t -> Expr.add s t = Expr.add t s)
      law2 "multiplication commutes" (fun s t -> Expr.multiply s t = Expr.multiply t s)
      law2 "addition associates" (fun s t -> Expr.add (Expr.add s t) s = Expr.add s (Expr.add t s))
      law2 "multiplication associates" (fun s t -> Expr.multiply (Expr.multiply s t) s = Expr.multiply s (Expr.multiply t s))
      law2 "a difference changes its sign with its sides" (fun s t -> Expr.negate (Expr.subtract s t) = Expr.subtract t s)
      law2 "a sign moves freely in a product of a difference" (fun s t ->
          Expr.multiply (Expr.negate (Expr.subtract s t)) s = Expr.multiply (Expr.subtract t s) s)
      law2 "rationals distribute over sums" (fun s t ->
          let third = Expr.scale (Fraction(1, 3))
          third (Expr.add s t) = Expr.add (third s) (third t))
      law "a rational factor is one whether scaled or multiplied" (fun s ->
          Expr.scale (Fraction(-3, 7)) s = Expr.multiply (Expr.rational (Fraction(-3, 7))) s)
      law "what is taken from itself leaves nothing" (fun s -> Expr.subtract s s = Expr.zero)
      law "what is divided by itself leaves one" (fun s -> s = Expr.zero || Expr.divide s s = Expr.one)
      law "nothing times anything is nothing" (fun s -> Expr.multiply Expr.zero s = Expr.zero)
      law "whole powers merge" (fun s -> s = Expr.zero || Expr.multiply (Expr.powerOf s (Fraction 3)) (Expr.powerOf s (Fraction -2)) = s)
      law "a half power squared is the base" (fun s -> Expr.square (Expr.sqrt s) = s)
      law "what an expression prints reads back and prints as it did" (fun s -> shown (read (shown s)) = shown s)
      testProperty
          "the sum of rationals is exact"
          (Prop.forAll fractions (fun p ->
              Prop.forAll fractions (fun q -> Expr.add (Expr.rational p) (Expr.rational q) = Expr.rational (p + q))))
      testProperty
          "the normal form has the value of the formula"
          (Prop.forAll (Arb.fromGen trees) (fun tree ->
              let direct = WrittenFormula.value values tree
              let normal = DiscreteLaws.value world (read (Infix.print tree))
              abs direct > 1e9 || abs (direct - normal) <= 1e-8 * (1.0 + abs direct))) ]

let private sharing =
    [ testCase "equal expressions are one object" (fun () ->
          Expect.isTrue (obj.ReferenceEquals(read "a*tanh(x + y)^2", read "tanh(y + x)*a*tanh(x + y)")) "hash-consing")

      testCase "the order of terms does not depend on what was built first" (fun () ->
          let late, early = Expr.symbol "later_z9", Expr.symbol "later_a1"
          Expect.equal (shown (Expr.sum [ late; early ])) "later_a1 + later_z9" "sum"
          Expect.equal (shown (Expr.multiplyAll [ late; early ])) "later_a1*later_z9" "product")

      testCase "roots are exact beyond the range of a double" (fun () ->
          Expect.equal (read "sqrt(1e400)") (read "1e200") "sqrt(1e400)"
          Expect.equal (read "sqrt((1e40 + 1)^2)") (read "1e40 + 1") "a root of 41 digits"
          Expect.equal (shown (read "sqrt(1e399)") |> _.StartsWith("sqrt(1000")) true "no square")

      testCase "powers that would fill the memory stay as written" (fun () ->
          Expect.equal (shown (read "2^1000000000")) "2^1000000000" "2^(10^9)"
          Expect.equal (shown (read "(2*x)^(-1e12)")) "1/(2*x)^1000000000000" "a product"
          Expect.equal (shown (read "(2*x + 2)^1e12")) "(2*x + 2)^1000000000000" "a sum"
          read "(((9^999)^999)^999)^999" |> ignore) ]

// ---- Vectors ----

let private block name length = Vector.ofAtom (Whole(Free "w", Block name, length))
let private data name length = Vector.ofAtom (Whole(Free name, Part.Input, length))

let private vectors =
    [ testCase "the inner product is symmetric and bilinear" (fun () ->
          let u, v, x = block "u" 3, block "v" 3, data "x" 3
          let k = Expr.symbol "k"
          Expect.equal (Vector.dot u x) (Vector.dot x u) "symmetric"
          let combined = Vector.add (Vector.scale k u) (Vector.scale (Expr.integer -2) v)
          let expected = Expr.subtract (Expr.multiply k (Vector.dot u x)) (Expr.scale (Fraction 2) (Vector.dot v x))
          Expect.equal (Vector.dot combined x) expected "linear"
          Expect.equal (Vector.dot (Vector.add u (Vector.scale (Expr.integer -1) u)) x) Expr.zero "u - u")

      testCase "a component is the inner product with a unit vector" (fun () ->
          let unit' index = Vector.ofAtom (Unit(index, 3))
          Expect.equal (Vector.dot (unit' 1) (unit' 1)) Expr.one "equal units"
          Expect.equal (Vector.dot (unit' 1) (unit' 2)) Expr.zero "orthogonal units"
          Expect.equal (shown (Vector.``component`` (block "b" 3) 2)) "b[2]" "a component")

      testCase "an inner product of 784 components is one node" (fun () ->
          let nodes = ref 0

          Vector.dot (block "b" 784) (data "x" 784)
          |> Occurrence.exists (fun _ ->
              nodes.Value <- nodes.Value + 1
              false)
          |> ignore

          Expect.equal nodes.Value 1 "nodes") ]

let all = testList "expressions" ([ normalForms ] @ laws @ sharing @ vectors)
