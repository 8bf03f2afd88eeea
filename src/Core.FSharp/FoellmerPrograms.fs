namespace MeanField.Core

open System
open System.Collections.Generic

/// What the engine runs of the optimal control u*(w, t) = grad log h(w, t), h(w, t) = E exp H(w + sqrt(tau - t) Z) (theory section 4).
type FoellmerPrograms =
    {
        /// log E exp H over the remaining noise of the blocks that enter H affinely. A particle is a neuron, its other blocks where the noise has
        /// brought them. Node columns as those of `MinimiserPrograms.Law`; the uniform "t" besides. Particle outputs "exponent" and, with
        /// `HasGradient`, "gradient.BLOCK" in order: the control is the mean of the gradient over the noise of the other blocks, tilted by
        /// exp(exponent).
        Terminal: KernelProgram
        /// Not where H jumps in a block that the noise moves: then only "gradient.BLOCK" of affine blocks are there.
        HasGradient: bool
        /// Component after component of the neuron, whether H is affine in it.
        IsAffine: bool[]
        /// The control from weighted points of the other blocks: `Transition.program`, the slopes of affine blocks in their places.
        Transition: KernelProgram
        /// The same with whole neurons as points, as those of a sample of mu* are.
        OfNeurons: KernelProgram
        /// T of an ensemble of whole neurons, the uniform output "potential".
        Potential: KernelProgram
        /// As that of `SimulationPrograms`.
        NodeMeans: Func<float[], float[][], IReadOnlyDictionary<string, float[]>>
    }

/// The optimal control of an objective with a dual as programs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FoellmerPrograms =
    /// The neuron from which affine blocks start; no identifier.
    [<Literal>]
    let private start = "#start"

    let private scalar term =
        match term with
        | ScalarTerm value -> value
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("the terminal value is a vector", $"%A{vector}"))

    /// H with the noise that is left added to the affine blocks.
    let private noisy (model: Model) affine exponent =
        let place (name, length) =
            let own = Scope.block "w" (name, length)

            if List.contains name affine then
                name, Term.add (Scope.block start (name, length)) (Term.scale Control.remaining own)
            else
                name, own

        Binding.substituteNeuron "w" (model.Blocks |> List.map place |> Map.ofList) (ScalarTerm exponent) |> scalar

    /// log E exp H over the noise of the affine blocks, one after another.
    let private terminal (model: Model) affine exponent =
        let integrate exponent block =
            Marginal.ofExponent model exponent |> List.find (fun marginal -> marginal.Block = block) |> _.Exponent

        affine |> List.fold integrate (noisy model affine exponent) |> Binding.rename start (Free "w")

    let private particle name value : Lowering.Wanted = { Name = name; Over = Axes.Particle; Quantity = Lowering.Value value }

    let private jumps (model: Model) affine value =
        let isMoved (node: Scalar) =
            model.Blocks |> List.exists (fun (name, _) -> not (List.contains name affine) && Occurrence.mentionsBlock name node)

        (Kink.inScalar isMoved value).IsSome

    /// The programs for a problem's objective. Faults: as `MinimiserPrograms.ofProblem`.
    let ofProblem (problem: Problem) : Result<FoellmerPrograms, Fault> =
        result {
            let! model, functional = Theory.split problem
            let! inverse = Theory.inverseTemperature problem functional
            let facts = Knowledge.ofProblem problem model
            let! dual = Dual.derive facts problem.Energy.DeclaredConvex model functional inverse
            let exponent = dual.Tilted.Exponent |> Binding.rename "v" (Free "w") |> Model.expandOwn model
            let affine = (MarginalLaw.ofExponent model exponent Expr.zero).Integrated |> List.map fst
            let value = terminal model affine exponent
            let hasGradient = not (jumps model affine value)
            let isKnown (name, _) = hasGradient || List.contains name affine

            let gradients =
                [ for name, length in List.filter isKnown model.Blocks ->
                      particle $"gradient.{name}" (Calculus.gradient "w" name length value) ]

            let! terminal = particle "exponent" (ScalarTerm value) :: gradients |> Theory.lower problem model
            let! potential = Theory.lower problem model [ Quantities.potential functional ]
            let! transition = Transition.program [ for name, length in model.Blocks -> name, length, List.contains name affine ]

            let! ofNeurons = Transition.program [ for name, length in model.Blocks -> name, length, false ]
            let formulas = [ terminal; potential ] |> List.collect (fun lowered -> Map.toList lowered.NodeMeans) |> Map.ofList

            return
                { Terminal = terminal.Program
                  HasGradient = hasGradient
                  IsAffine =
                    [| for name, length in model.Blocks do
                           for _ in 1..length do
                               List.contains name affine |]
                  Transition = transition
                  OfNeurons = ofNeurons
                  Potential = potential.Program
                  NodeMeans = Func<_, _, _>(Theory.nodeMeans problem formulas) }
        }
