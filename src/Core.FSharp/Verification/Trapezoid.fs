namespace MeanField.Core

open System

/// The trapezoid rule for the normal law, which converges geometrically for analytic integrands.
[<RequireQualifiedAccess>]
module internal Trapezoid =
    /// So many steps on each side of 0, so many standard deviations to each side.
    type Rule = { Steps: int; Reach: float }

    /// Points of the standard normal law with weights of sum 1.
    let nodes rule : (float * float) list =
        let places = List.init (2 * rule.Steps + 1) (fun index -> rule.Reach * float (index - rule.Steps) / float rule.Steps)
        let weights = places |> List.map (fun z -> Math.Exp(-0.5 * z * z))
        let total = List.sum weights
        List.map2 (fun z weight -> weight / total, z) places weights

    /// A rule and a finer one that reaches further. The steps of the two have no common multiple of use, so that what oscillates faster
    /// than both does not look alike.
    type Pair = { Coarse: Rule; Fine: Rule }

    let usual = { Coarse = { Steps = 31; Reach = 9.0 }; Fine = { Steps = 59; Reach = 11.0 } }

    /// Resolves what oscillates within a standard deviation.
    let dense = { Coarse = { Steps = 211; Reach = 9.0 }; Fine = { Steps = 397; Reach = 11.0 } }

    /// A number by both rules of a pair: their difference bounds the error of the finer, also where the integrand grows so fast that
    /// its mass lies beyond the reach. A pair that has not converged to four digits judges nothing: NaN.
    let refinedBy pair (rule: Rule -> float) : Rounded =
        let coarse, fine = rule pair.Coarse, rule pair.Fine
        let change = abs (fine - coarse)
        let isConverged = change <= 1e-4 * (abs fine + 1.0)
        { Value = (if isConverged then fine else nan); Error = change + 1e-12 * (abs fine + 1.0) }

    let refined rule = refinedBy usual rule
