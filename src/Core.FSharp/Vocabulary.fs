namespace MeanField.Core

/// The words of a problem file: tables, their keys, and the values that are plain choices. The first choice is the default.
[<RequireQualifiedAccess>]
module internal Vocabulary =
    /// Keys of a law with the rules it allows, the default first.
    type LawWords = { Keys: string list; Rules: InputRule list }

    let laws =
        let sampled = [ InputRule.Sobol; InputRule.Random ]
        let nodeKeys = [ "nodes"; "seed" ]

        [ "uniform", { Keys = [ "low"; "high" ] @ nodeKeys; Rules = InputRule.GaussLegendre :: sampled }
          "normal", { Keys = [ "mean"; "scale" ] @ nodeKeys; Rules = InputRule.GaussHermite :: sampled }
          "sphere", { Keys = "radius" :: nodeKeys; Rules = sampled }
          "signs", { Keys = nodeKeys; Rules = sampled }
          "atoms", { Keys = [ "points"; "weights" ]; Rules = [ InputRule.Exact ] }
          "data", { Keys = [ "file"; "inputs"; "standardize" ]; Rules = [ InputRule.Exact ] } ]

    let inputKeys = [ "dimension"; "law"; "rule" ]

    /// Tables with fixed keys.
    let tables =
        [ "neuron", [ "activation"; "parameters" ]
          "input", inputKeys @ (laws |> List.collect (fun (_, words) -> words.Keys) |> List.distinct)
          "target", [ "expression"; "column"; "values"; "standardize" ]
          "energy", [ "beta"; "tau"; "loss"; "objective"; "convex" ]
          "solve", [ "method"; "tolerance"; "seed" ]
          "run",
          [ "dynamics"
            "particles"
            "steps"
            "horizon"
            "seed"
            "precision"
            "scheme"
            "start"
            "batch"
            "replicas"
            "record"
            "snapshots" ]
          "test", [ "file"; "fraction"; "seed" ]
          "bridge", [ "from"; "to"; "tolerance"; "points"; "seed" ] ]

    /// Tables whose keys are the user's names.
    let freeTables = [ "functions"; "constants" ]

    let rootKeys = "title" :: freeTables @ List.map fst tables

    let rules =
        [ "gauss-legendre", InputRule.GaussLegendre
          "gauss-hermite", InputRule.GaussHermite
          "sobol", InputRule.Sobol
          "random", InputRule.Random
          "exact", InputRule.Exact ]

    let methods =
        [ "auto", SolveMethod.Auto
          "quadrature", SolveMethod.Quadrature
          "importance", SolveMethod.Importance
          "smc", SolveMethod.SequentialMonteCarlo
          "langevin", SolveMethod.Langevin ]

    let dynamics = [ "greedy", Dynamics.Greedy; "sgd", Dynamics.Sgd; "langevin", Dynamics.Langevin; "foellmer", Dynamics.Foellmer ]

    let precisions = [ "double", Precision.Double; "single", Precision.Single; "mixed", Precision.Mixed ]

    let schemes = [ "euler", Scheme.Euler; "heun", Scheme.Heun; "exponential", Scheme.Exponential ]

    let starts = [ "zero", StartKind.Zero; "prior", StartKind.Prior ]

    /// The named losses, with their formulas.
    let losses = [ "squared", (LossKind.Squared, "(y - yhat)^2/2"); "logistic", (LossKind.Logistic, "log(1 + exp(-y*yhat))") ]

    /// The word of a choice.
    let word (choices: (string * 'choice) list) choice = choices |> List.find (fun (_, value) -> value = choice) |> fst
