namespace MeanField.Core

open System
open System.Collections.Generic

/// What a value varies with. A value over `Node ||| Particle` is a pair value.
[<Flags>]
type Axes =
    | Uniform = 0
    | Node = 1
    | Particle = 2
    | Other = 4

/// Two-argument operations, each rounded once. `Min` and `Max` are a < b ? a : b and a > b ? a : b,
/// so that a NaN in either argument yields `b` (the x86 rule) at every vector width.
type Operation =
    | Add = 0
    | Subtract = 1
    | Multiply = 2
    | Divide = 3
    | Min = 4
    | Max = 5

/// Ordered comparisons: false as soon as an argument is NaN (`NotEqual`: true).
type Comparison =
    | Less = 0
    | LessOrEqual = 1
    | Equal = 2
    | NotEqual = 3

/// Where an input value comes from. All are set by the engine before an evaluation.
[<RequireQualifiedAccess>]
type Source =
    /// The same for the whole evaluation: "beta", "tau", "1/N", a user's constant (a number or a vector).
    | Uniform of name: string
    /// A column of the node table: "weight" (omega_j), "x" (width p), "f", ...
    | NodeColumn of name: string
    /// A block of the particle's own parameters.
    | Parameter of block: string
    /// A block of the other particle's parameters (axis `Other`).
    | OtherParameter of block: string

/// A binary format of IEEE 754: how wide a value is.
type Format =
    | Binary64 = 0
    | Binary32 = 1

/// A stretch of components of a joined vector: a value of that width, or a number that fills it.
type Segment = { Value: int; Width: int }

/// One instruction in static single assignment: arguments are indices of earlier values.
/// Arithmetic, FusedMultiplyAdd, Elementary and Select act component by component; an argument of width 1 is broadcast, in Dot too.
[<RequireQualifiedAccess>]
type Instruction =
    | Literal of value: float
    | Input of source: Source
    | Arithmetic of operation: Operation * left: int * right: int
    /// left*right + addend with one rounding; with `negated`, -(left*right) + addend.
    | FusedMultiplyAdd of left: int * right: int * addend: int * negated: bool
    /// A function of the function table, by name; the engine and the interpreter share its algorithm.
    | Elementary of name: string * argument: int
    /// left `test` right ? yes : no
    | Select of test: Comparison * left: int * right: int * yes: int * no: int
    /// SUM_k left_k right_k, fused, in the order of k from 0, starting at +0.
    | Dot of left: int * right: int
    /// Components first, ..., first + width - 1 of a vector, counted from 0; nothing is computed.
    | Slice of argument: int * first: int * width: int
    /// The segments one after another; nothing is computed.
    | Join of segments: Segment list
    /// SUM over one axis of left*right (left of width 1, right of any width, component by component).
    /// Order and rounding: see `ReductionOrder`.
    | Contract of left: int * right: int * over: Axes

/// An instruction with what follows from it: its axes and its number of components.
type Value = { Instruction: Instruction; Axes: Axes; Width: int }

/// A named input of a given number of components.
type NamedWidth = { Name: string; Width: int }

/// A named result: a value over Uniform (one number), Node (n x width), Particle (N x width), or a number over Node and Particle (N x n).
type Output = { Name: string; Value: int }

/// One case per instruction, so that a consumer outside F# that misses one does not compile.
type IInstructionVisitor<'result> =
    abstract Literal: value: float -> 'result
    abstract Input: source: Source -> 'result
    abstract Arithmetic: operation: Operation * left: int * right: int -> 'result
    abstract FusedMultiplyAdd: left: int * right: int * addend: int * negated: bool -> 'result
    abstract Elementary: name: string * argument: int -> 'result
    abstract Select: test: Comparison * left: int * right: int * yes: int * no: int -> 'result
    abstract Dot: left: int * right: int -> 'result
    abstract Slice: argument: int * first: int * width: int -> 'result
    abstract Join: segments: IReadOnlyList<Segment> -> 'result
    abstract Contract: left: int * right: int * over: Axes -> 'result
