namespace MeanField.Core

open System

/// Programs as text.
[<RequireQualifiedAccess>]
module internal ProgramText =
    let private operationName operation =
        match operation with
        | Operation.Add -> "add"
        | Operation.Subtract -> "subtract"
        | Operation.Multiply -> "multiply"
        | Operation.Divide -> "divide"
        | Operation.Min -> "min"
        | Operation.Max -> "max"
        | other -> invalidArg (nameof operation) $"unknown operation {other}"

    let private testName test =
        match test with
        | Comparison.Less -> "<"
        | Comparison.LessOrEqual -> "<="
        | Comparison.Equal -> "="
        | Comparison.NotEqual -> "<>"
        | other -> invalidArg (nameof test) $"unknown comparison {other}"

    let axesName (axes: Axes) =
        if axes = Axes.Uniform then
            "uniform"
        else
            [ if axes.HasFlag Axes.Node then "node"
              if axes.HasFlag Axes.Particle then "particle"
              if axes.HasFlag Axes.Other then "other" ]
            |> String.concat "*"

    // Plain concatenation: formatted printing would cost more at start-up than everything else here.
    let private value (index: int) = "%" + string index
    let private values (indices: int list) = indices |> List.map value |> String.concat " "
    let private applied (name: string) indices = name + " " + values indices

    let private segment (segment: Segment) =
        if segment.Width = 1 then value segment.Value else value segment.Value + "*" + string segment.Width

    let private printInstruction instruction =
        match instruction with
        | Instruction.Literal number -> number.ToString("R", Globalization.CultureInfo.InvariantCulture)
        | Instruction.Input(Source.Uniform name) -> "uniform " + name
        | Instruction.Input(Source.NodeColumn name) -> "node " + name
        | Instruction.Input(Source.Parameter block) -> "particle " + block
        | Instruction.Input(Source.OtherParameter block) -> "other " + block
        | Instruction.Arithmetic(operation, left, right) -> applied (operationName operation) [ left; right ]
        | Instruction.FusedMultiplyAdd(left, right, addend, negated) -> applied (if negated then "fnma" else "fma") [ left; right; addend ]
        | Instruction.Elementary(name, argument) -> applied name [ argument ]
        | Instruction.Select(test, left, right, yes, no) ->
            String.Join(" ", "select", value left, testName test, value right, "?", value yes, ":", value no)
        | Instruction.Dot(left, right) -> applied "dot" [ left; right ]
        | Instruction.Slice(argument, first, width) -> String.Join(" ", "slice", value argument, string first, string width)
        | Instruction.Join segments -> "join " + (segments |> List.map segment |> String.concat " ")
        | Instruction.Contract(left, right, over) -> applied ("sum[" + axesName over + "]") [ left; right ]

    let private sized (name: string) (width: int) = name + "[" + string width + "]"

    let private printValue index (entry: Value) =
        let axes = axesName entry.Axes

        value index
        + " : "
        + (if entry.Width = 1 then axes else sized axes entry.Width)
        + " = "
        + printInstruction entry.Instruction

    let private printNames title (names: NamedWidth list) =
        title :: (names |> List.map (fun named -> sized named.Name named.Width)) |> String.concat " "

    let private printStage number (stage: Stage) =
        String.concat
            " "
            [ "stage"
              string (number: int) + ":"
              "nodes"
              values stage.Nodes
              if not stage.Others.IsEmpty then
                  "| others"
                  values stage.Others
              "| sweep"
              values stage.Sweep
              "| reductions"
              values stage.Reductions ]

    /// The program as text, one value a line; equal programs print equally.
    let print (program: KernelProgram) =
        [ yield "program version " + string program.Version
          yield printNames "blocks" program.Blocks
          yield printNames "columns" program.NodeColumns
          yield printNames "uniforms" program.Uniforms
          yield! program.Code |> Seq.mapi printValue
          yield! program.Stages |> Seq.mapi printStage
          yield! program.Outputs |> Seq.map (fun output -> "output " + output.Name + " = " + value output.Value) ]
        |> String.concat "\n"
