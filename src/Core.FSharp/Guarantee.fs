namespace MeanField.Core

/// How far an assumption is known to hold.
type Standing =
    | Proved = 0
    | Declared = 1
    | Checked = 2
    | Fails = 3
    | NotDecided = 4

/// What a guarantee rests on, and why that is known.
type Assumption = { Text: string; Standing: Standing; Reason: string }

/// A theorem for the problem at hand (theory sections 2 to 7).
type Guarantee =
    {
        Name: string
        /// What is bounded and by what, as a formula.
        Statement: string
        Assumptions: Assumption list
        /// The number promised; NaN where there is none, and `Reason` says why.
        Bound: float
        Reason: string
        /// Whether the number bounds from below.
        IsLower: bool
        /// From here on the bound says nothing that was not known: infinity where that has no meaning.
        Trivial: float
    }

/// What is known of a problem's minimiser and of the greedy dynamics, in nats, units of energy and of the output.
type LazyFacts =
    {
        /// d.
        Dimension: int
        /// 1/c.
        InverseTemperature: float
        Convexity: ConvexityKind
        /// D(mu* || gamma), with its error: an upper bound.
        Divergence: float
        /// ||d2l(f, fhat(mu*))||, an upper bound.
        Residual: float
        /// F*.
        FreeEnergy: float
        /// T at gamma and at mu*.
        PotentialOfPrior: float
        PotentialOfMinimiser: float
        /// ||f - fhat(gamma)|| and ||f - fhat(mu*)||.
        ErrorOfPrior: float
        ErrorOfMinimiser: float
        /// Of the greedy net: its control cost, sup_t ||d2l(f, fhat(mu_t))||, D(P* || P^g) with its error.
        Cost: float
        FlowResidual: float
        Girsanov: float
        /// inf over lambda of (E + log E exp(lambda <h, sigma - fhat_g>))/lambda; NaN where no exponential moment is at hand.
        DonskerVaradhan: float
    }
