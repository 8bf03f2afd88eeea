namespace MeanField.Core

/// First variations by the rules of theory section 2: T(mu + e (nu - mu)) differentiated at e = 0 is
/// INT d1T(w; mu) (nu - mu)(dw); d1T is defined up to an additive constant.
[<RequireQualifiedAccess>]
module internal Variation =
    /// d1T at the free neuron w, with the steps `name.1`, `name.2`, ... of its derivation, innermost first; sigma stays named.
    val first: name: string -> potential: Scalar -> Scalar * Step list

    /// The first variation of the entropy terms, with their coefficients, and its steps `entropy.1`, ...
    val ofEntropies: entropies: Entropy list -> Scalar * Step list
