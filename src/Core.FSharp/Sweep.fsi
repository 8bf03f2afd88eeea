namespace MeanField.Core

/// What a cell of a sweep does with its problem.
type CellCommand =
    | Run = 0
    | Solve = 1
    | Lazy = 2

/// One value of a key of the grid. `Setting` is the text "key=value" that replaces the key; `Written` is the value as tables show it,
/// texts without quotes; `Number` is None for what is no number.
type SweepValue = { Where: Location; Setting: string; Written: string; Number: float option }

/// A key of the problem file with the values it runs through, at least one, no two equal.
type SweepAxis = { Key: string; Where: Location; Values: SweepValue list }

/// A sweep file, read: `Problem` is the path of the problem file as written.
type Sweep = { Problem: string; ProblemPlace: Location; Command: CellCommand; Axes: SweepAxis list }

/// Sweep files: a problem, a command and a grid.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Sweep =
    /// The most cells that a sweep may have.
    [<Literal>]
    val LargestCount: int = 10000

    /// Reads a sweep file. Total: every text gives a sweep or the first fault, with its place. Whether the problem has the keys of the grid is
    /// left to `check` and to the reading of the cells' problems. Source: the contract of the sweep file.
    val read: fileName: string -> text: string -> Result<Sweep, Fault>

    /// Refuses keys of the grid that would change nothing: constants that the problem does not have, and keys of [run] for 'solve'.
    val check: problem: Problem -> sweep: Sweep -> Result<unit, Fault>

    /// The cells, a value of every axis each, in order: the last axis runs fastest.
    val cells: sweep: Sweep -> SweepValue list list

    /// A fault of one cell's problem, told at the value or key of the sweep file that it is about; others stay.
    val place: sweep: Sweep -> cell: SweepValue list -> fault: Fault -> Fault
