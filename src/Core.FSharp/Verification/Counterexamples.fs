namespace MeanField.Core

/// What the sides of a claim read, and the point at which they differ as it is reported.
[<RequireQualifiedAccess>]
module internal Counterexamples =
    let mentions name terms = terms |> List.exists (Occurrence.termMentions name)

    let private existsIn test term =
        match term with
        | ScalarTerm scalar -> Occurrence.exists test scalar
        | VectorTerm vector ->
            List.init vector.Length (fun index -> Vector.``component`` vector (index + 1)) |> List.exists (Occurrence.exists test)

    let private mentionsSymbol name terms =
        let node (node: Scalar) = node.Shape = Symbol name
        terms |> List.exists (existsIn node)

    /// Whether one of the terms depends on the law.
    let reads law terms =
        let direct node =
            match node.Shape with
            | Mean(which, _) -> which = law
            | Divergence(left, right) -> left = law || right = law
            | Density(which, _) -> which = law
            | _ -> Occurrence.readsMeanVector ((=) law) node

        List.exists (existsIn direct) terms

    let private isDivergence (node: Scalar) =
        match node.Shape with
        | Symbol name -> List.contains name Claim.divergences
        | _ -> false

    /// A term that is free of divergences, or one of them times a number of beta and tau alone.
    let private isFreeOrProportional (_, term) =
        let isPlain (radix: Scalar, _) =
            match radix.Shape with
            | Symbol _
            | Rational _ -> not (isDivergence radix)
            | _ -> false

        let divergences, others = Expr.asProduct term |> snd |> List.partition (fst >> isDivergence)

        match divergences with
        | [] -> not (Occurrence.exists isDivergence term)
        | [ _, exponent ] -> exponent = Fractions.Fraction.One && List.forall isPlain others
        | _ -> false

    /// Whether a finite law mu refutes: laws near to its atoms have almost its means and every large divergence, and where the
    /// difference of the two sides grows in proportion with that, or does not change, it is not zero for some of them.
    let isSettledByAtoms terms =
        match terms with
        | [ ScalarTerm claimed; ScalarTerm derived ] -> Expr.subtract claimed derived |> Expr.asSum |> List.forall isFreeOrProportional
        | _ -> not (List.exists (existsIn isDivergence) terms)

    let private neuron name weight (blocks: Map<string, float[]>) : NeuronPoint =
        { Name = name
          Weight = weight
          Blocks = blocks |> Map.toList |> List.map (fun (block, values) -> { Name = block; Values = List.ofArray values }) }

    let private free (sample: Sample) terms names =
        names
        |> List.filter (fun name -> mentions name terms)
        |> List.choose (fun name -> Map.tryFind name sample.Free |> Option.map (fun point -> name, point))

    /// Whether a term reads a function of the input by its values.
    let private readsFunction name terms =
        let node (node: Scalar) =
            match node.Shape with
            | Opaque(other, _) -> other = name
            | _ -> false

        terms |> List.exists (existsIn node)

    let private neurons sample terms =
        [ for name, point in free sample terms [ "w"; "w2"; "v"; "v2" ] do
              match point with
              | Point.Neuron blocks -> neuron name 1.0 blocks
              | Point.Input _ -> () ]

    let private inputs (subject: Subject) sample terms =
        [ for name, point in free sample terms [ "x"; Model.secondInput subject.Model ] do
              match point with
              | Point.Input values -> { Name = name; Values = List.ofArray values }
              | Point.Neuron _ -> () ]

    /// The atoms of pi, where a mean is over pi or f or alpha are read; with the values of f and alpha where they are read.
    let private atoms (sample: Sample) (claim: Claim) terms =
        let known = [ claim.Claimed; claim.Derived ]
        let readsTarget, readsAlpha = readsFunction "f" known, readsFunction "alpha" known

        if reads Data terms || readsTarget || readsAlpha then
            sample.Inputs
            |> List.map (fun (weight, x) ->
                { Weight = weight
                  X = List.ofArray x
                  Target = if readsTarget then sample.Opaque "f" x else nan
                  Alpha = if readsAlpha then sample.Opaque "alpha" x else nan })
        else
            []

    /// mu(w) and mu(w2), where the densities are read.
    let private densities (sample: Sample) terms =
        let isRead name =
            let node (node: Scalar) = node.Shape = Density(Mu, Free name)
            terms |> List.exists (existsIn node)

        [ "w"; "w2" ]
        |> List.filter isRead
        |> List.map (fun name -> { Name = $"mu({name})"; Values = [ Sample.density sample Mu sample.Free[name] ] })

    /// The sample as it is reported: only what the two sides of the claim read.
    let ofSample subject (sample: Sample) (claim: Claim) terms : Counterexample =
        let isRead name = List.contains name [ "beta"; "tau" ] || mentionsSymbol name terms
        let numbers = [ "t"; "beta"; "tau" ] @ Claim.divergences |> List.filter isRead

        { Neurons = neurons sample terms
          Inputs = inputs subject sample terms
          Numbers = (numbers |> List.map (fun name -> { Name = name; Values = [ sample.Symbols[name] ] })) @ densities sample terms
          Mu = if reads Mu terms then List.map2 (neuron "mu") sample.Weights[Mu] sample.Support else []
          Pi = atoms sample claim terms }
