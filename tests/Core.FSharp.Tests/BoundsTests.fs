/// The constants of theory section 7, against its golden numbers and closed forms.
module MeanField.Core.Tests.BoundsTests

open System
open Expecto
open MathNet.Numerics.Integration
open MeanField.Core
open MeanField.Core.Tests.Problems

/// x uniform on [-1, 1].
let private uniformNodes count =
    let rule = GaussLegendreRule(-1.0, 1.0, count)
    rule.Abscissas |> Array.map Array.singleton, rule.Weights |> Array.map (fun weight -> weight / 2.0)

let private bounds (nodes, weights) activation parameters =
    match
        Bounds.ofNeuron
            (load { small with Activation = activation; Parameters = parameters })
            { Inputs = nodes; Weights = weights; Targets = [||] }
    with
    | Ok constants -> constants |> List.map (fun constant -> constant.Name, constant) |> Map
    | Error fault -> failtest (Fault.message fault)

let private atOne = [| [| 1.0 |] |], [| 1.0 |]

/// Within the enclosure up to the rounding of the expected number, and a relative width.
let private enclosesTo width digits expected (constant: Constant) =
    Expect.isLessThanOrEqual constant.Low (expected + digits) $"{constant.Name} from below ({constant.Reason})"
    Expect.isGreaterThanOrEqual constant.High (expected - digits) $"{constant.Name} from above ({constant.Reason})"

    Expect.isLessThan
        (constant.High - constant.Low)
        (width * constant.High)
        $"the width of {constant.Name}: [{constant.Low:R}, {constant.High:R}]"

let private constantsOfFive () = bounds atOne "sin(a + b + c + d + g)" [ "a"; "b"; "c"; "d"; "g" ]

let private isInfinite (constant: Constant) word =
    Expect.isTrue (Double.IsInfinity constant.Low) $"{constant.Name} is infinite, not [{constant.Low:R}, {constant.High:R}]"
    Expect.stringContains constant.Reason word constant.Name

let private encloses = enclosesTo 1e-6

let all =
    testList
        "bounds"
        [ test "the constants of T1 are enclosed to a millionth" {
              let constants = bounds (uniformNodes 64) "tanh(w*x)" [ "w" ]
              encloses 1e-12 1.0 constants["S0"]
              encloses 5e-11 0.5773502692 constants["G1"]
              // By golden section over w, at 0.77556 (below).
              encloses 5e-11 0.3357093690671 constants["G2"]
          }

          test "the supremum G2 of T1 is found by golden section in plain doubles, too, above the value at w = 0.776" {
              let nodes, weights = uniformNodes 64

              let second w =
                  Array.map2
                      (fun (x: float[]) weight ->
                          let t = Math.Tanh(w * x[0])
                          weight * (2.0 * x[0] * x[0] * t * (1.0 - t * t)) ** 2.0)
                      nodes
                      weights
                  |> Array.sum
                  |> sqrt

              let ratio = (sqrt 5.0 - 1.0) / 2.0

              let narrow (low, high) _ =
                  let left, right = high - ratio * (high - low), low + ratio * (high - low)
                  if second left < second right then left, high else low, right

              let low, high = List.fold narrow (0.5, 1.0) [ 1..40 ]
              Expect.floatClose Accuracy.high (second ((low + high) / 2.0)) 0.3357093690671 "the supremum"
              Expect.floatClose Accuracy.low ((low + high) / 2.0) 0.77556 "its place"
              Expect.isLessThan (second 0.776) 0.335709284 "the value on a grid"
          }

          test "before any minimiser the residual of T1 is bounded by its target, and the margin by that" {
              let nodes, weights = uniformNodes 64
              let problem = load { small with Activation = "tanh(w*x)"; Parameters = [ "w" ]; Target = "x/(1 + x^2)" }

              let constants =
                  match Constants.ofProblem problem { Inputs = nodes; Weights = weights; Targets = [||] } with
                  | Ok constants -> constants |> List.map (fun constant -> constant.Name, constant) |> Map
                  | Error fault -> failtest (Fault.message fault)

              // The mean of x^2/(1 + x^2)^2 on [0, 1] is (arctan 1 - 1/2)/2.
              let size = sqrt ((Math.PI / 4.0 - 0.5) / 2.0)
              encloses 1e-12 (1.0 + size) constants["rho"]
              Expect.floatClose Accuracy.high constants["rho_star"].High size "rho*"
              Expect.floatClose Accuracy.medium constants["lambda"].Low (1.0 - 2.0 * size * 0.3357093690671) "lambda, beta 2"
              Expect.equal (constants["growth"].Low, constants["growth"].High) (0.0, 0.0) "growth"
          }

          test "at one node the constants of a sine of two parameters, whose maxima are ridges, hold those of calculus" {
              // grad = cos(b + c) (1, 1), Hess = -sin(b + c) (1, 1)(1, 1)'.
              let constants = bounds atOne "sin(b*x + c)" [ "b"; "c" ]
              enclosesTo 1e-2 1e-12 1.0 constants["S0"]
              enclosesTo 1e-2 1e-12 (sqrt 2.0) constants["G1"]
              enclosesTo 1e-2 1e-12 2.0 constants["G2"]
          }

          test "in five dimensions, where only the diagonal is read, no lower end is above the supremum" {
              // Hess = -sin(sum) 1 1': its largest value is 5; along a coordinate it is 1.
              let sum = constantsOfFive ()
              Expect.isLessThanOrEqual sum["G2"].Low 5.0 "from below"
              Expect.isGreaterThanOrEqual sum["G2"].High 5.0 "from above"
              Expect.isLessThanOrEqual sum["G1"].Low (sqrt 5.0) "from below"
              Expect.isGreaterThanOrEqual sum["G1"].High (sqrt 5.0) "from above"

              // Hess of sin(a) sin(b)/2 has the eigenvalues (-sin(a) sin(b) +- cos(a) cos(b))/2, at most 1/2 in size.
              let product = bounds atOne "sin(a)*sin(b)/2" [ "a"; "b"; "c"; "d"; "g" ]
              Expect.isLessThanOrEqual product["G2"].Low 0.5 "a product from below"
          }

          test "an output weight makes all three infinite, and is named" {
              let constants = bounds (uniformNodes 4) "a*tanh(dot(b, x) + c)" [ "a"; "b[p]"; "c" ]

              for name in [ "S0"; "G1"; "G2" ] do
                  isInfinite constants[name] "along a"
          }

          test "a linear neuron has a bounded gradient and no curvature" {
              let constants = bounds (uniformNodes 4) "w*x" [ "w" ]
              isInfinite constants["S0"] "along w"
              encloses 1e-12 (1.0 / sqrt 3.0) constants["G1"]
              Expect.equal constants["G2"].High 0.0 "G2"
          }

          test "a kink makes the second derivative infinite, and is printed" {
              let constants = bounds (uniformNodes 4) "relu(w*x)" [ "w" ]
              isInfinite constants["S0"] "along w"
              isInfinite constants["G2"] "heaviside"
          }

          test "a step has no gradient, and a branch that may be one none that is enclosed" {
              let step = bounds (uniformNodes 4) "sign(w*x)" [ "w" ]
              isInfinite step["G1"] "sigma jumps"
              isInfinite step["G2"] "sigma jumps"
              let branch = (bounds (uniformNodes 4) "if(w*x < 1/2, 0, 1)" [ "w" ])["G1"]
              Expect.equal (branch.Low, branch.High) (0.0, infinity) branch.Reason
          }

          test "a vector block beside a scalar one keeps the Hessian's rows and columns" {
              // Hess = I, whose largest eigenvalue is 1.
              let constants = bounds atOne "(norm2(b) + c^2)/2" [ "b[2]"; "c" ]
              Expect.isLessThanOrEqual constants["G2"].Low 1.0 "from below"
              Expect.isGreaterThanOrEqual constants["G2"].High 1.0 "from above"
          }

          test "no bound of a random point's value is exceeded" {
              let nodes, weights = uniformNodes 4
              let constants = bounds (nodes, weights) "tanh(b*x + c)" [ "b"; "c" ]
              let random = Random 3

              for _ in 1..200 do
                  let b, c = 6.0 * random.NextDouble() - 3.0, 6.0 * random.NextDouble() - 3.0
                  let mean f = Array.map2 (fun (x: float[]) weight -> weight * f x[0]) nodes weights |> Array.sum |> sqrt
                  let slope x = 1.0 - Math.Tanh(b * x + c) ** 2.0
                  Expect.isLessThanOrEqual (mean (fun x -> Math.Tanh(b * x + c) ** 2.0)) (constants["S0"].High + 1e-12) "S0"
                  Expect.isLessThanOrEqual (mean (fun x -> slope x ** 2.0)) (constants["G1"].High + 1e-12) "G1, along c"
          } ]
