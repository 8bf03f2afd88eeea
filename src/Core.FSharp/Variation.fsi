namespace MeanField.Core

/// First variations by the rules of theory section 2: T(mu + e (nu - mu)) differentiated at e = 0 is
/// INT d1T(w; mu) (nu - mu)(dw); d1T is defined up to an additive constant.
[<RequireQualifiedAccess>]
module internal Variation =
    /// d1T at the free neuron w, with the steps `name.1`, `name.2`, ... of its derivation, innermost first; sigma stays named.
    val first: name: string -> potential: Scalar -> Scalar * Deduction list

    /// d2T at the free neurons w and v from d1T at w: the first variation at v of d1T(w; .) (theory section 2),
    /// defined up to g(w) + h(v).
    val second: name: string -> firstVariation: Scalar -> Scalar * Deduction list

    /// The first variation of the entropy terms, with their coefficients, and its steps `entropy.1`, ...
    val ofEntropies: entropies: Entropy list -> Scalar * Deduction list
