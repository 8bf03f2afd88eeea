namespace MeanField.Core

/// Formulas as LaTeX (amsmath, amssymb), without the surrounding dollars.
[<RequireQualifiedAccess>]
module internal Latex =
    let private greek =
        "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho σ sigma τ tau φ phi χ chi ψ psi ω omega"

    let private others = "∇ nabla Δ Delta ∂ partial ∫ int ∗ ast ℓ ell ≤ le ≥ ge ≠ ne ∼ sim · cdot ⊙ odot ⊤ top ⟨ langle ⟩ rangle ‖ lVert"

    /// Glyphs with a command of their own.
    let private commands =
        $"{greek} {others}".Split ' '
        |> Array.chunkBySize 2
        |> Array.map (fun pair -> pair[0], $"\\{pair[1]}")
        |> Map.ofArray
        |> Map.add "𝔼" "\\mathbb{E}"
        |> Map.add "𝒟" "\\mathcal{D}"
        |> Map.add "ℒ" "\\mathcal{L}"
        |> Map.add "𝟏" "\\mathbf{1}"
        |> Map.add "∥" "\\,\\|\\,"
        |> Map.add "−" "-"

    let private glyph text = commands.TryFind text |> Option.defaultValue text

    /// Functions that LaTeX has a command for; GitHub's mathematics refuses \operatorname for the others.
    let private operators = "exp log tanh sinh cosh coth sin cos tan arcsin arccos arctan max min".Split ' ' |> set

    let private upright (word: string) =
        let escaped = word.Replace("_", "\\_")
        $"\\mathrm{{{escaped}}}"

    let private fence isOpening (mark: string) =
        match mark with
        | "‖" -> if isOpening then "\\lVert" else "\\rVert"
        | "|" -> if isOpening then "\\lvert" else "\\rvert"
        | other -> glyph other

    /// A command swallows the letter behind it without a space.
    let private joined (parts: string list) =
        let endsInCommand (text: string) =
            let slash = text.LastIndexOf '\\'
            slash >= 0 && slash < text.Length - 1 && text.Substring(slash + 1) |> Seq.forall System.Char.IsAsciiLetter

        let append (total: string) (part: string) =
            if part <> "" && System.Char.IsAsciiLetter part[0] && endsInCommand total then
                $"{total} {part}"
            else
                total + part

        List.fold append "" parts

    let rec private text (box: Box) : string =
        match box with
        | Glyph mark -> glyph mark
        | Word word -> upright word
        | Head word -> if operators.Contains word then $"\\{word}" else upright word
        | Digits digits -> digits
        | Binary sign
        | Relation sign -> $" {glyph sign} "
        | Negation -> "-"
        | Comma -> ", "
        | Thin -> "\\,"
        | Row parts -> parts |> List.map text |> joined
        | Quotient(above, below) -> $"\\frac{{{text above}}}{{{text below}}}"
        | Root inner -> $"\\sqrt{{{text inner}}}"
        | Superscript(inner, script) -> $"{radix inner}^{{{text script}}}"
        | Subscript(inner, script) -> $"{grouped inner}_{{{text script}}}"
        | Hat inner -> $"\\hat{{{text inner}}}"
        | Fenced(opening, inner, closing) -> fenced opening inner closing
        | Cases(rows, otherwise) -> cases rows otherwise
        | Bracket(mark, isOpening, grows) ->
            let size = if grows then "\\Bigl", "\\Bigr" else "\\bigl", "\\bigr"
            (if isOpening then fst size else snd size) + fence isOpening mark
        | Lines(left, rows) -> lines left rows

    /// A second superscript in a row is an error in TeX.
    and private radix box =
        match box with
        | Superscript _ -> $"{{{text box}}}"
        | _ -> text box

    and private grouped box =
        match box with
        | Superscript _
        | Subscript _ -> $"{{{text box}}}"
        | _ -> text box

    and private fenced opening inner closing =
        let grow = if Box.isTall inner then "\\left", "\\right" else "", ""
        joined [ fst grow + fence true opening; text inner; snd grow + fence false closing ]

    and private cases rows otherwise =
        let row (value, test) = $"{text value} & {text test}"
        let last = $"{text otherwise} & \\text{{otherwise}}"
        let body = List.map row rows @ [ last ] |> String.concat " \\\\ "
        $"\\begin{{cases}}{body}\\end{{cases}}"

    and private lines left rows =
        let line (indent: int, row) = String.replicate indent "\\quad " + (text row).TrimStart()
        let left = (text left).Trim()
        let before = if left = "" then "&" else $"{left} {{}}& "
        let body = rows |> List.map line |> String.concat " \\\\\n&"
        $"\\begin{{aligned}}\n{before}{body}\n\\end{{aligned}}"

    /// The LaTeX of a formula.
    let print (notation: Notation) = (text (Typeset.formula notation)).Trim()

    /// The LaTeX of `left = right`, or with another relation: lines of an aligned environment where it is long.
    let statement left relation right = (text (LineBreak.statement (Typeset.formula left) relation (Typeset.formula right))).Trim()
