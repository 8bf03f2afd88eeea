namespace MeanField.Core

/// Infix text in and out. Reading what was printed gives the same value; `^` binds tighter than unary minus and to the right.
[<RequireQualifiedAccess>]
module internal Infix =
    /// Reads a formula, or says at which character what stands and what should. Total; O(length).
    val parse: text: string -> Result<Notation, SyntaxFault>

    /// The text of a formula.
    val print: notation: Notation -> string
