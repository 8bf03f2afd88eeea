namespace MeanField.Core

open System
open System.Collections.Generic

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

    /// The steps called `name` and their parts `name.part`; none where the theory has no such object. Faults: as `derive`. Only what states
    /// the object is worked out.
    let deriveOnly (problem: Problem) (name: string) : Result<Derivation, Fault> =
        let head = name.Split('.')[0]
        let isAsked (step: Deduction) = step.Name = name || step.Name.StartsWith(name + ".", StringComparison.Ordinal)

        result {
            let! model = Model.create problem
            let! chapters = Exposition.chapters problem model
            let steps = chapters |> List.filter (fun chapter -> List.contains head chapter.Objects) |> List.collect _.Steps.Value
            return { Title = model.Title; Steps = steps |> List.filter isAsked |> List.map Derivation.step }
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

    /// The number behind a formula of beta, tau and constants.
    let internal valueOf problem formula = valueAt problem Map.empty formula

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

    /// What the programs of a dynamics compute, as formulas; an empty list is no program. `Drift` names the steps of its drift.
    type internal Wanted =
        {
            Model: Model
            Drift: string
            Step: Lowering.Wanted list
            Metrics: Lowering.Wanted list
            PlugIn: Lowering.Wanted list
            Fit: Lowering.Wanted list
            /// The first variation of T, and 1/c where there is a KL term.
            Psi: Scalar
            InverseTemperature: Scalar option
            Diffusion: Scalar
            Restoring: Scalar
        }

    /// The reports of a problem beside the drift of a dynamics.
    let private wantedOf (model: Model) hasTarget psi inverse name drift general =
        let hasFit = model.Neuron.IsSome && hasTarget
        let fit = if hasFit then Quantities.ofFit model else []

        { Model = model
          Drift = name
          Step = List.map driftOutput drift @ [ Quantities.driftSquare drift ] @ general @ fit
          Metrics = if hasFit && Quantities.isSquared model then [ Quantities.outputVariance model ] else []
          PlugIn = if hasFit then Quantities.plugInVariances model else []
          Fit = fit
          Psi = psi
          InverseTemperature = inverse
          Diffusion = Expr.one
          Restoring = Expr.zero }

    let internal inverseTemperature problem functional =
        result {
            let! inverse = Gibbs.inverseTemperature functional
            do! checkTemperature problem inverse
            return inverse
        }

    let internal wantedGreedy (problem: Problem) model functional =
        result {
            let! inverse = inverseTemperature problem functional
            let psi = Variation.first "psi" functional.Potential |> fst
            let general = [ Quantities.potential functional; Quantities.inverseTemperature inverse ]

            return
                wantedOf
                    model
                    problem.Target.IsSome
                    psi
                    (Some inverse)
                    "drift_greedy"
                    (Dynamics.greedy inverse (Gradient.ofPsi model psi))
                    general
        }

    /// The sums of a step whose drift is the optimal control: it is no function of the present law, and the engine takes it from the minimiser.
    let internal wantedFoellmer problem model functional =
        wantedGreedy problem model functional
        |> Result.map (fun wanted ->
            { wanted with
                Drift = "foellmer_drift"
                Step = wanted.Step |> List.filter (fun output -> output.Over <> Axes.Particle && output.Name <> "driftSquare") })

    let internal wantedFlow (problem: Problem) (model: Model) (functional: Functional) =
        result {
            let! inverse =
                if functional.Entropies.IsEmpty then
                    Ok None
                else
                    inverseTemperature problem functional |> Result.map Some

            let coefficient =
                inverse |> Option.map (fun value -> Expr.powerOf value Fractions.Fraction.MinusOne) |> Option.defaultValue Expr.zero

            let psi = Variation.first "psi" functional.Potential |> fst
            let general = Quantities.potential functional :: (inverse |> Option.map Quantities.inverseTemperature |> Option.toList)
            let wanted = wantedOf model problem.Target.IsSome psi inverse "drift_langevin" (Dynamics.langevin model coefficient psi) general

            return
                { wanted with
                    Diffusion = Dynamics.diffusion coefficient
                    Restoring = Dynamics.restoring coefficient }
        }

    let internal split problem =
        result {
            let! model = Model.create problem
            let! functional = Functional.split model.Objective
            return model, functional
        }

    let internal isFlow (problem: Problem) = problem.Run.Dynamics = MeanField.Core.Dynamics.Langevin

    /// What the problem's dynamics computes.
    let internal wantedOwn (problem: Problem) =
        match problem.Run.Dynamics with
        | MeanField.Core.Dynamics.Langevin -> wantedFlow problem
        | MeanField.Core.Dynamics.Foellmer -> wantedFoellmer problem
        | _ -> wantedGreedy problem

    /// What the problem's dynamics computes; where the objective has no entropy, the flow.
    let internal wanted (problem: Problem) : Result<Wanted, Fault> =
        result {
            let! model, functional = split problem

            return!
                if functional.Entropies.IsEmpty then
                    wantedFlow problem model functional
                else
                    wantedOwn problem model functional
        }

    /// f where it is read elsewhere than at an input x: there its formula stands, which needs no column.
    let internal targetElsewhere (model: Model) =
        let isPlain at =
            match at with
            | ScalarTerm { Shape = Coordinate(_, Input) }
            | VectorTerm(Vector.Single(Whole(_, Input, _))) -> true
            | ScalarTerm _
            | VectorTerm _ -> false

        let formula node =
            match node.Shape, model.Target with
            | Opaque("f", at), Some target when not (isPlain at) -> Some(Binding.substituteInput "x" at target)
            | _ -> None

        Binding.replaceTerm formula

    let internal lower problem (model: Model) wanted =
        let ready = Model.expand model >> targetElsewhere model >> knownExponents problem
        wanted |> List.map (mapTerms ready) |> Lowering.program (Knowledge.ofConstants problem) model.Blocks

    /// Means under pi as the weighted points of a node table.
    let internal nodeMeans problem (formulas: Map<string, Scalar>) (weights: float[]) (inputs: float[][]) =
        let mean _ length (integrand: Point<float> -> float[]) =
            let total: float[] = Array.zeroCreate length

            for weight, x in Array.zip weights inputs do
                integrand (Point.Input x) |> Array.iteri (fun k value -> total[k] <- total[k] + weight * value)

            total

        let world = { world problem Map.empty with Mean = mean }
        let value formula = [| Evaluate.scalar Doubles.ofTable world formula |]
        formulas |> Map.map (fun _ formula -> value formula) |> Dictionary :> IReadOnlyDictionary<string, float[]>

    /// f at the nodes, where it is a formula.
    let internal target problem (model: Model) =
        let output formula : Lowering.Wanted = { Name = "f"; Over = Axes.Node; Quantity = Lowering.Value(ScalarTerm formula) }

        match model.Target with
        | None -> Ok None
        | Some formula -> lower problem { model with Blocks = [] } [ output formula ] |> Result.map Some

    /// The drift and its mean square: a step without its reports.
    let private bare (wanted: Wanted) =
        wanted.Step |> List.filter (fun output -> output.Over = Axes.Particle || output.Name = "driftSquare")

    let internal programsOf (problem: Problem) (wanted: Wanted) =
        result {
            let unlessEmpty list = if List.isEmpty list then Ok None else lower problem wanted.Model list |> Result.map Some
            let! step = lower problem wanted.Model wanted.Step
            let! metrics = unlessEmpty (if wanted.Metrics.IsEmpty then [] else wanted.Step @ wanted.Metrics)
            let! plugIn = unlessEmpty wanted.PlugIn
            let! fit = unlessEmpty wanted.Fit
            let! target = target problem wanted.Model
            let! batch = unlessEmpty (if problem.Run.Batch.IsFull then [] else bare wanted)
            let all = step :: List.choose id [ metrics; plugIn; fit; batch ]
            let formulas = all |> List.collect (fun lowered -> Map.toList lowered.NodeMeans) |> Map.ofList

            return
                { Step = step.Program
                  Metrics = metrics |> Option.map _.Program
                  PlugIn = plugIn |> Option.map _.Program
                  Fit = fit |> Option.map _.Program
                  Target = target |> Option.map _.Program
                  Batch = batch |> Option.map _.Program
                  NodeMeans = Func<_, _, _>(nodeMeans problem formulas)
                  Diffusion = valueOf problem wanted.Diffusion
                  Restoring = valueOf problem wanted.Restoring }
        }

    let private dynamics choose problem : Result<SimulationPrograms, Fault> =
        result {
            let! model, functional = split problem
            let! wanted = choose problem model functional
            return! programsOf problem wanted
        }

    /// The programs of the greedy dynamics. Faults: as `derive`, no term c*KL(mu, gamma), or a node that no program expresses.
    let internal greedy (problem: Problem) = dynamics wantedGreedy problem

    /// The programs of the Langevin dynamics, the prior's drift included; without an entropy, of the gradient flow. Faults: as `derive`,
    /// another entropy than c*KL(mu, gamma), or a node that no program expresses.
    let internal langevin (problem: Problem) = dynamics wantedFlow problem

    /// The programs of the problem's dynamics, or of the flow where the objective has no entropy.
    let programs (problem: Problem) : Result<SimulationPrograms, Fault> = wanted problem |> Result.bind (programsOf problem)
