namespace MeanField.Core

open Fractions

/// A block of the neuron that enters the exponent of a Gibbs law affinely: H = <block, slope> + rest (theory section 3).
type internal Marginal =
    {
        Block: string
        Length: int
        /// beta s(w'): the derivative of H in the block, which does not depend on it.
        Slope: Term
        /// H with the block integrated out: rest + tau |slope|^2/2.
        Exponent: Scalar
        /// Given the other blocks, the block is normal with this mean and variance tau in each component.
        Mean: Term
    }

/// Gaussian blocks integrated out exactly.
[<RequireQualifiedAccess>]
module internal Marginal =
    let private tau = Expr.symbol "tau"

    let private isZero term =
        match term with
        | ScalarTerm scalar -> scalar = Expr.zero
        | VectorTerm vector -> vector.Terms.IsEmpty

    /// Whether a jump moves with the block: then derivatives in it hold only almost everywhere.
    let private jumpsWith block length term =
        let moves (node: Scalar) =
            match node.Shape with
            | Apply(_, argument) -> not (isZero (Calculus.gradient "w" block length argument))
            | Conditional(_, left, right, _, _) -> not (isZero (Calculus.gradient "w" block length (Expr.subtract left right)))
            | _ -> Occurrence.mentionsBlock block node

        match term with
        | ScalarTerm scalar -> (Kink.inScalar moves scalar).IsSome
        | VectorTerm vector -> (Kink.inScalar moves (Vector.dot vector (Vector.ofAtom (Constant("#", length))))).IsSome

    /// Affine by calculus: the second derivative in the block vanishes, and neither the exponent nor its slope jumps with it.
    let private slopeOf exponent (block, length) =
        let slope = Calculus.gradient "w" block length exponent
        let curvature = Hessian.block "w" (block, slope) (block, slope)
        let jumps = [ ScalarTerm exponent; slope ] |> List.exists (jumpsWith block length)
        if isZero slope || not (isZero curvature) || jumps then None else Some slope

    /// Products inside expectations multiplied out, so that these split: E[alpha (a g + h)] is a E[alpha g] + E[alpha h].
    let private multipliedOut exponent =
        let mean (node: Scalar) =
            match node.Shape with
            | Mean(law, body) ->
                let name = Occurrence.freshFor law body
                Some(Binding.mean law name (ClosedForm.expand (Binding.openBody name body)))
            | _ -> None

        Binding.replace mean exponent |> ClosedForm.expand

    let private product left right =
        match Term.dot left right with
        | Some scalar -> scalar
        | None -> Fault.raise (Fault.InternalBug("a block and its gradient differ in length", $"%A{left} . %A{right}"))

    /// The block at 0 in what does not depend on it, though its form may: (a - 1)^2 - a^2 + 2 a.
    let without block term =
        let node (node: Scalar) =
            match node.Shape with
            | Coordinate(Free "w", Block name) when name = block -> Some Expr.zero
            | _ -> None

        let atom atom =
            match atom with
            | Whole(Free "w", Block name, length) when name = block -> Some(Vector.zero length)
            | _ -> None

        Binding.substitute node atom term

    /// The same for a scalar.
    let withoutScalar block scalar =
        match without block (ScalarTerm scalar) with
        | ScalarTerm value -> value
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("a scalar without a block is a vector", $"%A{vector}"))

    /// The blocks of the free neuron w that can be integrated out of exp(exponent), each by itself. Sigma must be expanded.
    let ofExponent (model: Model) (exponent: Scalar) : Marginal list =
        let exponent = multipliedOut exponent

        [ for block, length in model.Blocks do
              match slopeOf exponent (block, length) with
              | None -> ()
              | Some gradient ->
                  let own, slope = Scope.block "w" (block, length), without block gradient
                  let rest = Expr.subtract exponent (product own slope) |> ClosedForm.expand |> withoutScalar block
                  let square = product slope slope

                  { Block = block
                    Length = length
                    Slope = slope
                    Exponent = Expr.add rest (Expr.multiplyAll [ Expr.rational (Fraction(1, 2)); tau; square ])
                    Mean = Term.scale tau slope } ]

    let private integral exponent marginal =
        let left = Notation.make (Expectation([ marginal.Block, "gamma" ], Display.ofScalar (Expr.exp exponent)))

        { Derivation.equation
              $"marginal.{marginal.Block}"
              left
              (Display.ofScalar (Expr.exp marginal.Exponent))
              "the block is N(0, tau) under gamma and the exponent is affine in it, its second derivative vanishes: E exp(a s) = exp(tau s^2/2) (theory section 3)" with
            Value = Some(ScalarTerm(Expr.exp marginal.Exponent)) }

    let private conditional marginal =
        let name part = $"marginal.{marginal.Block}.{part}"

        let variance =
            if marginal.Length = 1 then
                ScalarTerm tau
            else
                Term.scale tau (VectorTerm(Vector.ofAtom (Identity marginal.Length)))

        [ Derivation.object
              (name "mean")
              [ "w" ]
              marginal.Mean
              "completing the square: under mu_alpha, given the other blocks, the block is normal with this mean"
          Derivation.object (name "variance") [ "w" ] variance "and with the variance that it has under gamma" ]

    /// (1/beta) log E over gamma of exp(H) with one block integrated out.
    let private whole inverse exponent marginal =
        let logMean body =
            let mean = body |> Binding.rename "w" (Free "v") |> Expr.exp |> Binding.mean Prior "v"
            Expr.divide (Functions.apply "log" mean) inverse

        let value = logMean marginal.Exponent

        { Derivation.equation
              "marginal"
              (Display.ofScalar (logMean exponent))
              (Display.ofScalar value)
              $"the block {marginal.Block} integrated out exactly: one dimension less for {marginal.Length} of its components" with
            Value = Some(ScalarTerm value) }

    /// The steps for a law of density exp(exponent)/Z with respect to gamma, the exponent at the neuron w; none where no block is affine.
    let steps (model: Model) inverse exponent : Deduction list =
        let exponent = Model.expandOwn model exponent

        match ofExponent model exponent with
        | [] -> []
        | first :: _ as marginals ->
            (marginals |> List.collect (fun marginal -> integral exponent marginal :: conditional marginal))
            @ [ whole inverse exponent first ]
