namespace MeanField.Core

open Fractions

/// Notation as LaTeX (amsmath), without the surrounding dollars.
[<RequireQualifiedAccess>]
module internal Latex =
    let private greek =
        "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega".Split ' '
        |> set

    let private escaped (name: string) = name.Replace("_", "\\_")

    /// Derived objects as papers write them.
    let private derived =
        Map
            [ "first_variation", "\\frac{\\delta F}{\\delta\\mu}"
              "gibbs_log_density", "\\log\\mu^{*}"
              "drift_greedy", "u^{\\mathrm{greedy}}" ]

    /// A name, or a part NAME.BLOCK of a derived object, whose block is an index.
    let rec private name (text: string) =
        match text.Split '.' with
        | [| "gradient_psi"; block |] -> $"\\nabla_{{{name block}}}\\psi"
        | [| whole; block |] -> $"{name whole}_{{{name block}}}"
        | _ when derived.ContainsKey text -> derived[text]
        | _ when greek.Contains text -> $"\\{text}"
        | _ when text = "fhat" -> "\\hat f"
        | _ when text = "yhat" -> "\\hat y"
        | _ when text.Length = 1 -> text
        | _ -> $"\\mathrm{{{escaped text}}}"

    let private functionName text =
        match Functions.tryFind text with
        | Some row -> row.Latex
        | None -> name text

    /// sin^2(x), but |x|^2.
    let private isWrittenAsFunction word = word <> "abs" && Option.isSome (Functions.tryFind word)

    let private precedence form =
        match form with
        | Infix((Plus | Minus), _, _) -> 1
        | Infix(Times, _, _)
        | Negated _ -> 2
        | Infix(ToThe, _, _) -> 3
        | Test _ -> 0
        | Number _
        | Name _
        | Member _
        | Index _
        | Call _
        | Expectation _
        | Infix(Over, _, _) -> 4

    let private fraction (value: Fraction) =
        if value.Denominator.IsOne then
            $"{value.Numerator}"
        else
            $"\\frac{{{value.Numerator}}}{{{value.Denominator}}}"

    let private relation operator =
        match operator with
        | "<=" -> "\\le"
        | ">=" -> "\\ge"
        | "!="
        | "<>" -> "\\ne"
        | "==" -> "="
        | other -> other

    /// The product without the minus sign of its first factor, if it bears one.
    let rec private withoutSign (notation: Notation) =
        match notation.Form with
        | Negated inner -> Some inner
        | Infix(Times, left, right) -> withoutSign left |> Option.map (fun left -> Notation.infix Times left right)
        | _ -> None

    let private parentheses text = $"\\left({text}\\right)"

    let rec private text (notation: Notation) : string =
        match notation.Form with
        | Number value -> fraction value
        | Name word -> name word
        | Member(neuron, block) -> $"{text neuron}_{{{name block}}}"
        | Index(target, first, None) -> $"{indexed target}_{{{first}}}"
        | Index(target, first, Some last) -> $"{indexed target}_{{{first}:{last}}}"
        | Negated inner -> $"-{enclosed 2 inner}"
        | Infix(operator, left, right) -> infix operator left right
        | Test(operator, left, right) -> $"{text left} {relation operator} {text right}"
        | Expectation(binders, body) -> expectation binders body
        | Call(word, arguments) -> call word arguments

    and private enclosed least (notation: Notation) =
        if precedence notation.Form < least then parentheses (text notation) else text notation

    /// What bears an index already is grouped: two subscripts in a row are an error in TeX.
    and private indexed target =
        match target.Form with
        | Member _ -> $"{{{text target}}}"
        | _ -> enclosed 4 target

    and private infix operator left right =
        match operator with
        | Plus -> $"{enclosed 1 left} + {enclosed 1 right}"
        | Minus -> $"{enclosed 1 left} - {enclosed 2 right}"
        | Times -> $"{enclosed 2 left}\\,{enclosed 3 right}"
        | Over -> over left right
        | ToThe ->
            match left.Form, right.Form with
            // sin^{-1} would read as the inverse
            | Call(word, [ argument ]), Number exponent when isWrittenAsFunction word && exponent > Fraction.Zero ->
                $"{functionName word}^{{{text right}}}\\left({text argument}\\right)"
            | _ -> $"{radix left}^{{{text right}}}"

    /// -a*b/c prints the minus sign before the fraction.
    and private over left right =
        match withoutSign left with
        | Some positive -> $"-\\frac{{{text positive}}}{{{text right}}}"
        | None -> $"\\frac{{{text left}}}{{{text right}}}"

    and private radix left =
        match left.Form with
        | Number value when not value.Denominator.IsOne -> parentheses (text left)
        | Call _
        | Expectation _
        | Infix _ -> parentheses (text left)
        | Number _
        | Name _
        | Member _
        | Index _
        | Negated _
        | Test _ -> enclosed 4 left

    and private expectation binders body =
        let under = binders |> List.map (fun (bound, law) -> $"{name bound}\\sim{name law}") |> String.concat ",\\,"
        $"\\mathbb{{E}}_{{{under}}}\\left[{text body}\\right]"

    and private call word arguments =
        match word, arguments with
        | "dot", [ u; v ] -> $"\\left\\langle {text u}, {text v}\\right\\rangle"
        | "norm2", [ u ] -> $"\\left\\lVert {text u}\\right\\rVert^{{2}}"
        | "sqrt", [ u ] -> $"\\sqrt{{{text u}}}"
        | "abs", [ u ] -> $"\\left\\lvert {text u}\\right\\rvert"
        | "KL", [ left; right ] -> $"D\\left({text left}\\,\\middle\\|\\,{text right}\\right)"
        | "d1", [ functional ] -> $"\\frac{{\\delta}}{{\\delta\\mu}}\\left[{text functional}\\right](w)"
        | "if", [ test; yes; no ] -> $"\\begin{{cases}}{text yes} & {text test}\\\\ {text no} & \\text{{otherwise}}\\end{{cases}}"
        | _ ->
            let inside = arguments |> List.map text |> String.concat ", "
            $"{functionName word}\\left({inside}\\right)"

    /// The LaTeX of a formula.
    let print (notation: Notation) = text notation
