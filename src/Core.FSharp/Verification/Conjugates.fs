namespace MeanField.Core

open System

/// conjugate and conjugate.labels against numerical suprema of s yhat - loss.
[<RequireQualifiedAccess>]
module internal Conjugates =
    let private unit = Math.Pow(2.0, -53.0)

    /// The name of the slope: s, or the next such name that the loss does not use.
    let private slopeIn loss =
        Seq.append [ "s" ] (Seq.initInfinite (fun index -> $"s{index + 2}"))
        |> Seq.find (fun name -> not (Occurrence.exists ((=) (Expr.symbol name)) loss))

    /// The largest value of a concave function between two points, by ternary search.
    let largest (value: float -> float) low high =
        let rec narrow low high left =
            if left = 0 then
                Math.Max(value low, value high)
            else
                let third = (high - low) / 3.0

                if value (low + third) < value (high - third) then
                    narrow (low + third) high (left - 1)
                else
                    narrow low (high - third) (left - 1)

        narrow low high 100

    let private evaluate (subject: Subject) (sample: Sample) symbols formula =
        let symbols = List.fold (fun known (name, value) -> Map.add name value known) sample.Symbols symbols
        (Jets.stated subject { sample with Symbols = symbols } (ScalarTerm formula))[0]

    /// d loss/d yhat, by jets.
    let private slopeAt (subject: Subject) (sample: Sample) y yhat loss =
        let world = Sample.world Jets.jets subject sample
        let moving = Jet.moving Rounded.arithmetic (Rounded.exact yhat) 1 0
        let symbols = world.Symbols |> Map.add "y" (Jet.constant (Rounded.exact y)) |> Map.add "yhat" moving
        (Evaluate.scalar Jets.jets.Arithmetic { world with Symbols = symbols } loss |> Jet.slopes Rounded.arithmetic).Left.Value

    /// A slope between those at two points: the supremum is attained between them, since the slope of a convex loss increases.
    let private measured (subject: Subject) loss value isLabel (random: Random) =
        let sample = Jets.draw subject random
        let between low high = low + (high - low) * random.NextDouble()
        let y = if isLabel then float (2 * random.Next 2 - 1) else between 0.1 0.9
        let low, high = between -2.0 0.0, between 0.1 2.0
        let slope = 0.5 * (slopeAt subject sample y low loss + slopeAt subject sample y high loss)
        let gain yhat = slope * yhat - (evaluate subject sample [ "y", y; "yhat", yhat ] loss).Value
        let found = largest gain low high
        // Two terms are subtracted, and the place of the supremum is known to a few units.
        let rounding = 32.0 * unit * (abs found + 4.0 * abs slope + abs (gain low) + abs (gain high) + 1.0)

        [ { Stated = evaluate subject sample [ "y", y; slopeIn loss, slope ] value
            Found = { Value = found; Error = rounding } } ]

    let private judged subject loss name isLabel =
        Subject.tryScalar name subject
        |> Option.map (fun value ->
            Measurement.check name "supremum" "the supremum of s*yhat - loss by ternary search" 4 (measured subject loss value isLabel))
        |> Option.toList

    let checks (subject: Subject) : Check list =
        let labels = (Subject.tryValue "conjugate.labels" subject).IsSome

        match DualForm.ofPotential subject.Functional.Potential with
        | Ok { Loss = Some loss } -> judged subject loss "conjugate" labels @ judged subject loss "conjugate.labels" true
        | Ok { Loss = None }
        | Error _ -> []
