namespace MeanField.Core

/// What stands behind a key of a TOML file.
[<RequireQualifiedAccess>]
type internal Toml =
    | Text of text: Formula
    | Number of number: Number
    | Flag of value: bool
    | List of items: Item list
    | Table of table: Table

/// A value with its place; `Where.Key` is its full key, for example energy.beta.
and internal Item = { Where: Location; Content: Toml }

/// A key with its place, and its value.
and internal Entry = { Name: string; Where: Location; Value: Item }

/// The entries in the order of the file; `Where.Key` is the table's full name, "" for the root.
and internal Table = { Where: Location; Entries: Entry list }

/// TOML text as a tree with places. `[a]` with `b = 1`, `a.b = 1` and `a = { b = 1 }` read the same.
[<RequireQualifiedAccess>]
module internal Document =
    /// `name` below the table called `parent`; quoted where TOML needs it.
    val join: parent: string -> name: string -> string

    /// Reads a file's text, then applies overrides "key=value" in their order: the value is read as TOML, else taken
    /// as a bare text. Overrides have the place File = "--set". Total. Faults: not TOML, a table array, a date,
    /// a number that no double holds.
    val read: file: string -> text: string -> overrides: string list -> Result<Table, Fault>

    /// The value of a key, where it is present.
    val tryFind: name: string -> table: Table -> Item option

    /// The key and place of every value in the tree, tables included.
    val places: table: Table -> (string * Location) list
