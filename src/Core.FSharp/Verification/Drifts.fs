namespace MeanField.Core

/// The drifts and the noise of the dynamics, and the tangent kernel, against jets of psi and sigma.
[<RequireQualifiedAccess>]
module internal Drifts =
    /// The coefficient c of KL(mu, gamma) where that is the only entropy; 0 without entropy.
    let private entropy (subject: Subject) =
        match subject.Functional.Entropies with
        | [] -> Some Expr.zero
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ] -> Some coefficient
        | _ -> None

    /// -grad psi/c in a block.
    let private descent subject sample psi coefficient block =
        let factor = Jets.quotient (Rounded.exact -1.0) (Jets.number subject sample coefficient)
        Jets.gradient subject sample psi block |> Array.map (Jets.times factor)

    let private each (subject: Subject) name judge =
        subject.Model.Blocks
        |> List.choose (fun (block, _) ->
            let full = $"{name}.{block}"
            Subject.tryValue full subject |> Option.map (fun value -> judge full block value))

    let private greedy subject psi coefficient =
        each subject "drift_greedy" (fun name block value ->
            Measurement.check name "jets" "-grad psi/c by jets, c the coefficient of KL" 2 (fun random ->
                let sample = Jets.draw subject random
                Measurement.ofArrays (Jets.stated subject sample value) (descent subject sample psi coefficient block)))

    /// pi concentrated at the free input x: the greedy drift of T there is that of T_x.
    let private concentrated (sample: Sample) =
        match sample.Free["x"] with
        | Point.Input x -> { sample with Inputs = [ 1.0, x ] }
        | Point.Neuron _ -> sample

    let private sampled subject psi coefficient =
        each subject "drift_sgd" (fun name block value ->
            Measurement.check name "jets" "-grad psi/c by jets, with pi concentrated at x" 2 (fun random ->
                let sample = Jets.draw subject random
                let found = descent subject (concentrated sample) psi coefficient block
                Measurement.ofArrays (Jets.stated subject sample value) found))

    let private averaged subject psi coefficient =
        each subject "drift_sgd" (fun name block value ->
            Measurement.check name "average" "its mean over pi: -grad psi/c by jets" 2 (fun random ->
                let sample = Jets.draw subject random

                let at (weight, x) =
                    let placed = { sample with Free = sample.Free |> Map.add "x" (Point.Input x) }
                    Jets.stated subject placed value |> Array.map (Jets.times (Rounded.exact weight))

                let mean = sample.Inputs |> List.map at |> List.reduce (Array.map2 Jets.plus)
                Measurement.ofArrays mean (descent subject sample psi coefficient block)))

    /// (s^2/2) grad log of the Gibbs density exp(-psi/c) gamma, by jets: the drift that makes its probability flux vanish. With c = 0: -grad psi.
    let private fluxless (subject: Subject) sample psi coefficient noise block =
        let slope = Jets.gradient subject sample psi block

        if coefficient = Expr.zero then
            Array.map Jets.negative slope
        else
            let number = Jets.number subject sample
            let strength = Jets.times (Rounded.exact 0.5) (Jets.times (number noise) (number noise))
            let own = Jets.blockOf block sample.Free["w"] |> Array.map Rounded.exact
            let byTemperature value = Jets.quotient value (number coefficient)
            let confined value = Jets.quotient value (Rounded.exact sample.Symbols["tau"])
            let logSlope = Array.map2 (fun pull own -> Jets.plus (byTemperature pull) (confined own)) slope own
            logSlope |> Array.map (Jets.times strength >> Jets.negative)

    let private flux (subject: Subject) psi coefficient noise =
        each subject "drift_langevin" (fun name block value ->
            Measurement.check name "flux" "(s^2/2) grad log mu* by jets, s the noise: no probability flux at mu*" 2 (fun random ->
                let sample = Jets.draw subject random
                Measurement.ofArrays (Jets.stated subject sample value) (fluxless subject sample psi coefficient noise block)))

    /// s^2/2 is the coefficient of KL, which the drift alone cannot show.
    let private noise (subject: Subject) coefficient noise =
        Measurement.check "diffusion_langevin" "flux" "s^2 = 2 c, c the coefficient of KL" 2 (fun random ->
            let sample = Jets.draw subject random
            let value = Jets.number subject sample noise

            [ { Stated = Jets.times value value
                Found = Jets.times (Rounded.exact 2.0) (Jets.number subject sample coefficient) } ])

    let private langevin subject psi coefficient =
        match Subject.tryScalar "diffusion_langevin" subject with
        | Some value -> noise subject coefficient value :: flux subject psi coefficient value
        | None -> []

    /// SUM over the atoms v of gamma of weight grad sigma(x, v) . grad sigma(x2, v), by jets.
    let private tangentAt (subject: Subject) (sample: Sample) second sigma =
        let slope input neuron =
            let free = sample.Free |> Map.add "w" neuron |> Map.add "x" sample.Free[input]
            let placed = { sample with Free = free }
            subject.Model.Blocks |> List.map (fst >> Jets.gradient subject placed sigma) |> Array.concat

        Sample.points sample Prior
        |> List.map (fun (weight, neuron) ->
            Array.map2 Jets.times (slope "x" neuron) (slope second neuron) |> Jets.total |> Jets.times (Rounded.exact weight))
        |> Jets.total

    let private tangent (subject: Subject) =
        match subject.Model.Neuron, Subject.tryValue "tangent_kernel" subject with
        | Some sigma, Some value ->
            let second = Model.secondInput subject.Model

            [ Measurement.check "tangent_kernel" "jets" "jets of sigma at the atoms of gamma" 2 (fun random ->
                  let drawn = Jets.draw subject random
                  let sample = { drawn with Free = drawn.Free |> Map.add second drawn.Free["x2"] }
                  Measurement.ofArrays (Jets.stated subject sample value) [| tangentAt subject sample second sigma |]) ]
        | _ -> []

    let checks (subject: Subject) : Check list =
        match Subject.tryScalar "psi" subject, entropy subject with
        | Some psi, Some coefficient ->
            greedy subject psi coefficient
            @ sampled subject psi coefficient
            @ averaged subject psi coefficient
            @ langevin subject psi coefficient
            @ tangent subject
        | _ -> tangent subject
