namespace MeanField.Core

open System

/// Gaussian blocks integrated out, against quadrature of dual_log_density in the block.
[<RequireQualifiedAccess>]
module internal Marginals =
    let private withBlock name values (point: Point<float>) =
        match point with
        | Point.Neuron blocks -> Point.Neuron(Map.add name values blocks)
        | Point.Input _ -> point

    let private squared (model: Model) point = Words.numbers model point |> Array.sumBy (fun value -> value * value)

    /// log(dmu_alpha/dgamma) at a neuron, up to a constant.
    let private exponent (subject: Subject) (world: World<float>) density point =
        Evaluate.scalar Doubles.ofTable (World.place "w" point world) density
        + squared subject.Model point / (2.0 * world.Symbols["tau"])

    /// The points of gamma in a block of one or two components, with weights.
    let private nodes length deviation rule : (float * float[]) list =
        let line = Trapezoid.nodes rule |> List.map (fun (weight, z) -> weight, deviation * z)

        if length = 1 then
            line |> List.map (fun (weight, z) -> weight, [| z |])
        else
            List.allPairs line line |> List.map (fun ((p, y), (q, z)) -> p * q, [| y; z |])

    /// E over gamma in the block of exp(exponent) times each function of the block.
    let private integrals subject (world: World<float>) density (block, length) point (factors: (float[] -> float) list) rule =
        let weighted =
            nodes length (Math.Sqrt world.Symbols["tau"]) rule
            |> List.map (fun (weight, values) -> weight * Math.Exp(exponent subject world density (withBlock block values point)), values)

        factors |> List.map (fun factor -> weighted |> List.sumBy (fun (weight, values) -> weight * factor values))

    /// One number of the marginal's statements: what is integrated, and what is made of the integrals.
    let private check (subject: Subject) density block name means (factors: World<float> -> (float[] -> float) list) finish =
        let stated (sample: Sample) value = Jets.stated subject sample value

        match Subject.tryValue name subject with
        | None -> []
        | Some value ->
            [ Measurement.check name "quadrature" means 2 (fun random ->
                  let sample = Jets.draw subject random
                  let world = Mixtures.world subject sample
                  let stated = stated sample value

                  let found rule = integrals subject world density block sample.Free["w"] (factors world) rule |> finish
                  let count = stated.Length

                  [ for k in 0 .. count - 1 -> { Stated = stated[k]; Found = Trapezoid.refined (fun rule -> (found rule: float[])[k]) } ]) ]

    let private component' k (values: float[]) = values[k]

    /// E, mean and covariance under mu_alpha given the other blocks.
    let private judged subject density (block, length) =
        let name part = $"marginal.{block}{part}"
        let check part means factors finish = check subject density (block, length) (name part) means factors finish
        let one (_: float[]) = 1.0
        let components = List.init length component'

        let products =
            [ for k in 0 .. length - 1 do
                  for l in 0 .. length - 1 -> fun (values: float[]) -> values[k] * values[l] ]

        let quotient (integrals: float list) = integrals.Tail |> List.map (fun value -> value / integrals.Head) |> Array.ofList

        let covariance integrals =
            let moments = quotient integrals
            let means, second = Array.splitAt length moments
            second |> Array.mapi (fun index value -> value - means[index / length] * means[index % length])

        check "" "E over gamma in the block of exp of dual_log_density, by the trapezoid rule" (fun _ -> [ one ]) Array.ofList
        @ check ".mean" "the mean of the block under mu_alpha, by the trapezoid rule" (fun _ -> one :: components) quotient
        @ check
            ".variance"
            "the covariance of the block under mu_alpha, by the trapezoid rule"
            (fun _ -> one :: components @ products)
            covariance

    /// c log E over gamma of exp, the block by quadrature and the others at the atoms of a finite law.
    let private whole (subject: Subject) density (block, length) =
        match Subject.tryScalar "marginal" subject, subject.Functional.Entropies with
        | Some value, [ { Coefficient = coefficient } ] ->
            [ Measurement.check "marginal" "quadrature" "the same with the block by the trapezoid rule" 2 (fun random ->
                  let sample = Jets.draw subject random
                  let world = Mixtures.world subject sample
                  let c = Evaluate.scalar Doubles.ofTable world coefficient

                  let logarithm rule =
                      Sample.points sample Prior
                      |> List.sumBy (fun (weight, atom) ->
                          weight * (integrals subject world density (block, length) atom [ fun _ -> 1.0 ] rule).Head)
                      |> Math.Log

                  [ { Stated = (Jets.stated subject sample (ScalarTerm value))[0]
                      Found = Trapezoid.refined (fun rule -> c * logarithm rule) } ]) ]
        | _ -> []

    let private isStated (subject: Subject) (block, _) = (Subject.tryValue $"marginal.{block}" subject).IsSome

    let checks (subject: Subject) : Check list =
        match Subject.tryScalar "dual_log_density" subject, subject.Model.Blocks |> List.filter (isStated subject) with
        | Some density, (first :: _ as blocks) ->
            let small, large = blocks |> List.partition (fun (_, length) -> length <= 2)

            List.collect (judged subject density) small
            @ (if snd first <= 2 then whole subject density first else [])
            @ [ for block, length in large ->
                    Check.skipped $"marginal.{block}" "quadrature" $"the block has {length} components: no quadrature" ]
        | _ -> []
