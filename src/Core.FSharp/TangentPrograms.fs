namespace MeanField.Core

/// What the engine runs of the tangent model (theory section 6).
type TangentPrograms =
    {
        /// T(x, x2) of a law of weighted neurons as a function of x: a particle's blocks are those of the neuron, in order, and `Mass`; the uniform
        /// `Second` is the input x2, "1/N" must be 1. Node output "kernel".
        Kernel: KernelProgram
        /// The last block of a particle of `Kernel`, of width 1: its share of the law.
        Mass: string
        /// The uniform of the second input.
        Second: string
        /// The net and its linearisation: a particle's blocks are those of the neuron and, in the same order, of its displacement. Node outputs
        /// "base" (the net before it) and "linear" (the linearised net after it).
        Linear: KernelProgram
    }

/// The tangent model of a problem as programs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TangentPrograms =
    /// No identifier, so no parameter is called so.
    let private moved block = $"d {block}"

    let private ofNode name value : Lowering.Wanted = { Name = name; Over = Axes.Node; Quantity = Lowering.Value(ScalarTerm value) }

    /// The second input as one that stays the same for all nodes.
    let private held (model: Model) second =
        let constant =
            if model.InputLength = 1 then
                ScalarTerm(Expr.symbol second)
            else
                VectorTerm(Vector.ofAtom (Constant(second, model.InputLength)))

        Binding.substituteInput second constant

    let private fhat (sigma: Scalar) = sigma |> Binding.rename "w" (Free "v") |> Binding.mean Mu "v"

    /// The programs of a problem's net. Faults: as `Theory.derive`; a problem without a net; a second derivative or jump that no program
    /// expresses.
    let ofProblem (problem: Problem) : Result<TangentPrograms, Fault> =
        result {
            let! model = Model.create problem

            let! sigma =
                match model.Neuron with
                | Some sigma when model.InputLength > 0 -> Ok sigma
                | Some _
                | None ->
                    Error(
                        Fault.invalid
                            { Location.Nowhere with Key = "neuron.activation" }
                            "a problem without a net"
                            "a neuron, an input law and a target"
                            ""
                            "'workbench bridge' and 'workbench solve' treat problems without one"
                    )

            let second = Model.secondInput model
            let kernel = Tangent.under Mu model sigma |> held model second |> ofNode "kernel" |> Weighed.wanted
            let! kernel = Theory.lower problem (Weighed.model model) [ kernel ]

            let both = { model with Blocks = model.Blocks @ [ for block, length in model.Blocks -> moved block, length ] }

            let! linear = Theory.lower problem both [ ofNode "base" (fhat sigma); ofNode "linear" (Tangent.linear moved model sigma) ]

            return { Kernel = kernel.Program; Mass = Weighed.Mass; Second = second; Linear = linear.Program }
        }
