namespace MeanField.Core

/// A formula as it is set on a page: what LaTeX and MathML have in common. Glyphs are the Unicode characters.
type internal Box =
    /// A letter: italic where it is Latin.
    | Glyph of string
    /// An upright word: the name of a parameter or of a law.
    | Word of string
    /// The name of a function: exp, arcsin.
    | Head of string
    | Digits of string
    /// A sign between two operands: + or the minus sign.
    | Binary of string
    /// The minus sign before its operand.
    | Negation
    /// =, < and the like.
    | Relation of string
    | Comma
    /// The thin space of a product.
    | Thin
    | Row of Box list
    | Quotient of above: Box * below: Box
    | Root of Box
    | Superscript of Box * Box
    | Subscript of Box * Box
    | Hat of Box
    | Fenced of opening: string * Box * closing: string
    /// Values with their conditions, then the value otherwise.
    | Cases of (Box * Box) list * otherwise: Box
    /// A bracket whose partner stands on another line.
    | Bracket of mark: string * isOpening: bool * grows: bool
    /// A statement on several lines: what stands before the first, and the lines with their indents.
    | Lines of left: Box * rows: (int * Box) list

/// Sizes of boxes.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Box =
    /// Whether brackets around the box must grow.
    let rec isTall box =
        match box with
        | Quotient _
        | Cases _
        | Lines _ -> true
        | Row parts -> List.exists isTall parts
        | Superscript(inner, _)
        | Subscript(inner, _)
        | Root inner
        | Hat inner
        | Fenced(_, inner, _) -> isTall inner
        | Glyph _
        | Word _
        | Head _
        | Digits _
        | Binary _
        | Negation
        | Relation _
        | Comma
        | Thin
        | Bracket _ -> false

    /// The width in tenths of a digit, roughly: for the breaking of lines alone. Whole numbers, since a sum must not depend on its order.
    let rec width box =
        match box with
        | Glyph _ -> 11
        | Word text
        | Head text
        | Digits text -> 10 * text.Length
        | Binary _
        | Relation _ -> 24
        | Negation -> 15
        | Comma -> 9
        | Thin -> 3
        | Row parts -> List.sumBy width parts
        | Quotient(above, below) -> 5 + max (width above) (width below)
        | Root inner -> 15 + width inner
        | Superscript(inner, script)
        | Subscript(inner, script) -> width inner + 7 * width script / 10
        | Hat inner -> width inner
        | Fenced(_, inner, _) -> 16 + width inner
        | Cases(rows, otherwise) ->
            let row (value, test) = width value + width test
            40 + List.max (width otherwise + 90 :: List.map row rows)
        | Bracket _ -> 10
        | Lines(left, rows) -> width left + (rows |> List.map (fun (indent, row) -> 20 * indent + width row) |> List.max)
