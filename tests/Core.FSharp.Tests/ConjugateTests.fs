module MeanField.Core.Tests.ConjugateTests

open System
open Expecto
open MeanField.Core

let private scope =
    { Formulas.scope with
        Names = [ "y"; "yhat"; "d"; "s" ] |> List.map (fun name -> name, Value(ScalarTerm(Expr.symbol name))) |> Map.ofList }

let private loss text =
    match Elaborate.formula scope (Formulas.formula text) with
    | Ok scalar -> scalar
    | Error fault -> failtest (Fault.message fault)

let private width = 1.5

/// d is a positive constant of the problem.
let private facts = Range.knowing (Expr.symbol "d") Interval.positive Range.unknown

let private conjugate text = loss text |> Conjugate.ofLoss facts

let private world numbers : DiscreteLaws.World = { DiscreteLaws.noWorld with Numbers = Map numbers }

let private valueAt y s scalar =
    scalar
    |> Inverse.substitute Conjugate.slope (Expr.symbol "s")
    |> DiscreteLaws.value (world [ "y", y; "s", s; "d", width ])

let private lossValue text y =
    let values yhat = Map [ "y", [| y |]; "yhat", [| yhat |]; "d", [| width |] ]

    match (Formulas.notation text).Form with
    | Call("max", [ left; right ]) -> fun yhat -> max (WrittenFormula.value (values yhat) left) (WrittenFormula.value (values yhat) right)
    | form -> fun yhat -> WrittenFormula.value (values yhat) (Notation.make form)

/// sup over g of s g - l(y, g) by golden section; what is not a number counts as -infinity.
let private supremum text y s (low, high) =
    let l = lossValue text y

    let gain g =
        let value = s * g - l g
        if Double.IsNaN value then Double.NegativeInfinity else value

    let ratio = (Math.Sqrt 5.0 - 1.0) / 2.0

    let rec search low high steps =
        let left, right = high - ratio * (high - low), low + ratio * (high - low)

        if steps = 0 then max (gain low) (max (gain high) (gain left))
        elif gain left >= gain right then search low right (steps - 1)
        else search left high (steps - 1)

    search low high 200

/// Where s lies in the domain of a conjugate.
let private isInside y s (domain: Domain) =
    let quantity = valueAt y s domain.Quantity

    let beyond met limit test =
        match limit with
        | Finite value -> test quantity (valueAt y s value) || (met && quantity = valueAt y s value)
        | MinusInfinity
        | PlusInfinity
        | Infinity -> true

    beyond domain.LowMet domain.Low (>) && beyond domain.HighMet domain.High (<)

/// A loss: the labels it is for, and by label slopes inside the domain and outside it.
type private Row = { Loss: string; Labels: float list; Inside: float -> float list; Outside: float -> float list }

let private everywhere = [ 1.0; -1.0; 0.7; 0.0; -2.3 ]
let private signs = [ 1.0; -1.0; 0.7; -2.0; 3.0 ]
let private counts = [ 1.0; 0.4; 2.0; 5.0; 0.1 ]
let private slopes = [ -2.9; -0.6; 0.0; 0.35; 1.8 ]
let private within size = List.map (fun share -> share * size) [ -0.97; -0.6; 0.0; 0.25; 0.9 ]
let private shares = [ 0.02; 0.2; 0.5; 0.77; 0.96 ]
let private row text labels inside outside = { Loss = text; Labels = labels; Inside = inside; Outside = outside }

let private rows =
    [ row "(y - yhat)^2/2" everywhere (fun _ -> slopes) (fun _ -> [])
      row "y^2/2 - y*yhat + yhat^2/2" everywhere (fun _ -> slopes) (fun _ -> [])
      row "(y - yhat)^2/(2*d)" everywhere (fun _ -> slopes) (fun _ -> [])
      row "(y - yhat)^2/2 + yhat^2/10" everywhere (fun _ -> slopes) (fun _ -> [])
      row "log(1 + exp(-y*yhat))" signs (fun y -> [ for p in shares -> -y * p ]) (fun y -> [ 0.1 * y; -1.1 * y ])
      row "d*log(1 + exp(-y*yhat))" signs (fun y -> [ for p in shares -> -y * width * p ]) (fun y -> [ 0.1 * y; -1.1 * width * y ])
      row "softplus(yhat) - y*yhat" counts (fun y -> [ for p in shares -> p - y ]) (fun y -> [ -0.1 - y; 1.1 - y ])
      row "abs(y - yhat)" everywhere (fun _ -> within 1.0) (fun _ -> [ 1.1; -1.1 ])
      row "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)" everywhere (fun _ -> within width) (fun _ -> [ 1.6; -1.6 ])
      row "if(abs(yhat - y) > d, d*(abs(yhat - y) - d/2), (yhat - y)^2/2)" everywhere (fun _ -> within width) (fun _ -> [ 1.6; -1.6 ])
      row "if(yhat - y < -1, y - yhat - 1/2, if(yhat - y > 1, yhat - y - 1/2, (yhat - y)^2/2))" everywhere (fun _ -> within 1.0) (fun _ ->
          [ 1.1; -1.1 ])
      row "exp(-y*yhat)" signs (fun y -> [ for p in [ 0.01; 0.4; 1.0; 2.0; 7.0 ] -> -y * p ]) (fun y -> [ 0.1 * y ])
      row "exp(yhat) - y*yhat" counts (fun y -> [ for p in [ 0.01; 0.4; 1.0; 2.0; 7.0 ] -> p - y ]) (fun y -> [ -0.1 - y ])
      row "yhat - y*log(yhat)" counts (fun _ -> [ -4.0; -1.0; 0.0; 0.3; 0.9 ]) (fun _ -> [ 1.1 ])
      row "sqrt(1 + (y - yhat)^2)" everywhere (fun _ -> within 1.0) (fun _ -> [ 1.1; -1.1 ])
      row "log(cosh(y - yhat))" everywhere (fun _ -> within 1.0) (fun _ -> [ 1.1; -1.1 ])
      row "cosh(y - yhat)" everywhere (fun _ -> slopes) (fun _ -> [])
      row "-log(yhat)" [ 1.0 ] (fun _ -> [ -0.1; -0.5; -1.0; -3.0; -8.0 ]) (fun _ -> [ 0.1 ])
      row "1/sqrt(yhat)" [ 1.0 ] (fun _ -> [ -0.1; -0.5; -1.0; -3.0; -8.0 ]) (fun _ -> [ 0.1 ])
      row "yhat*log(yhat) - yhat" [ 1.0 ] (fun _ -> slopes) (fun _ -> [])
      row "(y - yhat)^4/4" everywhere (fun _ -> slopes) (fun _ -> [])
      row "abs(y - yhat)^3" everywhere (fun _ -> slopes) (fun _ -> [])
      row "abs(y - yhat)^(3/2)" everywhere (fun _ -> slopes) (fun _ -> [])
      row "relu(1 - y*yhat)" signs (fun y -> [ for p in shares -> -y * p ]) (fun y -> [ 0.1 * y; -1.1 * y ])
      row "max(0, 1 - y*yhat)" signs (fun y -> [ for p in shares -> -y * p ]) (fun y -> [ 0.1 * y; -1.1 * y ])
      row "relu(1 - y*yhat)^2" signs (fun y -> [ for p in shares -> -y * p ]) (fun y -> [ 0.1 * y ])
      row "if(y > yhat, 3/4*(y - yhat), (yhat - y)/4)" everywhere (fun _ -> [ -0.7; -0.3; 0.0; 0.1; 0.24 ]) (fun _ -> [ -0.8; 0.3 ])
      row "max(3/4*(y - yhat), (yhat - y)/4)" everywhere (fun _ -> [ -0.7; -0.3; 0.0; 0.1; 0.24 ]) (fun _ -> [ -0.8; 0.3 ])
      row "relu(abs(y - yhat) - 1/10)" everywhere (fun _ -> within 1.0) (fun _ -> [ 1.1; -1.1 ]) ]

let private found text =
    match conjugate text with
    | Some conjugate -> conjugate
    | None -> failtest $"no closed form of the conjugate of {text}"

let private isSupremum row =
    let conjugate = found row.Loss

    for y in row.Labels do
        for s in row.Inside y do
            let expected = supremum row.Loss y s (-60.0, 60.0)
            let actual = valueAt y s conjugate.Value
            Expect.isTrue (isInside y s conjugate.Domain) $"y = {y}, s = {s} lies in {Conjugate.domainText conjugate.Domain}"
            // golden section finds the value to the rounding of a number of the size of the terms
            Expect.floatClose { absolute = 1e-9; relative = 1e-9 } actual expected $"y = {y}, s = {s}"

let private isInfinite row =
    let conjugate = found row.Loss

    for y in row.Labels do
        for s in row.Outside y do
            Expect.isFalse (isInside y s conjugate.Domain) $"y = {y}, s = {s} lies outside {Conjugate.domainText conjugate.Domain}"
            // outside the gain grows at least like 0.05 |yhat|
            let near, far = supremum row.Loss y s (-40.0, 40.0), supremum row.Loss y s (-400.0, 400.0)
            Expect.isGreaterThan far (near + 10.0) $"y = {y}, s = {s}: the supremum is infinite"

let private inSlope text = found text |> Conjugate.at (Expr.symbol "s")

/// Closed forms by hand, and their domains.
let private closedForms =
    [ "(y - yhat)^2/2", "s*y + s^2/2", ""
      "log(1 + exp(-y*yhat))", "(1 + s/y)*log(1 + s/y) + (-s/y)*log(-s/y)", "0 < -s/y < 1"
      "abs(y - yhat)", "s*y", "abs(s) <= 1"
      "if(abs(y - yhat) <= d, (y - yhat)^2/2, d*abs(y - yhat) - d^2/2)", "s*y + s^2/2", "abs(s) <= d"
      "exp(yhat) - y*yhat", "(s + y)*log(s + y) - s - y", "0 < s + y"
      "exp(-y*yhat)", "(-s/y)*log(-s/y) + s/y", "0 < -s/y"
      "softplus(yhat) - y*yhat", "(1 - s - y)*log(1 - s - y) + (s + y)*log(s + y)", "0 < s + y < 1"
      "sqrt(1 + (y - yhat)^2)", "s*y - sqrt(1 - s^2)", "abs(s) < 1"
      "log(cosh(y - yhat))", "s*y + (1 - abs(s))*log(1 - abs(s))/2 + (1 + abs(s))*log(1 + abs(s))/2", "abs(s) < 1"
      "-log(yhat)", "-log(-s) - 1", "s < 0"
      "relu(1 - y*yhat)", "s/y", "0 <= -s/y <= 1"
      "yhat*log(yhat) - yhat", "exp(s)", ""
      "(y - yhat)^4/4", "s*y + 3*abs(s)^(4/3)/4", "" ]

let private isClosedForm (text, value, domain) =
    testCase text (fun () ->
        let conjugate = inSlope text
        Expect.equal (Formulas.shown conjugate.Value) (Formulas.shown (loss value)) "as printed"
        Expect.isTrue (conjugate.Value = loss value) "as expressions"
        Expect.equal (Conjugate.domainText conjugate.Domain) domain "domain")

let all =
    testList
        "conjugates"
        [ testList "are suprema" [ for row in rows -> testCase row.Loss (fun () -> isSupremum row) ]
          testList
              "are infinite outside their domain"
              [ for row in rows do
                    if not (row.Outside 1.0).IsEmpty then testCase row.Loss (fun () -> isInfinite row) ]
          testList "have the closed forms of hand calculation" (List.map isClosedForm closedForms)
          testCase "is none where the slope cannot be inverted in closed form" (fun () ->
              for text in [ "exp(yhat^2)"; "exp(yhat) + exp(-2*yhat)"; "y/yhat + log(yhat)" ] do
                  Expect.isNone (conjugate text) text)
          testCase "is none where the place of a kink is not known" (fun () ->
              // d is positive, but where it lies relative to y is open
              Expect.isNone (conjugate "relu(yhat - y) + relu(yhat - d)") "two kinks in unknown order") ]
