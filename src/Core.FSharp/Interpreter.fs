namespace MeanField.Core

open System
open System.Collections.Generic

/// The slow, obvious evaluator of a KernelProgram: the oracle of every compiled kernel.
[<RequireQualifiedAccess>]
module Interpreter =
    let private arithmetic operation (a: float) (b: float) =
        match operation with
        | Operation.Add -> a + b
        | Operation.Subtract -> a - b
        | Operation.Multiply -> a * b
        | Operation.Divide -> a / b
        | Operation.Min -> if a < b then a else b
        | Operation.Max -> if a > b then a else b
        | other -> invalidArg (nameof operation) $"unknown operation {other}"

    let private holds test (a: float) (b: float) =
        match test with
        | Comparison.Less -> a < b
        | Comparison.LessOrEqual -> a <= b
        | Comparison.Equal -> a = b
        | Comparison.NotEqual -> a <> b
        | other -> invalidArg (nameof test) $"unknown comparison {other}"

    let private fused (a: float) (b: float) (c: float) = Math.FusedMultiplyAdd(a, b, c)

    /// Component k of a value, width 1 broadcast.
    let private at (value: float[]) k = if value.Length = 1 then value[0] else value[k]

    let private fold width (terms: seq<float[] * float[]>) =
        let sum = Array.zeroCreate width

        for left, right in terms do
            for k in 0 .. width - 1 do
                sum[k] <- fused left[0] (at right k) sum[k]

        sum

    /// Folds 16 lanes in halves: 8, 4, 2, 1.
    let private foldLanes width (lanes: float[][]) =
        let rec halve (lanes: float[][]) =
            match lanes.Length with
            | 1 -> lanes[0]
            | count ->
                let half = count / 2
                halve [| for l in 0 .. half - 1 -> Array.init width (fun k -> lanes[l][k] + lanes[l + half][k]) |]

        halve lanes

    /// SUM over particles in the order of `ReductionOrder`.
    let private foldParticles width count (term: int -> float[] * float[]) =
        let size = ReductionOrder.superblock count
        let total: float[] = Array.zeroCreate width

        for first in 0..size .. count - 1 do
            let last = min count (first + size) - 1

            let lanes =
                [| for lane in 0 .. ReductionOrder.Lanes - 1 ->
                       fold width (seq { for particle in first + lane .. ReductionOrder.Lanes .. last -> term particle }) |]

            let sum = foldLanes width lanes

            for k in 0 .. width - 1 do
                total[k] <- total[k] + sum[k]

        total

    let private refuseOther () =
        Fault.unsupported Location.Nowhere "a value over a second particle" "values over one particle" "" "" |> Fault.raise

    /// Evaluates every output: uniform ones as one row, node ones as n rows, particle ones as N rows (rows of `Width` numbers).
    /// `uniforms` gives a uniform's numbers, `nodes` a column as n rows, `particles` a block as N rows. Sums follow `ReductionOrder`;
    /// products that are added are fused. Time and memory O(values * n * N). Axis `Other` is refused with a fault.
    let run
        (elementary: string -> (float -> float))
        (program: KernelProgram)
        (uniforms: string -> float[])
        (nodes: string -> float[][])
        (particles: string -> float[][])
        : IReadOnlyDictionary<string, float[][]> =
        let rows (read: string -> float[][]) (names: NamedWidth list) =
            names |> List.tryHead |> Option.map (fun first -> (read first.Name).Length) |> Option.defaultValue 0

        let nodeCount = rows nodes program.NodeColumns
        let particleCount = rows particles program.Blocks
        let memory = Dictionary<struct (int * int * int), float[]>()

        let input source node particle =
            match source with
            | Source.Uniform name -> uniforms name
            | Source.NodeColumn name -> (nodes name)[node]
            | Source.Parameter block -> (particles block)[particle]
            | Source.OtherParameter _ -> refuseOther ()

        let rec value index node particle =
            let axes = program.Code[index].Axes
            let node = if axes.HasFlag Axes.Node then node else -1
            let particle = if axes.HasFlag Axes.Particle then particle else -1
            let key = struct (index, node, particle)

            match memory.TryGetValue key with
            | true, known -> known
            | false, _ ->
                let fresh = compute index node particle
                memory[key] <- fresh
                fresh

        and compute index node particle =
            let width = program.Code[index].Width
            let argument index = value index node particle
            let each (f: int -> float) = Array.init width f

            match program.Code[index].Instruction with
            | Instruction.Literal number -> each (fun _ -> number)
            | Instruction.Input source -> input source node particle
            | Instruction.Arithmetic(operation, left, right) ->
                let a, b = argument left, argument right
                each (fun k -> arithmetic operation (at a k) (at b k))
            | Instruction.FusedMultiplyAdd(left, right, addend, negated) ->
                let a, b, c = argument left, argument right, argument addend
                each (fun k -> fused (if negated then -(at a k) else at a k) (at b k) (at c k))
            | Instruction.Elementary(name, argumentIndex) -> Array.map (elementary name) (argument argumentIndex)
            | Instruction.Select(test, left, right, yes, no) ->
                let a, b, y, n = argument left, argument right, argument yes, argument no
                each (fun k -> if holds test (at a k) (at b k) then at y k else at n k)
            | Instruction.Dot(left, right) ->
                let a, b = argument left, argument right
                let length = max a.Length b.Length
                [| Seq.fold (fun sum k -> fused (at a k) (at b k) sum) 0.0 (seq { 0 .. length - 1 }) |]
            | Instruction.Contract(left, right, Axes.Node) ->
                fold width (seq { for node in 0 .. nodeCount - 1 -> value left node particle, value right node particle })
            | Instruction.Contract(left, right, Axes.Particle) ->
                foldParticles width particleCount (fun particle -> value left node particle, value right node particle)
            | Instruction.Contract _ -> refuseOther ()

        let table (output: Output) =
            let axes = program.Code[output.Value].Axes

            if axes.HasFlag Axes.Node && axes.HasFlag Axes.Particle then
                refuseOther ()
            elif axes.HasFlag Axes.Node then
                Array.init nodeCount (fun node -> value output.Value node -1)
            elif axes.HasFlag Axes.Particle then
                Array.init particleCount (fun particle -> value output.Value -1 particle)
            else
                [| value output.Value -1 -1 |]

        dict [ for output in program.Outputs -> output.Name, table output ] |> Dictionary :> IReadOnlyDictionary<string, float[][]>
