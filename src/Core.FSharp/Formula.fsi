namespace MeanField.Core

/// A text that a user wrote, with the place of each of its characters in the file it came from,
/// so that an error inside it is shown where the user sees it. Two formulas are equal when their texts are.
[<Sealed>]
type Formula =
    /// `place k` is the place of the character at index k of `text`, for k from 0 to its length.
    internal new: text: string * place: (int -> Location) -> Formula

    /// A text that begins at `where` and has no escapes: a claim on the command line, a default of the workbench.
    static member Create: where: Location * text: string -> Formula

    /// The text after TOML's escapes are undone.
    member Text: string

    /// The place of its first character.
    member Where: Location

    /// The place of the character at `offset`, an index of `Text` (clamped to it; its length is the place just behind the last).
    /// Columns count characters (code points), not UTF-16 units. O(length of the line).
    member At: offset: int -> Location
