namespace MeanField.Core

open System
open System.Collections.Generic

/// What the engine runs to simulate a dynamics.
type SimulationPrograms =
    {
        /// One evaluation of a step. Particle outputs: "drift.BLOCK" in the order of the blocks. Uniform outputs: "driftSquare"
        /// (the mean of |drift|^2 over particles), "potential" (T(mu)), "inverseTemperature" (1/c for T + c*KL) and, where the problem has a neuron and a target,
        /// "loss", "risk", "accuracy". Node output then: "fhat".
        Step: KernelProgram
        /// Evaluated on recorded rows only; uniform output "outputVariance" = (1/N) SUM ||sigma_i||^2 - ||fhat||^2.
        /// None where the problem has no neuron, no target or another loss than the squared one.
        Metrics: KernelProgram option
        /// Uniform outputs "loss" and "risk": the variances over neurons of their first variations, whose share 1/N is the square
        /// of the naive standard error. None where the problem has no neuron or no target.
        PlugIn: KernelProgram option
    }

/// The theory of a problem: what C# asks of Core.
[<RequireQualifiedAccess>]
module Theory =
    /// The derivation of a problem, step by step (theory sections 1 to 6).
    /// Faults: a formula that does not read, entropies that stand in no sum. Cost: independent of nodes, particles and p.
    let derive (problem: Problem) : Result<Derivation, Fault> =
        result {
            let! model = Model.create problem
            let! steps = Exposition.steps problem model
            return { Title = model.Title; Steps = List.map Derivation.step steps }
        }

    let private numbers (problem: Problem) isVector =
        [ for constant in problem.Constants do
              if constant.IsVector = isVector then constant.Name, constant.Components ]

    let private values problem isVector =
        [ for name, components in numbers problem isVector -> name, components |> List.map _.Value |> Array.ofList ]

    /// The numbers behind the uniforms of a problem's programs, by name: beta, tau and the constants. "1/N" is the engine's.
    let uniforms (problem: Problem) : IReadOnlyDictionary<string, float[]> =
        [ "beta", [| problem.Energy.Beta.Value |]; "tau", [| problem.Energy.Tau.Value |] ]
        @ values problem false
        @ values problem true
        |> dict
        |> Dictionary
        :> _

    let private world problem inputs : World<float> =
        let symbols =
            uniforms problem
            |> Seq.filter (fun pair -> pair.Value.Length = 1)
            |> Seq.map (fun pair -> pair.Key, pair.Value[0])
            |> Map.ofSeq

        World.ofNumbers symbols (values problem true |> Map.ofList) inputs

    let private valueAt problem inputs formula = Evaluate.scalar Doubles.ofTable (world problem inputs) formula

    /// 1/c stands for beta, so c must be a positive number; its sign is known only with the constants.
    let private checkTemperature problem inverse =
        let refuse fault found =
            Error(fault { Location.Nowhere with Key = "energy.objective" } found "a positive number" "" "change the factor")

        if Occurrence.exists Evaluate.readsLaws inverse then
            refuse Fault.unsupported "a factor of KL(mu, gamma) with an expectation"
        else
            match valueAt problem Map.empty inverse with
            | value when value > 0.0 && Double.IsFinite value -> Ok()
            | value -> refuse Fault.invalid $"a factor of KL(mu, gamma) whose inverse is {value}"

    let private drift problem model =
        result {
            let! functional = Functional.split model.Objective
            let psi = Variation.first "psi" functional.Potential |> fst
            let! inverse = Gibbs.inverseTemperature functional
            do! checkTemperature problem inverse
            return functional, inverse, Dynamics.greedy inverse (Gradient.ofPsi model psi)
        }

    let private driftOutput (block, value) : Lowering.Wanted =
        { Name = $"drift.{block}"; Over = Axes.Particle; Quantity = Lowering.Value value }

    let private mapTerms change (wanted: Lowering.Wanted) =
        let quantity =
            match wanted.Quantity with
            | Lowering.Value value -> Lowering.Value(change value)
            | Lowering.MeanSquare terms -> Lowering.MeanSquare(List.map change terms)

        { wanted with Quantity = quantity }

    /// The constants in exponents become numbers: (-1)^k has a value only where k is known to be whole.
    let private knownExponents problem =
        let known = Map [ for name, components in numbers problem false -> name, components.Head.Exact ]

        let number (node: Scalar) =
            match node.Shape with
            | Symbol name -> known.TryFind name |> Option.map Expr.rational
            | _ -> None

        let rec power (node: Scalar) =
            match node.Shape with
            | Power(radix, exponent) -> Some(Expr.power (Binding.replace power radix) (Binding.replace number exponent))
            | _ -> None

        Binding.replaceTerm power

    /// What the programs of the greedy dynamics compute, as formulas; an empty list is no program.
    type internal Wanted =
        { Model: Model
          Step: Lowering.Wanted list
          Metrics: Lowering.Wanted list
          PlugIn: Lowering.Wanted list }

    let internal wanted (problem: Problem) : Result<Wanted, Fault> =
        result {
            let! model = Model.create problem
            let! functional, inverse, drift = drift problem model
            let hasFit = model.Neuron.IsSome && problem.Target.IsSome
            let fit = if hasFit then Quantities.ofFit model else []
            let general = [ Quantities.driftSquare drift; Quantities.potential functional; Quantities.inverseTemperature inverse ]

            return
                { Model = model
                  Step = List.map driftOutput drift @ general @ fit
                  Metrics = if hasFit && Quantities.isSquared model then [ Quantities.outputVariance model ] else []
                  PlugIn = if hasFit then Quantities.plugInVariances model else [] }
        }

    let internal lower problem (model: Model) wanted =
        wanted |> List.map (mapTerms (Model.expand model >> knownExponents problem)) |> Lowering.program model.Blocks

    /// The programs of the greedy dynamics. Faults: as `derive`, no term c*KL(mu, gamma), or a node that no program expresses yet.
    let greedy (problem: Problem) : Result<SimulationPrograms, Fault> =
        result {
            let! wanted = wanted problem
            let unlessEmpty list = if List.isEmpty list then Ok None else lower problem wanted.Model list |> Result.map Some
            let! step = lower problem wanted.Model wanted.Step
            let! metrics = unlessEmpty wanted.Metrics
            let! plugIn = unlessEmpty wanted.PlugIn

            return { Step = step; Metrics = metrics; PlugIn = plugIn }
        }

    /// The target as a function of the p coordinates of x, where it is a formula.
    let target (problem: Problem) : Result<Func<float[], float>, Fault> =
        result {
            let! model = Model.create problem

            match model.Target with
            | None ->
                return!
                    Error(
                        Fault.invalid
                            { Location.Nowhere with Key = "target" }
                            "a target that is no formula"
                            "[target] expression"
                            ""
                            "read its column or values"
                    )
            | Some formula -> return Func<float[], float>(fun x -> valueAt problem (Map [ "x", x ]) formula)
        }
