namespace MeanField.Core

open System

/// Notation as papers write it.
[<RequireQualifiedAccess>]
module internal Typeset =
    let private greek =
        "alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ phi φ chi χ psi ψ omega ω"
            .Split
            ' '
        |> Array.chunkBySize 2
        |> Array.map (fun pair -> pair[0], pair[1])
        |> Map.ofArray

    let private parentheses box = Fenced("(", box, ")")

    let private listed boxes =
        match boxes with
        | [] -> Row []
        | first :: rest -> Row(first :: List.collect (fun box -> [ Comma; box ]) rest)

    // ---- Names ----

    /// A letter, a Greek letter, or neither.
    let private letter (text: string) =
        match greek.TryFind text with
        | Some glyph -> Some(Glyph glyph)
        | None when text.Length = 1 -> Some(Glyph text)
        | None -> None

    let private isNumber (text: string) = text <> "" && Seq.forall Char.IsAsciiDigit text

    /// beta1 and beta_1 are a letter with an index; so is x_max.
    let private indexed (text: string) =
        let stem = text.TrimEnd [| '0' .. '9' |]

        match text.Split('_', 2) with
        | [| stem; index |] when index <> "" -> letter stem |> Option.map (fun stem -> stem, index)
        | _ when stem <> text -> letter stem |> Option.map (fun letter -> letter, text.Substring stem.Length)
        | _ -> None

    let private plainName (text: string) =
        match text, letter text, indexed text with
        | "fhat", _, _ -> Hat(Glyph "f")
        | "yhat", _, _ -> Hat(Glyph "y")
        | "fhat_star", _, _ -> Superscript(Hat(Glyph "f"), Glyph "∗")
        | "mu_star", _, _ -> Superscript(Glyph "μ", Glyph "∗")
        | "mu_alpha", _, _ -> Subscript(Glyph "μ", Glyph "α")
        | "loss", _, _ -> Glyph "ℓ"
        | _, Some glyph, _ -> glyph
        | _, None, Some(stem, index) when isNumber index -> Subscript(stem, Digits index)
        | _, None, Some(stem, index) -> Subscript(stem, letter index |> Option.defaultValue (Word index))
        | _, None, None -> Word text

    let private second = Digits "2"
    let private nabla = Glyph "∇"
    let private optimal box = Superscript(box, Glyph "∗")
    let private dual = Glyph "𝒟"
    let private laplacian = Glyph "Δ"

    /// d/dmu, each sign raised as asked.
    let private variation raised = Quotient(raised (Glyph "δ"), Row [ Glyph "δ"; raised (Glyph "μ") ])

    let private ofDynamics name = Superscript(Glyph "u", Word name)

    /// Derived objects as papers write them, without their blocks.
    let private derived =
        Map
            [ "objective", Glyph "F"
              "first_variation", Quotient(Row [ Glyph "δ"; Glyph "F" ], Row [ Glyph "δ"; Glyph "μ" ])
              "second_variation",
              Quotient(Row [ Superscript(Glyph "δ", second); Glyph "F" ], Row [ Glyph "δ"; Superscript(Glyph "μ", second) ])
              "gradient_psi", Row [ nabla; Glyph "ψ" ]
              "hessian_psi", Row [ Superscript(nabla, second); Glyph "ψ" ]
              "laplacian_psi", Row [ laplacian; Glyph "ψ" ]
              "gibbs_log_density", Row [ Head "log"; optimal (Glyph "μ") ]
              "dual", dual
              "dual_gradient", Row [ nabla; dual ]
              "dual_hessian", Row [ Superscript(nabla, second); dual ]
              "drift_greedy", ofDynamics "greedy"
              "drift_sgd", ofDynamics "sgd"
              "drift_langevin", ofDynamics "langevin"
              "diffusion_langevin", Superscript(Glyph "D", Word "langevin")
              "value_terminal", Subscript(Glyph "V", Glyph "τ")
              "foellmer_drift", optimal (Glyph "u")
              "tangent_kernel", Glyph "T" ]

    /// A block is an index of the sign that it belongs to: of nabla or Delta, else of the name.
    let rec private withBlocks blocks box =
        match box with
        | Row(Superscript(sign, power) :: rest) -> Row(Superscript(Subscript(sign, blocks), power) :: rest)
        | Row(sign :: rest) -> Row(Subscript(sign, blocks) :: rest)
        | Superscript(stem, power) -> Superscript(Subscript(stem, blocks), power)
        | _ -> Subscript(box, blocks)

    /// A name, or a part NAME.BLOCK of a derived object, whose blocks are indices.
    let private name (text: string) =
        match List.ofArray (text.Split '.') with
        | [] -> Word text
        | stem :: blocks ->
            let stem = derived.TryFind stem |> Option.defaultWith (fun () -> plainName stem)
            if blocks.IsEmpty then stem else withBlocks (blocks |> List.map plainName |> listed) stem

    // ---- Formulas ----

    let private digits (value: Numerics.BigInteger) = Digits(value.ToString Globalization.CultureInfo.InvariantCulture)

    let private number (value: Fractions.Fraction) =
        if value.Denominator.IsOne then
            digits value.Numerator
        else
            Quotient(digits value.Numerator, digits value.Denominator)

    let private relation operator =
        match operator with
        | "<=" -> "≤"
        | ">=" -> "≥"
        | "!="
        | "<>" -> "≠"
        | "==" -> "="
        | other -> other

    /// sin^2(x), but |x|^2.
    let private isWrittenAsFunction word = word <> "abs" && Option.isSome (Functions.tryFind word)

    /// Factors that a fraction bar would stretch over: they stand behind the fraction of the others.
    let private isLong (factor: Notation) =
        match factor.Form with
        | Expectation _ -> true
        | Call(("fhat" | "f" | "mu" | "gamma" | "norm2" | "dot" | "sqrt" | "abs"), _) -> false
        | Call _
        | Infix(ToThe, { Form = Call _ }, _) -> true
        | _ -> false

    /// Products of numbers and of the names that pass.
    let rec private isMadeOf passes (notation: Notation) =
        match notation.Form with
        | Number _ -> true
        | Name name -> passes name
        | Call("sqrt", [ inner ]) -> isMadeOf passes inner
        | Infix((Times | ToThe), left, right) -> isMadeOf passes left && isMadeOf passes right
        | _ -> false

    let private isExpectation (factor: Notation) =
        match factor.Form with
        | Expectation _ -> true
        | _ -> false

    /// E[...]/s^2 and tanh(z)/beta are fractions of these, but sin(x)/x is one fraction.
    let private leavesFraction factors below =
        let passes name = List.exists isExpectation factors || List.contains name [ "beta"; "tau"; "pi" ]
        List.exists isLong factors && isMadeOf passes below

    /// Whether a numeral on the right would run into one on the left.
    let private beginsWithDigit (notation: Notation) =
        match notation.Form with
        | Number _
        | Infix(ToThe, { Form = Number _ }, _) -> true
        | _ -> false

    let private endsInDigits (notation: Notation) =
        match notation.Form with
        | Number value -> value.Denominator.IsOne
        | _ -> false

    let rec private box (notation: Notation) : Box =
        match notation.Form with
        | Number value when value < Fractions.Fraction.Zero -> Row [ Negation; number (value.Abs()) ]
        | Number value -> number value
        | Name word -> name word
        | Member(neuron, block) -> Subscript(box neuron, name block)
        | Index(target, first, last) -> index target first last
        | Negated inner -> Row [ Negation; enclosed 2 inner ]
        | Infix(operator, left, right) -> infix operator left right
        | Test(operator, left, right) -> Row [ box left; Relation(relation operator); box right ]
        | Expectation(binders, body) -> expectation binders body
        | Call(word, arguments) -> call word arguments

    and private enclosed least (notation: Notation) =
        if Notation.rank 4 notation.Form < least then parentheses (box notation) else box notation

    /// The right operand: a sign in front of it needs parentheses.
    and private operand least (notation: Notation) =
        if Option.isSome (Notation.withoutSign notation) then
            parentheses (box notation)
        else
            enclosed least notation

    and private index target first last =
        let place = Digits $"{first}"

        let place =
            match last with
            | None -> place
            | Some last -> Row [ place; Glyph ":"; Digits $"{last}" ]

        match target.Form with
        | Member(neuron, block) -> Subscript(box neuron, listed [ name block; place ])
        | _ -> Subscript(enclosed 4 target, place)

    and private infix operator left right =
        match operator with
        | InfixOperator.Plus -> Row [ enclosed 1 left; Binary "+"; operand 1 right ]
        | InfixOperator.Minus -> Row [ enclosed 1 left; Binary "−"; operand 2 right ]
        | Times -> Row [ enclosed 2 left; between left right; operand 3 right ]
        | Over -> over left right
        | ToThe -> raised left right

    and private between left right =
        match List.last (Notation.factors left) with
        | last when endsInDigits last && beginsWithDigit right -> Binary "·"
        | _ when beginsWithDigit right -> Binary "·"
        | last when endsInDigits last -> Row []
        | _ -> Thin

    and private raised left right =
        match left.Form, right.Form with
        // sin^{-1} would read as the inverse
        | Call(word, [ argument ]), Number exponent when isWrittenAsFunction word && exponent > Fractions.Fraction.Zero ->
            Row [ Superscript(head word, box right); parentheses (box argument) ]
        | Call("norm2", [ u ]), Number exponent when exponent.Denominator.IsOne && exponent > Fractions.Fraction.Zero ->
            Superscript(Fenced("‖", box u, "‖"), number (exponent * Fractions.Fraction 2))
        | Call(("norm2" | "sqrt"), _), _
        | (Expectation _ | Infix _), _ -> Superscript(parentheses (box left), box right)
        | Call(word, _), _ when isWrittenAsFunction word || word = "if" -> Superscript(parentheses (box left), box right)
        | Call _, _ -> Superscript(box left, box right)
        | Number value, _ when not value.Denominator.IsOne -> Superscript(parentheses (box left), box right)
        | _ -> Superscript(enclosed 4 left, box right)

    /// -a*b/c has its minus sign before the fraction, and E[...]/c is a fraction of E[...].
    and private over above below =
        match Notation.withoutSign above, Notation.factors above with
        | Some positive, _ -> Row [ Negation; over positive below ]
        | None, [ { Form = Call("mu" | "gamma" as upper, [ at ]) } ] ->
            match below.Form with
            | Call("mu" | "gamma" as lower, [ _ ]) -> density upper lower at
            | _ -> Quotient(box above, box below)
        | None, factors when leavesFraction factors below ->
            let isShort factor = not (isLong factor || Notation.rank 4 factor.Form = 1)
            let coefficient, rest = List.takeWhile isShort factors, List.skipWhile isShort factors
            Row [ Quotient(product coefficient, box below); Thin; product rest ]
        | None, _ -> Quotient(box above, box below)

    and private density upper lower at =
        let differential law = Row [ Word "d"; name law ]
        Row [ Quotient(differential upper, differential lower); parentheses (box at) ]

    and private product factors =
        match factors with
        | [] -> Digits "1"
        | _ -> factors |> List.reduce (Notation.infix Times) |> box

    and private expectation binders body =
        let binder (bound, law) = Row [ name bound; Glyph "∼"; name law ]
        Row [ Subscript(Glyph "𝔼", binders |> List.map binder |> listed); Fenced("[", box body, "]") ]

    and private head word =
        match Functions.tryFind word with
        | Some row -> Head row.Word
        | None when List.contains word Names.functions -> Head word
        | None -> name word

    and private call word arguments =
        match word, arguments with
        | "dot", [ u; v ] -> Fenced("⟨", listed [ box u; box v ], "⟩")
        | "norm2", [ u ] -> Superscript(Fenced("‖", box u, "‖"), second)
        | "sqrt", [ { Form = Call("norm2", [ u ]) } ] -> Fenced("‖", box u, "‖")
        | "sqrt", [ u ] -> Root(box u)
        | "abs", [ u ] -> Fenced("|", box u, "|")
        | "KL", [ left; right ] -> Row [ Glyph "D"; parentheses (Row [ box left; Relation "∥"; box right ]) ]
        | "d1", [ functional ] -> Row [ variation (fun sign -> sign); Fenced("[", box functional, "]") ]
        | "d2", [ functional ] -> Row [ variation (fun sign -> Superscript(sign, second)); Fenced("[", box functional, "]") ]
        | "integral", [ integrand ] -> Row [ Glyph "∫"; enclosed 2 integrand; Thin; Word "d"; Glyph "w" ]
        | "d_t", [ u ] -> Row [ Subscript(Glyph "∂", Glyph "t"); enclosed 4 u ]
        | "laplacian", [ u ] -> Row [ laplacian; enclosed 4 u ]
        | "grad", [ u ] -> Row [ nabla; enclosed 4 u ]
        | "if", [ test; yes; no ] -> cases test yes no
        | "unit", [ index; _ ] -> Subscript(Glyph "e", box index)
        | "ones", [ _ ] -> Glyph "𝟏"
        | "identity", [ _ ] -> Glyph "I"
        | "outer", [ u; v ] -> Row [ enclosed 4 u; Superscript(enclosed 4 v, Glyph "⊤") ]
        | "hadamard", [ u; v ] -> Row [ enclosed 2 u; Binary "⊙"; operand 3 v ]
        | "embed", [ u; first; _ ] -> Row [ Subscript(Head "embed", box first); parentheses (box u) ]
        | "log", [ { Form = Infix(Over, { Form = Call("mu", _) }, { Form = Call("gamma", _) }) } as ratio ] -> Row [ Head "log"; box ratio ]
        | _ when word.StartsWith("div.", StringComparison.Ordinal) ->
            Row [ Subscript(nabla, plainName (word.Substring 4)); Binary "·"; parentheses (arguments |> List.map box |> listed) ]
        | _ -> Row [ head word; parentheses (arguments |> List.map box |> listed) ]

    /// Branches that are cases themselves continue the list.
    and private cases test yes no =
        match no.Form with
        | Call("if", [ nextTest; nextYes; nextNo ]) ->
            match cases nextTest nextYes nextNo with
            | Cases(rows, otherwise) -> Cases((box yes, box test) :: rows, otherwise)
            | other -> Cases([ box yes, box test ], other)
        | _ -> Cases([ box yes, box test ], box no)

    /// The formula.
    let formula (notation: Notation) = box notation
