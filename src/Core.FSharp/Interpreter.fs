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

    let private round format (value: float) = if format = Format.Binary32 then float (float32 value) else value

    let private fused format (a: float) (b: float) (c: float) =
        if format = Format.Binary32 then
            float (MathF.FusedMultiplyAdd(float32 a, float32 b, float32 c))
        else
            Math.FusedMultiplyAdd(a, b, c)

    /// Component k of a value, width 1 broadcast.
    let private at (value: float[]) k = if value.Length = 1 then value[0] else value[k]

    let private fold format width (terms: seq<float[] * float[]>) =
        let sum = Array.zeroCreate width

        for left, right in terms do
            for k in 0 .. width - 1 do
                sum[k] <- fused format left[0] (at right k) sum[k]

        sum

    /// Sums of binary32 runs, added in the result's format.
    let private foldRuns result width count (term: int -> float[] * float[]) =
        let total: float[] = Array.zeroCreate width

        for first in 0 .. ReductionOrder.Run .. count - 1 do
            let last = min count (first + ReductionOrder.Run) - 1
            let run = fold Format.Binary32 width (Seq.map term (seq { first..last }))

            for k in 0 .. width - 1 do
                total[k] <- round result (total[k] + run[k])

        total

    /// Folds 16 lanes in halves: 8, 4, 2, 1.
    let private foldLanes width (lanes: float[][]) =
        let rec halve (lanes: float[][]) =
            match lanes.Length with
            | 1 -> lanes[0]
            | count ->
                let half = count / 2
                halve [| for l in 0 .. half - 1 -> Array.init width (fun k -> lanes[l][k] + lanes[l + half][k]) |]

        halve lanes

    /// The sum of the particles first, ..., last in 16 lanes.
    let private foldChunk format width first last (term: int -> float[] * float[]) =
        [| for lane in 0 .. ReductionOrder.Lanes - 1 ->
               fold format width (Seq.map term (seq { first + lane .. ReductionOrder.Lanes .. last })) |]
        |> foldLanes width

    let private addTo (total: float[]) (sum: float[]) =
        for k in 0 .. total.Length - 1 do
            total[k] <- total[k] + sum[k]

    /// SUM over particles in the order of `ReductionOrder`, in binary64 but for the lanes.
    let private foldParticles format width count (term: int -> float[] * float[]) =
        let size = ReductionOrder.superblock count
        let chunk = if format = Format.Binary32 then ReductionOrder.Chunk else size
        let total: float[] = Array.zeroCreate width

        for start in 0..size .. count - 1 do
            let next = min count (start + size)
            let superblock: float[] = Array.zeroCreate width

            for first in start..chunk .. next - 1 do
                foldChunk format width first (min next (first + chunk) - 1) term |> addTo superblock

            addTo total superblock

        total

    /// The indices of the axes; -1 on those that a value does not vary with.
    [<Struct; StructuralEquality; NoComparison>]
    type private Place = { Node: int; Particle: int; Other: int }

    let private nowhere = { Node = -1; Particle = -1; Other = -1 }

    let private along (axes: Axes) place =
        { Node = (if axes.HasFlag Axes.Node then place.Node else -1)
          Particle = (if axes.HasFlag Axes.Particle then place.Particle else -1)
          Other = (if axes.HasFlag Axes.Other then place.Other else -1) }

    /// What an instruction makes of the values that it reads at one place.
    let private local (elementary: Format -> string -> (float -> float)) format width (argument: int -> float[]) instruction =
        let each (f: int -> float) = Array.init width (f >> round format)

        match instruction with
        | Instruction.Literal number -> each (fun _ -> number)
        | Instruction.Arithmetic(operation, left, right) ->
            let a, b = argument left, argument right
            each (fun k -> arithmetic operation (at a k) (at b k))
        | Instruction.FusedMultiplyAdd(left, right, addend, negated) ->
            let a, b, c = argument left, argument right, argument addend
            each (fun k -> fused format (if negated then -(at a k) else at a k) (at b k) (at c k))
        | Instruction.Elementary(name, index) -> Array.map (elementary format name) (argument index)
        | Instruction.Select(test, left, right, yes, no) ->
            let a, b, y, n = argument left, argument right, argument yes, argument no
            each (fun k -> if holds test (at a k) (at b k) then at y k else at n k)
        | Instruction.Dot(left, right) ->
            let a, b = argument left, argument right
            let length = max a.Length b.Length
            [| Seq.fold (fun sum k -> fused format (at a k) (at b k) sum) 0.0 (seq { 0 .. length - 1 }) |]
        | Instruction.Slice(index, first, width) -> Array.sub (argument index) first width
        | Instruction.Join segments ->
            [| for segment in segments do
                   let part = argument segment.Value
                   for k in 0 .. segment.Width - 1 -> at part k |]
        | Instruction.Input _
        | Instruction.Contract _ -> Fault.raise (Fault.InternalBug("an instruction that reads more than one place", $"%A{instruction}"))

    /// What a program is run on, and the values found so far.
    type private Session =
        { Elementary: Format -> string -> (float -> float)
          Precision: Precision
          Program: KernelProgram
          Uniforms: string -> float[]
          Nodes: string -> float[][]
          Particles: string -> float[][]
          NodeCount: int
          ParticleCount: int
          Memory: Dictionary<struct (int * Place), float[]> }

    let private input session source place =
        match source with
        | Source.Uniform name -> session.Uniforms name
        | Source.NodeColumn name -> (session.Nodes name)[place.Node]
        | Source.Parameter block -> (session.Particles block)[place.Particle]
        | Source.OtherParameter block -> (session.Particles block)[place.Other]

    /// The sum over an axis, from what is summed at a place of it.
    let private contract session code (term: Place -> float[] * float[]) place over =
        let format = Formats.ofAxes session.Precision code.Axes
        let ofNode node = term { place with Node = node }
        let ofOther other = term { place with Other = other }
        let count, ofIndex = if over = Axes.Node then session.NodeCount, ofNode else session.ParticleCount, ofOther

        if over = Axes.Particle then
            foldParticles (Formats.ofTerms session.Precision code) code.Width session.ParticleCount (fun particle ->
                term { place with Particle = particle })
            |> Array.map (round format)
        elif Formats.inRuns session.Precision code then
            foldRuns format code.Width count ofIndex
        else
            fold format code.Width (Seq.map ofIndex (seq { 0 .. count - 1 }))

    let rec private value session index place =
        let place = along session.Program.Code[index].Axes place
        let key = struct (index, place)

        match session.Memory.TryGetValue key with
        | true, known -> known
        | false, _ ->
            let fresh = compute session index place
            session.Memory[key] <- fresh
            fresh

    and private compute session index place =
        let code = session.Program.Code[index]
        let format = Formats.ofAxes session.Precision code.Axes
        let read index place = value session index place |> Array.map (round (Formats.ofTerms session.Precision code))

        match code.Instruction with
        | Instruction.Input source -> input session source place |> Array.map (round format)
        | Instruction.Contract(left, right, over) -> contract session code (fun place -> read left place, read right place) place over
        | instruction -> local session.Elementary format code.Width (fun argument -> read argument place) instruction

    let private table session (output: Output) =
        let at place = value session output.Value place
        let pairs particle = Array.init session.NodeCount (fun node -> (at { nowhere with Node = node; Particle = particle })[0])

        match session.Program.Code[output.Value].Axes with
        | Axes.Uniform -> [| at nowhere |]
        | Axes.Node -> Array.init session.NodeCount (fun node -> at { nowhere with Node = node })
        | Axes.Particle -> Array.init session.ParticleCount (fun particle -> at { nowhere with Particle = particle })
        | _ -> Array.init session.ParticleCount pairs

    /// Evaluates every output: uniform ones as one row, node ones as n rows, particle ones as N rows (rows of `Width` numbers),
    /// pair ones as N rows of n numbers.
    /// `uniforms` gives a uniform's numbers, `nodes` a column as n rows, `particles` a block as N rows. Formats follow `Formats`, sums
    /// `ReductionOrder`; products that are added are fused; `elementary` evaluates a function in a format. Binary32 numbers are held
    /// as floats. Time and memory O(values * (n + N) * N).
    let run
        (elementary: Format -> string -> (float -> float))
        (precision: Precision)
        (program: KernelProgram)
        (uniforms: string -> float[])
        (nodes: string -> float[][])
        (particles: string -> float[][])
        : IReadOnlyDictionary<string, float[][]> =
        let rows (read: string -> float[][]) (names: NamedWidth list) =
            names |> List.tryHead |> Option.map (fun first -> (read first.Name).Length) |> Option.defaultValue 0

        let session =
            { Elementary = elementary
              Precision = precision
              Program = program
              Uniforms = uniforms
              Nodes = nodes
              Particles = particles
              NodeCount = rows nodes program.NodeColumns
              ParticleCount = rows particles program.Blocks
              Memory = Dictionary() }

        dict [ for output in program.Outputs -> output.Name, table session output ] |> Dictionary :> IReadOnlyDictionary<string, float[][]>
