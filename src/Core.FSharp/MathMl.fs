namespace MeanField.Core

open System.Net

/// Formulas as MathML Core.
[<RequireQualifiedAccess>]
module internal MathMl =
    let private element name content = $"<{name}>{content}</{name}>"
    let private escaped (text: string) = WebUtility.HtmlEncode text
    let private identifier text = element "mi" (escaped text)
    let private operator text = element "mo" text

    /// A sign that neither grows nor takes the spaces of an operator.
    let private plain (text: string) = $"<mo lspace=\"0\" rspace=\"0\" stretchy=\"false\">{text}</mo>"

    /// What stands between a function and its argument, for those who listen.
    let private application = plain "&#x2061;"

    /// The same, with a space where no parenthesis separates the two.
    let private spacedApplication = "<mo lspace=\"0\" rspace=\"0.167em\">&#x2061;</mo>"

    /// The product's sign, unseen, with the thin space that separates its factors.
    let private times = "<mo lspace=\"0\" rspace=\"0.167em\">&#x2062;</mo>"

    let private fence form grows (mark: string) =
        let stretchy = if grows then "true" else "false"
        $"<mo form=\"{form}\" stretchy=\"{stretchy}\">{mark}</mo>"

    /// What may stand before the parentheses of its arguments.
    let private takesArguments box =
        match box with
        | Glyph _
        | Word _
        | Head _
        | Superscript _
        | Subscript _
        | Hat _
        | Quotient _
        | Row(_ :: _) -> true
        | Row []
        | Digits _
        | Binary _
        | Negation
        | Relation _
        | Comma
        | Thin
        | Root _
        | Fenced _
        | Cases _
        | Bracket _
        | Lines _ -> false

    let rec private text (box: Box) : string =
        match box with
        | Glyph(("∇" | "Δ" | "∂" | "𝔼" | "𝒟" | "ℒ" | "𝟏" | "⊤") as mark) -> $"<mi mathvariant=\"normal\">{mark}</mi>"
        | Glyph((":" | "∗" | "∼") as mark) -> plain mark
        | Glyph "∫" -> operator "∫"
        | Glyph mark -> identifier mark
        // one letter alone would be italic
        | Word word when word.Length = 1 -> $"<mi mathvariant=\"normal\">{word}</mi>"
        | Word word
        | Head word -> identifier word
        | Digits digits -> element "mn" digits
        | Binary sign
        | Relation sign -> operator (escaped sign)
        | Negation -> "<mo form=\"prefix\">−</mo>"
        | Comma -> operator ","
        | Thin -> times
        | Row parts -> row parts
        | Quotient(above, below) -> element "mfrac" (single above + single below)
        | Root inner -> element "msqrt" (text inner)
        | Superscript(Subscript(inner, below), above) -> element "msubsup" (single inner + single below + single above)
        | Superscript(inner, script) -> element "msup" (single inner + single script)
        | Subscript(inner, script) -> element "msub" (single inner + single script)
        | Hat inner -> $"<mover accent=\"true\">{single inner}<mo stretchy=\"false\">ˆ</mo></mover>"
        | Fenced(opening, inner, closing) -> fenced opening inner closing
        | Cases(rows, otherwise) -> cases rows otherwise
        // alone in its row, it grows with the row
        | Bracket(mark, isOpening, grows) -> fence (if isOpening then "prefix" else "postfix") grows mark
        | Lines(left, rows) -> lines left rows

    /// As one child.
    and private single box =
        match box with
        | Row [ only ] -> single only
        | Row _ -> element "mrow" (text box)
        | _ -> text box

    /// A function or another head before its parentheses.
    and private row parts =
        match parts with
        | head :: (Fenced("(", _, _) :: _ as rest) when takesArguments head -> text head + application + row rest
        | (Superscript(Head _, _) | Head _ as head) :: (Bracket _ :: _ as rest) -> text head + application + row rest
        | (Superscript(Head _, _) | Head _ as head) :: rest -> text head + spacedApplication + row rest
        | first :: rest -> text first + row rest
        | [] -> ""

    and private fenced opening inner closing =
        let grows = Box.isTall inner
        element "mrow" (fence "prefix" grows opening + text inner + fence "postfix" grows closing)

    and private cases rows otherwise =
        let cell content = element "mtd" content
        let line (value, test) = element "mtr" (cell (text value) + cell (text test))
        let last = element "mtr" (cell (text otherwise) + cell (element "mtext" "otherwise"))
        let table = (rows |> List.map line |> String.concat "") + last
        element "mrow" $"<mo form=\"prefix\" stretchy=\"true\">{{</mo><mtable class=\"cases\">{table}</mtable>"

    and private lines left rows =
        let line before (indent: int, row) =
            let space = if indent = 0 then "" else $"<mspace width=\"{2 * indent}em\"/>"
            element "mtr" (element "mtd" before + element "mtd" (space + text row))

        let before = text left :: List.replicate (List.length rows - 1) ""
        let body = List.map2 line before rows |> String.concat ""
        $"<mtable class=\"lines\" displaystyle=\"true\">{body}</mtable>"

    let private whole content = $"<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">{content}</math>"

    /// A formula as one `math` element.
    let print (notation: Notation) = whole (text (Typeset.formula notation))

    /// `left = right`, or with another relation, as one `math` element: rows of a table where it is long.
    let statement left relation right = whole (text (LineBreak.statement (Typeset.formula left) relation (Typeset.formula right)))
