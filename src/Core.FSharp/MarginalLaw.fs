namespace MeanField.Core

/// A function of the input and of the point that is left, through which a moment acts: under the law given the point,
/// E s(x) = SUM Mean Value(x) and E s(x) s(x2) = SUM Square Value(x) Value(x2), the sums over all features.
type internal Feature = { Value: Scalar; Mean: Scalar; Square: Scalar }

/// A law of density exp(H)/Z with respect to gamma, its Gaussian blocks integrated out one after another (theory section 3).
type internal MarginalLaw =
    {
        /// The blocks that are left.
        Blocks: (string * int) list
        /// Log density of the point that is left with respect to its prior, without -log Z.
        Exponent: Scalar
        /// E[H | point]; its mean less log Z is the divergence from the prior.
        Tilt: Scalar
        /// E[block | point], in the order of the neuron's blocks.
        Means: (string * Term) list
        /// The blocks integrated out: given the point independent normals of variance tau.
        Integrated: (string * int) list
        Features: Feature list
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal MarginalLaw =
    /// Longer blocks bring a feature for each component: then sampling is cheaper.
    [<Literal>]
    let private LongestBlock = 16

    let private product left right = Term.dot left right |> Option.defaultValue Expr.zero

    /// An affine function of a Gaussian block: with the block's conditional mean in its place, without the block, and its gradient in it.
    type private Affine = { Given: Scalar; Rest: Scalar; Slope: Term }

    let private conditional (marginal: Marginal) affine =
        let slope = Calculus.gradient "w" marginal.Block marginal.Length affine |> Marginal.without marginal.Block
        let own = Scope.block "w" (marginal.Block, marginal.Length)
        let rest = Expr.subtract affine (product own slope) |> ClosedForm.expand |> Marginal.withoutScalar marginal.Block
        { Given = Expr.add rest (product marginal.Mean slope); Rest = rest; Slope = slope }

    let private given marginals affine = marginals |> List.fold (fun value marginal -> (conditional marginal value).Given) affine

    let private mentionsBlock block term =
        match term with
        | ScalarTerm scalar -> Occurrence.mentionsBlock block scalar
        | VectorTerm vector ->
            vector.Terms
            |> List.exists (fun (factor, atom) -> Occurrence.mentionsBlock block factor || Occurrence.atomMentionsBlock block atom)

    /// Whether a block may be integrated out after another: then they are independent given the point.
    let private isFreeOf block (earlier: Marginal) = not (mentionsBlock block earlier.Mean)

    /// One block after another, the longest first: jointly affine blocks all leave.
    let rec private integrate (model: Model) exponent (integrated: Marginal list) =
        let next =
            Marginal.ofExponent model exponent
            |> List.filter (fun marginal -> marginal.Length <= LongestBlock && integrated |> List.forall (isFreeOf marginal.Block))
            |> List.sortByDescending _.Length
            |> List.tryHead

        match next with
        | None -> model.Blocks, exponent, List.rev integrated
        | Some marginal ->
            let left = { model with Blocks = model.Blocks |> List.filter (fst >> (<>) marginal.Block) }
            integrate left marginal.Exponent (marginal :: integrated)

    let private tau = Expr.symbol "tau"

    let private components term length =
        match term with
        | ScalarTerm scalar -> [ scalar ]
        | VectorTerm vector -> [ for index in 1..length -> Vector.``component`` vector index ]

    /// The spread of one block: its components are independent of variance tau.
    let private spread moment (marginal: Marginal) =
        [ for value in components (conditional marginal moment).Slope marginal.Length do
              if value <> Expr.zero then { Value = value; Mean = Expr.zero; Square = tau } ]

    let private features marginals moment =
        let general () = { Value = given marginals moment; Mean = Expr.one; Square = Expr.one } :: List.collect (spread moment) marginals

        match marginals with
        | [ only ] ->
            match conditional only moment, only.Mean with
            // s = block * g(x): one feature serves mean and spread.
            | { Rest = rest; Slope = ScalarTerm slope }, ScalarTerm mean when rest = Expr.zero ->
                [ { Value = slope; Mean = mean; Square = Expr.add (Expr.square mean) tau } ]
            | _ -> general ()
        | _ -> general ()

    /// The law of log density `exponent` with respect to gamma, at the neuron w, and the features of a moment s(x, w) that stands in it linearly
    /// (zero for none). Sigma must be expanded.
    let ofExponent (model: Model) (exponent: Scalar) (moment: Scalar) : MarginalLaw =
        let left, reduced, marginals = integrate model exponent []
        let meanOf block = marginals |> List.tryFind (fun marginal -> marginal.Block = fst block) |> Option.map _.Mean

        { Blocks = left
          Exponent = reduced
          Tilt = given marginals exponent
          Means = [ for block in model.Blocks -> fst block, meanOf block |> Option.defaultWith (fun () -> Scope.block "w" block) ]
          Integrated = marginals |> List.map (fun marginal -> marginal.Block, marginal.Length)
          Features = if moment = Expr.zero then [] else features marginals moment }
