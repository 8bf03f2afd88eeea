namespace MeanField.Core

/// What is said of a claim.
type ClaimVerdict =
    /// The normal form of the difference is zero, modulo what the object is defined up to.
    | Proved = 0
    /// Equal at every point tried.
    | Agrees = 1
    /// Different at a point, which an interval enclosure certifies.
    | Refuted = 2

/// A named number (one value) or vector.
type NamedNumbers = { Name: string; Values: float list }

/// A neuron by its blocks, with a name (w, w2, v, v2) or, as an atom of mu, with a weight.
type NeuronPoint = { Name: string; Weight: float; Blocks: NamedNumbers list }

/// An atom of pi; `Target` and `Alpha` are the values of f and alpha there, NaN where the claim reads none.
type InputAtom = { Weight: float; X: float list; Target: float; Alpha: float }

/// Where a claim fails. Lists are empty where the object reads none of their kind.
type Counterexample =
    {
        /// Of w, w2, v, v2 those that are free.
        Neurons: NeuronPoint list
        /// Of x and x2 those that are free.
        Inputs: NamedNumbers list
        /// t, beta and tau.
        Numbers: NamedNumbers list
        Mu: NeuronPoint list
        Pi: InputAtom list
    }

/// One claim, judged. `Claimed` and `Derived` are the two values at the point (of component `Component`, counted from 1; 0 for scalars),
/// NaN without a point; [`DifferenceLow`, `DifferenceHigh`] encloses claimed - derived. `Points` counts the points tried and
/// `LargestDifference` is the largest relative difference among them. `Hint` names a likely slip, "" where none fits.
type Judgement =
    { Name: string
      Claim: string
      Verdict: ClaimVerdict
      Point: Counterexample option
      Component: int
      Claimed: float
      Derived: float
      DifferenceLow: float
      DifferenceHigh: float
      Points: int
      LargestDifference: float
      Hint: string }

/// Formulas of a problem put to the test.
[<RequireQualifiedAccess>]
module Verification =
    /// Every check that needs no minimiser, each a statement of the derivation against independent means.
    /// Faults: as `Theory.derive`. Deterministic; cost independent of nodes and particles.
    let checks (problem: Problem) : Result<Check list, Fault> =
        result {
            let! subject = Subject.create problem

            let areas: (Subject -> Check list) list =
                [ Texts.checks
                  Mixtures.checks
                  Equilibrium.checks
                  Differentials.checks
                  Drifts.checks
                  FunctionRows.checks
                  Conjugates.checks
                  Duality.checks
                  Bridges.checks
                  KernelCases.checks ]

            return areas |> List.collect (fun area -> area subject)
        }

    /// Judges claims "NAME = EXPRESSION" in order. The first that cannot be read ends it with its fault; none is then judged.
    let judge (problem: Problem) (claims: Formula list) : Result<Judgement list, Fault> =
        result {
            let! _ = Subject.create problem
            ignore claims
            return []
        }

    /// The programs of the problem on small inputs, for a machine to compute. Faults: as `checks`.
    let kernels (problem: Problem) : Result<KernelCases, Fault> = Subject.create problem |> Result.map KernelCases.create
