namespace MeanField.Core

open System

/// Functionals of laws on the atoms of a minimiser, from the texts of T and psi alone, and the words that stand for them in statements.
[<RequireQualifiedAccess>]
module internal Laws =
    let weights (minimiser: FiniteMinimiser) law = minimiser.Sample.Weights[law]
    let star minimiser = weights minimiser Optimal
    /// The random law that mu* is compared with.
    let other minimiser = weights minimiser Mu
    let integral (psi: float list) (law: float list) = List.map2 (*) psi law |> List.sum
    let relative (p: float list) (q: float list) = List.map2 (fun p q -> p * Math.Log(p / q)) p q |> List.sum

    /// F(law)
    let free minimiser law = minimiser.Potential law + minimiser.Coefficient * relative law (weights minimiser Prior)

    /// T(p) - T(q) - INT psi(w; q) (p - q)(dw)
    let bregman minimiser p q =
        let psi = minimiser.Psi q
        minimiser.Potential p - minimiser.Potential q - integral psi p + integral psi q

    /// exp(log density) gamma with mass 1.
    let private density minimiser (logs: float list) =
        List.map2 (fun log (weight: float) -> log + Math.Log weight) logs (weights minimiser Prior)
        |> Array.ofList
        |> FiniteMinimiser.weights

    /// G(law)
    let proximal minimiser law = minimiser.Psi law |> List.map (fun value -> -value / minimiser.Coefficient) |> density minimiser

    let private laws = Map [ "mu", Mu; "mu_star", Optimal; "gamma", Prior ]

    let private lawOf minimiser (notation: Notation) =
        match notation.Form with
        | Name name -> Map.tryFind name laws |> Option.map (weights minimiser)
        | _ -> None

    /// F(.), bregman(., .), KL(., G(.)) and other words.
    let reader subject minimiser words =
        let law = lawOf minimiser
        let number value = Option.map (fun value -> [| value |]) value

        let ofPair value (arguments: Notation list) =
            match arguments with
            | [ left; right ] -> Option.map2 value (law left) (law right) |> number
            | _ -> None

        let divergence (arguments: Notation list) =
            match arguments with
            | [ left; { Form = Call("G", [ right ]) } ] -> ofPair (fun p q -> relative p (proximal minimiser q)) [ left; right ]
            | _ -> None

        Words.reader
            subject
            ([ "F", (fun _ arguments -> List.tryExactlyOne arguments |> Option.bind law |> Option.map (free minimiser) |> number)
               "bregman", (fun _ arguments -> ofPair (bregman minimiser) arguments)
               "KL", (fun _ arguments -> divergence arguments) ]
             @ words)

    /// The law with a printed log density, which counts constants and the prior's density.
    let ofLogDensity (subject: Subject) minimiser reader (world: World<float>) (step: Deduction) =
        let world = { world with Symbols = Map.add "constant" 0.0 world.Symbols }

        let at point =
            let norm = Words.numbers subject.Model point |> Array.sumBy (fun part -> part * part)
            Words.number reader (World.place "w" point world) step.Right + norm / (2.0 * world.Symbols["tau"])

        minimiser.Sample.Support |> List.map (Point.Neuron >> at) |> density minimiser

    /// How far weights are apart.
    let apart (p: float list) (q: float list) = List.map2 (fun p q -> Trials.distance p q) p q |> List.max

    // ---- Judging ----

    let kind = "minimiser"
    let samples, draws = 2, 12

    /// Hundreds of roundings of terms of one size.
    let rounding = 1e-12

    let judge name detail (found: FiniteMinimiser list) trial =
        found
        |> Seq.map trial
        |> Trials.worst
            samples
            name
            kind
            $"{detail}; tolerance: rounding, 1e-12 of the largest intermediate value"
            $"on none of {draws} priors of a few atoms a critical point was found where all values are finite"
