namespace MeanField.Core

open System.Collections.Generic

/// Code under construction: equal instructions are one value (common subexpressions).
[<Sealed>]
type internal ProgramBuilder() =
    let code = List<Value>()
    let known = Dictionary<Instruction, int>()

    member _.Code = code.ToArray()
    member _.Axes index = code[index].Axes
    member _.Width index = code[index].Width

    /// uniform, node, particle, pair: how often a value is computed.
    member _.Rate index = int code[index].Axes

    member _.Emit(instruction, axes, width) =
        match known.TryGetValue instruction with
        | true, index -> index
        | false, _ ->
            code.Add { Instruction = instruction; Axes = axes; Width = width }

            known[instruction] <- code.Count - 1
            code.Count - 1

    member private this.Union(arguments: int list) =
        arguments |> List.fold (fun axes argument -> axes ||| this.Axes argument) Axes.Uniform, arguments |> List.map this.Width |> List.max

    /// An instruction that acts component by component.
    member private this.Elementwise(instruction) =
        let axes, width = this.Union(KernelProgram.arguments instruction)
        this.Emit(instruction, axes, width)

    member this.Literal value = this.Emit(Instruction.Literal value, Axes.Uniform, 1)
    member this.Input(source, axes, width) = this.Emit(Instruction.Input source, axes, width)
    member this.Elementary(name, argument) = this.Elementwise(Instruction.Elementary(name, argument))
    member this.Select(test, left, right, yes, no) = this.Elementwise(Instruction.Select(test, left, right, yes, no))
    member this.Add(left, right) = this.Elementwise(Instruction.Arithmetic(Operation.Add, left, right))
    member this.Subtract(left, right) = this.Elementwise(Instruction.Arithmetic(Operation.Subtract, left, right))
    member this.Divide(left, right) = this.Elementwise(Instruction.Arithmetic(Operation.Divide, left, right))

    member this.Min(left, right) = this.Elementwise(Instruction.Arithmetic(Operation.Min, left, right))
    member this.Max(left, right) = this.Elementwise(Instruction.Arithmetic(Operation.Max, left, right))

    /// left*right; a factor of literally 1 vanishes.
    member this.Multiply(left, right) =
        if this.IsOne left then right
        elif this.IsOne right then left
        else this.Elementwise(Instruction.Arithmetic(Operation.Multiply, min left right, max left right))

    member private _.IsOne index = code[index].Instruction = Instruction.Literal 1.0

    /// left*right + addend, or addend - left*right.
    member this.FusedMultiplyAdd(left, right, addend, negated) =
        if this.IsOne left || this.IsOne right then
            let product = this.Multiply(left, right)
            if negated then this.Subtract(addend, product) else this.Add(addend, product)
        else
            this.Elementwise(Instruction.FusedMultiplyAdd(min left right, max left right, addend, negated))

    member this.Dot(left, right) =
        let axes, _ = this.Union [ left; right ]
        this.Emit(Instruction.Dot(left, right), axes, 1)

    /// Components first, ..., first + width - 1, counted from 0.
    member this.Slice(argument, first, width) =
        if width = this.Width argument then
            argument
        else
            this.Emit(Instruction.Slice(argument, first, width), this.Axes argument, width)

    /// One after another.
    member this.Join(segments: Segment list) =
        match segments with
        | [ only ] when this.Width only.Value = only.Width -> only.Value
        | _ ->
            let axes, _ = segments |> List.map _.Value |> this.Union
            this.Emit(Instruction.Join segments, axes, segments |> List.sumBy _.Width)

    /// SUM over an axis of left*right; `left` has width 1.
    member this.Contract(left, right, over: Axes) =
        let axes, width = this.Union [ left; right ]
        this.Emit(Instruction.Contract(left, right, over), axes &&& ~~~over, width)
