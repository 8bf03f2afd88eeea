namespace MeanField.Core

open System.Collections.Generic
open Fractions

/// Proofs that a formula is zero: its normal form as a quotient of polynomials in exponentials and atoms.
[<RequireQualifiedAccess>]
module internal Proof =
    /// Some seconds of work at most.
    let private limit = 150_000

    /// Vectors up to this length are compared by their components, too.
    let private longest = 6

    /// What one proof knows: whether its sides are continuous (then equality almost everywhere is equality), and the arguments' normal
    /// forms.
    type private Course =
        { Effort: Effort
          Continuous: bool
          ByComponents: bool
          Steps: Fraction
          Known: Dictionary<Scalar, Scalar> }

    let private isNatural (exponent: Fraction) = exponent.Denominator.IsOne && exponent > Fraction.Zero

    let private componentwise left right =
        List.init (Vector.lengthOf left) (fun index ->
            let at atom = Vector.``component`` (Vector.ofAtom atom) (index + 1)
            Expr.multiply (at left) (at right))
        |> Expr.sum

    /// Functions, roots and branches by simpler ones, from the inside out; means stay.
    let rec private rewritten course (scalar: Scalar) : Scalar = Binding.replace (rewriting course) scalar

    and private rewriting course (node: Scalar) : Scalar option =
        let normal = normal course
        let short atom = course.ByComponents && Vector.lengthOf atom <= longest

        match node.Shape with
        | Apply(name, argument) -> Some(Exponentials.rewritten course.Continuous course.Effort course.Steps name (normal argument))
        | Extremum(largest, left, right) -> Some(Exponentials.extremum course.Continuous course.Effort largest (normal left) (normal right))
        | Conditional(test, left, right, yes, no) ->
            Some(Exponentials.conditional course.Effort test (normal left) (normal right) (rewritten course yes) (rewritten course no))
        | Power(radix, exponent) -> Some(Exponentials.power course.Effort (normal radix) (normal exponent))
        | Product items when items |> List.forall (snd >> isNatural) -> None
        | Product items -> Some(items |> List.map (raised course) |> Expr.multiplyAll)
        | Component(MeanVector(law, weight, inner), index) -> Some(rewritten course (OpenedMeans.componentOf law weight inner index))
        | Dot(left, right) when short left -> Some(rewritten course (componentwise left right))
        | Total atom when short atom -> Some(rewritten course (componentwise atom (Ones(Vector.lengthOf atom))))
        | _ -> None

    and private raised course (radix, exponent: Fraction) =
        if isNatural exponent then Expr.powerOf (rewritten course radix) exponent
        elif exponent.Denominator.IsOne then Expr.powerOf (normal course radix) exponent
        else Exponentials.power course.Effort (normal course radix) (Expr.rational exponent)

    /// The normal form of a part on which a function acts: equal parts should become one.
    and private normal course (scalar: Scalar) : Scalar =
        match course.Known.TryGetValue scalar with
        | true, known -> known
        | _ ->
            course.Effort.Spend 1
            let integrand, used = OpenedMeans.integrand Map.empty (rewritten course scalar)
            let quotient = Quotient.ofScalar course.Effort integrand
            let quotient = { quotient with Above = Polynomials.simplified course.Continuous course.Effort quotient.Above }
            let value = Quotient.toScalar quotient |> OpenedMeans.closed used
            course.Known[scalar] <- value
            value

    let private isZero course scalar =
        let integrand, used = OpenedMeans.integrand Map.empty (rewritten course scalar)
        let isZero value = Quotient.ofScalar course.Effort value |> Quotient.isZero course.Continuous course.Effort
        isZero integrand || (used |> Map.exists (fun _ count -> count > 1) && isZero (OpenedMeans.symmetrised used integrand))

    // ---- Attempts ----

    let private isStep node =
        match node.Shape with
        | Apply(("sign" | "heaviside"), _)
        | Conditional _ -> true
        | _ -> false

    let private hasVectors node =
        match node.Shape with
        | Dot _
        | Total _ -> true
        | _ -> false

    /// The common denominator of the multiples of angles.
    let private steps scalar =
        let denominators (node: Scalar) =
            match node.Shape with
            | Apply(("sin" | "cos" | "tan"), argument) ->
                Expr.asSum argument |> List.filter (snd >> (<>) Expr.pi) |> List.map (fun (coefficient, _) -> coefficient.Denominator)
            | _ -> []

        let multiple (a: System.Numerics.BigInteger) (b: System.Numerics.BigInteger) =
            a / System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b

        Occurrence.nodes scalar |> List.collect denominators |> List.fold multiple System.Numerics.BigInteger.One |> Fraction

    /// Polynomials in functions as they stand: the chain rule needs no more, and it is quick.
    let private isZeroAsWritten scalar =
        try
            let effort = Effort limit
            Quotient.ofScalar effort (OpenedMeans.integrand Map.empty scalar |> fst) |> Quotient.isZero false effort
        with Exhausted ->
            false

    let private course byComponents scalar =
        { Effort = Effort limit
          Continuous = not (Occurrence.exists isStep scalar)
          ByComponents = byComponents
          Steps = steps scalar
          Known = Dictionary() }

    /// The normal form of a scalar: another formula with the same value wherever both have one. None where it costs too much.
    let normalForm scalar =
        try
            Some(normal (course false scalar) scalar)
        with Exhausted ->
            None

    let private attempt byComponents scalar =
        try
            isZero (course byComponents scalar) scalar
        with Exhausted ->
            false

    /// Whether a scalar is zero wherever it has a value, by its normal form. Sound: `false` says nothing. Bounded in time.
    let isZeroScalar scalar =
        scalar = Expr.zero
        || isZeroAsWritten scalar
        || attempt false scalar
        || (Occurrence.exists hasVectors scalar && attempt true scalar)

    let private components term =
        match term with
        | ScalarTerm scalar -> [ scalar ]
        | VectorTerm vector -> List.init vector.Length (fun index -> Vector.``component`` vector (index + 1))

    /// f by its formula, where it has one.
    let expandTarget (model: Model) term =
        match model.Target with
        | None -> term
        | Some target ->
            let node (node: Scalar) =
                match node.Shape with
                | Opaque("f", at) -> Some(Binding.substituteInput "x" at target)
                | _ -> None

            Binding.replaceTerm node term

    /// Whether the difference is zero in normal form: for every law, target and positive beta and tau; failing that, for the target's
    /// formula. Sound: `false` says nothing. Bounded in time.
    let vanishes (model: Model) (difference: Term) : bool =
        let expanded = Model.expand model difference

        [ difference; expanded; expandTarget model expanded ]
        |> List.distinct
        |> List.exists (components >> List.forall isZeroScalar)
