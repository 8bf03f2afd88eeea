module MeanField.Core.Tests.InfixTests

open System
open System.Globalization
open Expecto
open FsCheck
open FsCheck.FSharp
open MeanField.Core
open MeanField.Core.Tests.Formulas

let private reprinted text = notation text |> Infix.print

let private printed =
    table
        "a formula prints as it groups"
        [ "1+2*3", "1 + 2*3"
          "(1+2)*3", "(1 + 2)*3"
          "a-b-c", "a - b - c"
          "a-(b-c)", "a - (b - c)"
          "a-(b+c)", "a - (b + c)"
          "a/b/c", "a/b/c"
          "a/(b/c)", "a/(b/c)"
          "a/(b*c)", "a/(b*c)"
          "a*b/c", "a*b/c"
          "-x^2", "-x^2"
          "(-x)^2", "(-x)^2"
          "x^-2", "x^(-2)"
          "a^b^c", "a^b^c"
          "(a^b)^c", "(a^b)^c"
          "2^-x^2", "2^(-x^2)"
          "-a*b", "-a*b"
          "a*-b", "a*(-b)"
          "a - -b", "a - -b"
          "+a", "a"
          "--a", "--a"
          "sin^2(x)", "sin(x)^2"
          "tanh ^ 3 (x)", "tanh(x)^3"
          "|x|", "abs(x)"
          "|a - |b||", "abs(a - abs(b))"
          "|a|*|b|", "abs(a)*abs(b)"
          "x[2..4]", "x[2..4]"
          "b[1]", "b[1]"
          "w.b[1]", "w.b[1]"
          "1.5", "3/2"
          "0.1", "1/10"
          "1e-3*x", "1/1000*x"
          "2.5E2", "250"
          ".5*x", "1/2*x"
          "1. - x", "1 - x"
          "-.5e1", "-5"
          "123456789012345678901234567890", "123456789012345678901234567890"
          "π", "pi"
          "2·x − y", "2*x - y"
          "dot( u ,v )", "dot(u, v)"
          "if(x<=1, 0, 1)", "if(x <= 1, 0, 1)"
          "if(x ≥ 1, 0, 1)", "if(x >= 1, 0, 1)"
          "E[w~mu, v~mu](k(w,v))", "E[w~mu, v~mu](k(w, v))"
          "E[x~pi]((f(x) - 1)^2)", "E[x~pi]((f(x) - 1)^2)"
          "E*2", "E*2"
          "\t a\n + b ", "a + b" ]
        reprinted

let private fault text =
    match Infix.parse text with
    | Ok notation -> $"read as {Infix.print notation}"
    | Error fault -> $"{fault.Offset}: {fault.Unexpected} | {fault.Wanted} | {fault.Advice}"

let private faults =
    table
        "a syntax fault names its character, what stands there, what is wanted and the remedy"
        [ "", "0: the end of the formula | a formula | write one, such as a*tanh(b*x)"
          "  ", "2: the end of the formula | a formula | write one, such as a*tanh(b*x)"
          "(a + b", "6: the end of the formula | ')' for the '(' opened at character 1 | balance the parentheses"
          "2 + (a*(b + c)", "14: the end of the formula | ')' for the '(' opened at character 5 | balance the parentheses"
          "a + b)", "5: ')' | an operator or the end of the formula | "
          "tanh(x", "6: the end of the formula | ')' for the '(' opened at character 5 | balance the parentheses"
          "b[1", "3: the end of the formula | ']' for the '[' opened at character 2 | balance the parentheses"
          "|x + 1", "6: the end of the formula | '|' for the '|' opened at character 1 | balance the parentheses"
          "2x", "1: 'x' | an operator | write the multiplication sign: 2*x"
          "2(x)", "1: '(' | an operator | write the multiplication sign: 2*x"
          "a b", "2: 'b' | an operator | write the multiplication sign: 2*x"
          "(a)(b)", "3: '(' | an operator | write the multiplication sign: 2*x"
          "sin(x) y", "7: 'y' | an operator | write the multiplication sign: 2*x"
          "sin x", "4: 'x' | an operator | write the multiplication sign: 2*x"
          "a +", "3: the end of the formula | a number, a name or '(' | "
          "a + * b", "4: '*' | a number, a name or '(' | "
          "a # b", "2: '#' | a number, a name, an operator or a parenthesis | remove it"
          "b[0]", "2: a number | a whole number from 1 (components count from 1) | "
          "b[i]", "2: 'i' | a whole number from 1 (components count from 1) | "
          "w.2", "2: a number | the name of a parameter block after '.' | "
          "E[w](w.a)", "3: ']' | '~' and a law (pi, mu or gamma) | write E[w~mu](...)"
          "E[w~mu]", "7: the end of the formula | '(' with the body of the expectation | write E[w~mu](...)"
          "E[w~mu] w.a", "8: 'w' | '(' with the body of the expectation | write E[w~mu](...)"
          "E[~mu](1)", "2: '~' | the name of a bound variable, as in E[w~mu](...) | "
          "1e401", "0: '1e401' | an exponent up to 400 | write the number differently"
          "x + 1e99999999999", "4: '1e99999999999' | an exponent up to 400 | write the number differently" ]
        fault

let private tooDeep opening =
    let text = String.replicate 500 opening + "x"
    Expect.stringContains (fault text) "too deep a nesting" $"500 times {opening}"

/// On the smallest stack that a thread gets by default, so that a longer formula would end the process here.
let private onSmallStack (action: unit -> unit) =
    let mutable failure = None

    let run () =
        try
            action ()
        with caught ->
            failure <- Some caught

    let thread = Threading.Thread(run, 1024 * 1024)
    thread.Start()
    thread.Join()
    failure |> Option.iter raise

let private limits =
    [ testCase "nesting is refused before it overflows the stack" (fun () ->
          List.iter tooDeep [ "("; "-"; "+"; "2^"; "tanh("; "|"; "E[w~mu]("; "b*(" ])

      testCase "the longest admitted sum is elaborated and printed" (fun () ->
          onSmallStack (fun () ->
              let text = String.concat " + " [ for index in 1..1000 -> $"a*{index}" ]
              Expect.equal (shown (read text)) "500500*a" "the sum"))

      testCase "a formula of endless length is refused, not run into the end of the stack" (fun () ->
          onSmallStack (fun () ->
              for joint in [ "+"; "*"; "-"; "/" ] do
                  let text = String.concat joint (List.replicate 100000 "a")
                  Expect.stringContains (fault text) "a longer formula" joint

              Expect.stringContains (fault ("a" + String.replicate 100000 "[1]")) "a longer formula" "indices")) ]

let private leaves = [ "x"; "y"; "a" ] |> List.map Notation.name
let private trees = Gen.sized (fun size -> WrittenFormula.smooth leaves (min size 40)) |> Arb.fromGen

let private laws =
    [ testProperty
          "what was printed and read prints the same again"
          (Prop.forAll trees (fun tree -> reprinted (Infix.print tree) = Infix.print tree))

      testProperty
          "a printed tree has the value of the tree"
          (Prop.forAll trees (fun tree ->
              let values = Map [ "x", [| 0.37 |]; "y", [| -0.81 |]; "a", [| 1.3 |] ]
              let direct = WrittenFormula.value values tree
              let again = WrittenFormula.value values (notation (Infix.print tree))
              abs (direct - again) <= 1e-9 * (1.0 + abs direct) || not (Double.IsFinite direct)))

      testProperty "no text is too strange: it reads or it is refused" (fun (text: string | null) ->
          match elaborated scope (Option.ofObj text |> Option.defaultValue "") with
          | Ok _
          | Error _ -> true)

      let pieces =
          [ "x"
            "1"
            "2."
            ".5"
            "1e5"
            "("
            ")"
            "["
            "]"
            "|"
            "+"
            "-"
            "*"
            "/"
            "^"
            ","
            "."
            ".."
            "~"
            "<"
            "="
            "E["
            "sin("
            "log("
            "if("
            "dot("
            "π"
            " "
            "0"
            "^-"
            "sqrt("
            "999999999999"
            "9^9"
            "w.a"
            "\u0301"
            "\ud835\udc65"
            "_" ]

      testProperty
          "no heap of tokens is too strange: it reads or it is refused"
          (Prop.forAll (Gen.elements pieces |> Gen.listOf |> Gen.map (String.concat "") |> Arb.fromGen) (fun text ->
              match elaborated scope text with
              | Ok _
              | Error _ -> true)) ]

/// A culture that writes every sign differently; built by hand, since named cultures need data that a machine may lack.
let private foreign =
    let culture = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
    culture.NumberFormat.NegativeSign <- "minus "
    culture.NumberFormat.PositiveSign <- "plus "
    culture.NumberFormat.NumberDecimalSeparator <- ","
    culture.NumberFormat.NumberGroupSeparator <- "."
    culture

let private culture =
    testCase "numbers read and print alike in every culture" (fun () ->
        let before = CultureInfo.CurrentCulture

        try
            CultureInfo.CurrentCulture <- foreign
            Expect.equal (shown (read "1.5e-2*x - 1234567 + x^(-2)")) "1/x^2 + 3*x/200 - 1234567" "infix"
            Expect.equal (Infix.print (Notation.number (Fractions.Fraction -3))) "-3" "a negative number of notation"
        finally
            CultureInfo.CurrentCulture <- before)

let all = testList "infix" ([ printed; faults; culture ] @ limits @ laws)
