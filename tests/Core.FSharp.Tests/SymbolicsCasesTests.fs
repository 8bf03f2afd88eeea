/// Cases that the tests of Math.NET Symbolics (MIT licence) have, too: text and result as facts, judged by value.
module MeanField.Core.Tests.SymbolicsCasesTests

open Expecto
open MeanField.Core.Tests.Formulas

let private judge kind input argument expected =
    SymbolicsCases.judge
        { Kind = kind
          Input = input
          Argument = argument
          Expected = expected
          Remark = ""
          IsExtension = false }

let private judged name kind argument rows =
    testCase name (fun () ->
        let wrong =
            [ for input, expected in rows do
                  let row = judge kind input argument expected

                  if not (SymbolicsCases.holds row) then $"{input}: {row.Verdict}"

                  if SymbolicsCases.expression row.Found |> Result.map shown <> Ok row.Found then
                      $"{input}: {row.Found} does not read back" ]

        if not wrong.IsEmpty then failtest (String.concat "\n" wrong))

let private arithmetic =
    [ "1.23", "123/100"
      "2*2.0", "4"
      "x + 2.2*x", "3.2*x"
      "-2.0 + (-3.0)*x + 5.0*y", "5*y - 3*x - 2"
      "(3 + 2)*4/6", "10/3"
      "(-2)^(-1)", "-1/2"
      "(-1)^(-2)", "1"
      "1/(1/x)", "x"
      "2 + 1/x - 1", "1 + 1/x"
      "a*b/(b*a)", "1"
      "(a*b)^2/(b*a)", "a*b"
      "a^(3/2)*a^(1/2)", "a^2"
      "(a + b)/(b + a)^2", "1/(a + b)"
      "(a + b)^2/(b + a)", "a + b"
      "2*(a + b) - (a + b)", "a + b"
      "a + b - (a + b)", "0"
      "((x*y)^(1/2)*z^2)^2", "x*y*z^4"
      "(-2)*x/(3*y)", "-(2*x)/(3*y)"
      "-1/(3*b*y)", "-1/(3*b*y)"
      "sqrt(pow(x,1/2))", "x^(1/4)"
      "x*y*2*z^2", "2*x*y*z^2"
      "(2 + x)^3*(-2 + x^2)", "-16 - 24*x - 4*x^2 + 10*x^3 + 6*x^4 + x^5"
      "(x^2 - 1)/(x + 1)", "-1 + x"
      "x/z + y/z^2", "(y + x*z)/z^2"
      "1/(1/a + c/(a*b)) + (a*b*c + a*c^2)/(b + c)^2 - a", "0"
      "(x*(y + 1)^(3/2) + 1)*(x*(y + 1)^(3/2) - 1)", "-1 + x^2 + 3*x^2*y + 3*x^2*y^2 + x^2*y^3" ]

let private functions =
    [ " sin ( - x ) ", "-sin(x)"
      "sin^2(x) + cos^2(x)", "1"
      "|a-2|-1", "-1 + |-2 + a|"
      "x + abs(-x)", "x + |x|"
      "e^(2*x)", "exp(2*x)"
      "2*x^(2*y) + e^(3*y)", "exp(3*y) + 2*x^(2*y)"
      "exp(x)*exp(y)", "exp(x + y)"
      "exp(x)^a", "exp(a*x)"
      "exp(ln(x))", "x"
      "exp(ln(1/e))", "1/e"
      "ln(exp(5))", "5"
      "ln(1/2)", "-ln(2)"
      "lg(x^2)", "2*ln(x)/ln(10)"
      "log(b, x)", "ln(x)/ln(b)"
      "ln((c*x)^a) + ln(y^b*z)", "a*ln(c) + a*ln(x) + b*ln(y) + ln(z)"
      "1/(exp(x)*(exp(y) + exp(-x))) - (exp(x + y) - 1)/(exp(x + y)^2 - 1)", "0"
      "sin(5/7*pi)", "sin(5/7*π)"
      "cos(pi/6)", "sqrt(3)/2"
      "acos(-1)", "π"
      "cos(atan(x))", "(1 + x^2)^(-1/2)"
      "sin(atan(x))", "x/sqrt(1 + x^2)"
      "tanh(-2)", "-tanh(2)"
      "cosh(-2)", "cosh(2)"
      "sin(a)*cos(b)", "sin(a + b)/2 + sin(a - b)/2"
      "cos(5*x)", "5*(sin(x))^4*cos(x) - 10*(sin(x))^2*(cos(x))^3 + (cos(x))^5"
      "sin(3*x)", "-(sin(x))^3 + 3*sin(x)*(cos(x))^2"
      "exp((x + y)*(x - y))", "exp(x^2)/exp(y^2)" ]

let private derivatives =
    [ "a*x", "a"
      "x^n", "n*x^(n - 1)"
      "a*x^b", "a*b*x^(-1 + b)"
      "a*x^2 + b*x + c", "2*a*x + b"
      "sin(x)*cos(x)", "cos(x)^2 - sin(x)^2"
      "exp(x^2)", "2*x*exp(x^2)"
      "ln(x)", "1/x"
      "sqrt(x)", "1/(2*sqrt(x))"
      "x*tan(x)", "x + tan(x) + x*tan(x)^2"
      "x*tanh(x)", "x + tanh(x) - x*tanh(x)^2"
      "x*cosh(x)", "x*sinh(x) + cosh(x)"
      "x*sech(x)", "sech(x) - x*sech(x)*tanh(x)"
      "x*csch(x)", "csch(x) - x*csch(x)*coth(x)"
      "x*coth(x)", "x + coth(x) - x*coth(x)^2"
      "x*asin(x)", "x/sqrt(1 - x^2) + asin(x)"
      "x*acos(x)", "-x/sqrt(1 - x^2) + acos(x)"
      "x*atan(x)", "x/(1 + x^2) + atan(x)" ]

let private parseErrors = [ "x-"; "sin x"; "sin x-1"; "1/(a*b" ]

let all =
    testList
        "cases of a peer"
        [ judged "arithmetic keeps its value" "print" "" arithmetic
          judged "functions keep their value" "print" "" functions
          judged "derivatives have the value of calculus" "differentiate" "x" derivatives
          testCase "its parse errors are errors" (fun () ->
              for text in parseErrors do
                  let row = judge "parse-error" text "" "error"
                  Expect.isTrue (SymbolicsCases.holds row) text)
          testCase "a row with another value does not hold" (fun () ->
              let row = judge "print" "x + x" "" "3*x"
              Expect.isFalse (SymbolicsCases.holds row) "2*x is not 3*x") ]
