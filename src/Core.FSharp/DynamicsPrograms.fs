namespace MeanField.Core

open System

/// The programs by which the engine simulates a problem's own dynamics.
[<RequireQualifiedAccess>]
module DynamicsPrograms =
    let private refuse key found expected remedy = Error(Fault.invalid { Location.Nowhere with Key = key } found expected "" remedy)

    /// A control has a price, and fresh samples have the drift as their average only where T is an average over them.
    let private checkDynamics (problem: Problem) (functional: Functional) =
        let word = Vocabulary.word Vocabulary.dynamics problem.Run.Dynamics

        if not (Theory.isFlow problem) && functional.Entropies.IsEmpty then
            refuse
                "energy.objective"
                $"an objective without a KL term for the dynamics '{word}'"
                "a term c*KL(mu, gamma): its factor is the price of the control"
                "add + KL(mu, gamma)/beta, or take run.dynamics = \"langevin\": without entropy it is the noiseless flow"
        elif not problem.Run.Batch.IsFull && problem.Input.IsNone then
            refuse
                "run.batch"
                "fresh samples of a problem without [input]"
                "an input law to draw them from"
                "add [input], or set run.batch = \"full\""
        elif not problem.Run.Batch.IsFull && (Dynamics.sample functional.Potential).IsNone then
            refuse
                "energy.objective"
                "fresh samples for an objective in which pi stands elsewhere than as an outer E[x~pi]"
                "an objective that is an average over inputs: the drift of a sample is a biased one otherwise"
                "set run.batch = \"full\""
        else
            Ok()

    /// The programs of the problem's own dynamics. Faults: as those of `greedy` and `langevin`; an objective that the dynamics cannot have.
    let simulation (problem: Problem) : Result<SimulationPrograms, Fault> =
        result {
            let! model, functional = Theory.split problem
            do! checkDynamics problem functional
            let! wanted = Theory.wantedOwn problem model functional
            return! Theory.programsOf problem wanted
        }

    let private tilt (wanted: Theory.Wanted) (inverse: Scalar) : Lowering.Wanted =
        { Name = "tilt"
          Over = Axes.Particle
          Quantity = Lowering.Value(ScalarTerm(Expr.negate (Expr.multiply inverse wanted.Psi))) }

    /// Drift and tilt of the problem's dynamics at any particle under a law held fixed. Faults: as `simulation`; an objective without
    /// entropy, without a first variation that varies with w, or with pairs of neurons.
    let frozen (problem: Problem) : Result<FrozenPrograms, Fault> =
        result {
            let! model, functional = Theory.split problem
            let! wanted = (if Theory.isFlow problem then Theory.wantedFlow else Theory.wantedGreedy) problem model functional
            let none found = refuse "energy.objective" found "an objective whose law can be held fixed" ""

            match wanted.InverseTemperature with
            | Some inverse when Occurrence.mentions "w" wanted.Psi ->
                let! lowered =
                    Theory.lower problem model (tilt wanted inverse :: List.filter (fun output -> output.Over = Axes.Particle) wanted.Step)

                match Frozen.split lowered.Program with
                | Some(moments, frozen) ->
                    return
                        { Moments = moments
                          Frozen = frozen
                          NodeMeans = Func<_, _, _>(Theory.nodeMeans problem lowered.NodeMeans) }
                | None -> return! none "an objective of pairs of neurons"
            | Some _ -> return! none "a potential that is the same for every neuron"
            | None -> return! none "an objective without entropy"
        }
