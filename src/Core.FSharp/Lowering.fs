namespace MeanField.Core

/// From expressions to a kernel program: what is wanted, over which axes; equal values are computed once (tanh' from tanh).
[<RequireQualifiedAccess>]
module internal Lowering =
    let private inputs (code: Value[]) choose =
        [ for value in code do
              match value.Instruction with
              | Instruction.Input source ->
                  match choose source with
                  | Some name -> { Name = name; Width = value.Width }
                  | None -> ()
              | _ -> () ]

    let private columnName source =
        match source with
        | Source.NodeColumn name -> Some name
        | Source.Uniform _
        | Source.Parameter _
        | Source.OtherParameter _ -> None

    let private uniformName source =
        match source with
        | Source.Uniform name -> Some name
        | Source.NodeColumn _
        | Source.Parameter _
        | Source.OtherParameter _ -> None

    /// What to compute.
    type Quantity =
        /// A value in the neuron w and the input x.
        | Value of Term
        /// (1/N) SUM over particles of the squared lengths of values in w; squared as they stand, since the expanded
        /// square of a sum would cancel.
        | MeanSquare of Term list

    /// A result to compute: its name, the axes it must vary with, and the quantity; one number over nodes and particles.
    type Wanted = { Name: string; Over: Axes; Quantity: Quantity }

    let private lengthOf value =
        match value with
        | ScalarTerm _ -> 1
        | VectorTerm vector -> vector.Length

    /// A value that happens to vary with less than wanted (the zero drift of a block that the objective ignores)
    /// is spread over the axes by a choice that reads inputs of them.
    let private spread (context: LoweringContext) (blocks: NamedWidth list) over length index =
        let builder = context.Builder

        if builder.Axes index = over && builder.Width index = length then
            index
        else
            let weight () = builder.Input(Source.NodeColumn "weight", Axes.Node, 1)
            let parameter (block: NamedWidth) = builder.Input(Source.Parameter block.Name, Axes.Particle, block.Width)

            let left, right =
                match over with
                | Axes.Node -> weight (), weight ()
                | Axes.Particle ->
                    let whole = blocks |> List.tryFind (fun block -> block.Width = length) |> Option.map parameter
                    let carrier = whole |> Option.defaultWith (fun () -> builder.Slice(parameter blocks.Head, 0, 1))
                    carrier, carrier
                | _ -> weight (), builder.Slice(parameter blocks.Head, 0, 1)

            builder.Select(Comparison.Equal, left, right, index, index)

    let private meanSquare (context: LoweringContext) terms =
        let square total value =
            if context.Builder.Width value > 1 then
                context.Builder.Add(context.Builder.Dot(value, value), total)
            else
                context.Builder.FusedMultiplyAdd(value, value, total, false)

        let squares = terms |> List.map (TermLowering.term context) |> List.fold square (context.Builder.Literal 0.0)
        TermLowering.contract context Axes.Particle [] squares

    let private quantity context blocks wanted =
        match wanted.Quantity with
        | Value value -> TermLowering.term context value |> spread context blocks wanted.Over (lengthOf value)
        | MeanSquare terms -> meanSquare context terms

    /// Scalars with all parts of what is wanted.
    let private scalars wanted =
        let ofTerm term =
            match term with
            | ScalarTerm scalar -> scalar
            | VectorTerm vector -> Vector.total vector

        match wanted.Quantity with
        | Value term -> [ ofTerm term ]
        | MeanSquare terms -> List.map ofTerm terms

    /// The program of some code, which reads what the code's inputs name.
    let assembled blocks (code: Value[]) outputs =
        KernelProgram.create blocks (inputs code columnName) (inputs code uniformName) code outputs

    /// Code and outputs that a pass made, verified.
    let private verified pass blocks (code, outputs) =
        KernelProgram.verifyPass pass blocks (inputs code columnName) (inputs code uniformName) code outputs
        code, outputs

    /// A program, and what some of its uniforms are: means over the node table alone.
    type Lowered = { Program: KernelProgram; NodeMeans: Map<string, Scalar> }

    /// The program that computes the wanted values; every sigma must be expanded. The facts must hold of every uniform, column and particle that it will
    /// ever be given.
    let program facts (blocks: (string * int) list) (wanted: Wanted list) : Result<Lowered, Fault> =
        try
            let builder = ProgramBuilder()
            let context = wanted |> List.collect scalars |> NormalLaw.isShared |> LoweringContext.start builder facts
            let blocks = blocks |> List.map (fun (name, width) -> { Name = name; Width = width })

            let output wanted = { Output.Name = wanted.Name; Value = quantity context blocks wanted }

            let outputs = wanted |> List.map output

            let code, outputs =
                (builder.Code, outputs)
                |> verified "lowering" blocks
                ||> Transcendentals.shared
                |> verified "sharing exponentials" blocks

            Ok
                { Program = assembled blocks code outputs
                  NodeMeans = context.NodeMeans |> Seq.map (|KeyValue|) |> Map.ofSeq }
        with LoweringContext.Refused fault ->
            Error fault
