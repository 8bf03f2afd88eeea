namespace MeanField.Core

open System
open System.Collections.Generic

/// What the engine runs to find a critical law of T + c KL(mu, gamma): p = G(p), G(p) the law of density exp(-psi(.; p)/c) with respect to gamma,
/// psi the first variation of T (theory section 2). Laws are weighted points, so no dual is needed.
type CriticalPrograms =
    {
        /// At a law of weighted points: a particle's blocks are those of the neuron, in order, and `Mass`, its share p_k; the masses of all particles
        /// are 1 together, and the uniform "1/N" must be 1. An affine block stands at its conditional mean. Node columns: those of the law.
        /// Particle outputs: "psi" and, for each affine block, "slope.BLOCK", the derivative of psi in it. Uniform output "potential" (T); where
        /// there are a net and a target "loss" and "risk", and the node output "fhat".
        Law: KernelProgram
        /// The last block of a particle, of width 1.
        Mass: string
        /// Whether psi is jointly affine in a component of the neuron, block after block: then given the others it is normal of variance tau under G(p).
        IsAffine: bool[]
        /// As that of `SimulationPrograms`.
        Target: KernelProgram option
        /// As that of `SimulationPrograms`.
        NodeMeans: Func<float[], float[][], IReadOnlyDictionary<string, float[]>>
        /// 1/c.
        InverseTemperature: float
        Convexity: ConvexityKind
    }

/// The fixed point of an objective as programs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module CriticalPrograms =
    let private mentionsBlock block term =
        match term with
        | ScalarTerm scalar -> Occurrence.mentionsBlock block scalar
        | VectorTerm vector -> Occurrence.mentionsBlock block (Vector.total vector)

    /// Blocks in which psi is jointly affine, the longest first, each with its slope. T then depends on mu through the law of the others and the
    /// conditional means of these alone: along the mixtures between mu and the law concentrated there, psi has equal means under both.
    let private affine (model: Model) psi =
        let add taken (marginal: Marginal) =
            let isFree = taken |> List.forall (fun (other: Marginal) -> not (mentionsBlock other.Block marginal.Slope))
            if isFree then taken @ [ marginal ] else taken

        Marginal.ofExponent model psi |> List.sortByDescending _.Length |> List.fold add []

    let private particle name value : Lowering.Wanted = { Name = name; Over = Axes.Particle; Quantity = Lowering.Value value }

    /// Loss, risk and fhat, where there is what they need.
    let private fit (problem: Problem) (model: Model) =
        if model.Neuron.IsSome && problem.Target.IsSome then
            Quantities.ofFit model |> List.filter (fun wanted -> wanted.Name <> "accuracy")
        else
            []

    let private expanded model psi =
        match Model.expand model (ScalarTerm psi) with
        | ScalarTerm scalar -> scalar
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("a scalar expanded to a vector", $"%A{vector}"))

    let private wanted problem (model: Model) functional (marginals: Marginal list) psi =
        particle "psi" (ScalarTerm psi) :: [ for marginal in marginals -> particle $"slope.{marginal.Block}" marginal.Slope ]
        @ Quantities.potential functional :: fit problem model

    /// The programs of a problem's fixed point. Faults: as `Theory.derive`, an objective without exactly one c*KL(mu, gamma), or a node that no
    /// program expresses.
    let ofProblem (problem: Problem) : Result<CriticalPrograms, Fault> =
        result {
            let! model, functional = Theory.split problem
            let! inverse = Theory.inverseTemperature problem functional
            let psi = Variation.first "psi" functional.Potential |> fst |> expanded model
            let marginals = affine model psi
            let points = Weighed.model model
            let! law = wanted problem model functional marginals psi |> List.map Weighed.wanted |> Theory.lower problem points
            let! target = Theory.target problem model

            return
                { Law = law.Program
                  Mass = Weighed.Mass
                  IsAffine =
                    [| for block, length in model.Blocks do
                           for _ in 1..length do
                               marginals |> List.exists (fun marginal -> marginal.Block = block) |]
                  Target = target |> Option.map _.Program
                  NodeMeans = Func<_, _, _>(Theory.nodeMeans problem law.NodeMeans)
                  InverseTemperature = Theory.valueOf problem inverse
                  Convexity = MinimiserPrograms.convexity problem (Knowledge.ofProblem problem model) model functional }
        }
