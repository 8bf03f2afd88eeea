namespace MeanField.Core

open System.Collections.Generic

/// What an expression mentions: names, variables, laws, nodes. Shared parts are visited once.
[<RequireQualifiedAccess>]
module internal Occurrence =
    /// What a walk reports: every node (the answer says whether to go on into its parts), every variable, and every name that
    /// prints without a variable before it.
    type private Visitor = { Enter: Scalar -> bool; Variable: Variable -> unit; Bare: string -> unit }

    /// The blocks of w print by their bare names.
    let private walkPart visitor who part =
        visitor.Variable who

        match who, part with
        | Free "w", Block name -> visitor.Bare name
        | (Free _ | Bound _), (Block _ | Input) -> ()

    let rec private walk visitor (scalar: Scalar) : unit = if visitor.Enter scalar then walkParts visitor scalar

    and private walkParts visitor scalar =
        let go = walk visitor

        match scalar.Shape with
        | Rational _
        | Irrational _
        | Divergence _ -> ()
        | Symbol name -> visitor.Bare name
        | Coordinate(who, part) -> walkPart visitor who part
        | Density(_, who) -> visitor.Variable who
        | Component(atom, _)
        | Total atom -> walkAtom visitor atom
        | Dot(left, right) -> List.iter (walkAtom visitor) [ left; right ]
        | Mean(_, body) -> go body
        | Opaque(_, at) -> walkTerm visitor at
        | Output(at, neuron) ->
            visitor.Variable neuron
            walkTerm visitor at
        | Apply(_, argument) -> go argument
        | Conditional(_, left, right, yes, no) -> List.iter go [ left; right; yes; no ]
        | Power(left, right)
        | Extremum(_, left, right) -> List.iter go [ left; right ]
        | Product items -> List.iter (fst >> go) items
        | Sum terms -> List.iter (snd >> go) terms

    and private walkAtom visitor atom =
        match atom with
        | Whole(who, part, _) -> walkPart visitor who part
        | Constant(name, _) -> visitor.Bare name
        | Unit _
        | Ones _
        | Identity _ -> ()
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner -> walkAtom visitor inner
        | Mapped(_, vector) -> walkVector visitor vector
        | Hadamard atoms -> List.iter (walkAtom visitor) atoms
        | Outer(left, right) -> List.iter (walkAtom visitor) [ left; right ]
        | MeanVector(_, weight, inner) ->
            walk visitor weight
            walkAtom visitor inner

    and private walkVector visitor vector =
        for coefficient, atom in vector.Terms do
            walk visitor coefficient
            walkAtom visitor atom

    and private walkTerm visitor term =
        match term with
        | ScalarTerm scalar -> walk visitor scalar
        | VectorTerm vector -> walkVector visitor vector

    /// A shared node is visited once: written out, a formula of forty lines may have a billion parts.
    let private silent () = { Enter = HashSet<Scalar>().Add; Variable = ignore; Bare = ignore }

    /// The number of parts that an expression has when every shared part is written out as often as it stands.
    let writtenSize scalar =
        let known = Dictionary<Scalar, float>()

        let rec size (scalar: Scalar) =
            match known.TryGetValue scalar with
            | true, count -> count
            | _ ->
                let parts = ResizeArray<Scalar>()

                let enter part =
                    parts.Add part
                    false

                walkParts { silent () with Enter = enter } scalar
                let count = 1.0 + Seq.sumBy size parts
                known[scalar] <- count
                count

        size scalar

    let private meets name walk =
        let mutable found = false
        walk { silent () with Variable = fun variable -> found <- found || variable = Free name }
        found

    /// Whether every free variable of the scalar and of the atom passes the test.
    let onlyMentions test scalar atom =
        let mutable holds = true

        let variable who =
            match who with
            | Free _ -> holds <- holds && test who
            | Bound _ -> ()

        let visitor = { silent () with Variable = variable }
        walk visitor scalar
        walkAtom visitor atom
        holds

    /// Whether no free variable occurs.
    let isClosed scalar =
        let mutable holds = true

        let variable who =
            match who with
            | Free _ -> holds <- false
            | Bound _ -> ()

        walk { silent () with Variable = variable } scalar
        holds

    /// Whether the free variable `name` occurs.
    let mentions name scalar = meets name (fun visitor -> walk visitor scalar)

    /// The same for a vector atom.
    let atomMentions name atom = meets name (fun visitor -> walkAtom visitor atom)

    /// The same for a scalar or a vector.
    let termMentions name term = meets name (fun visitor -> walkTerm visitor term)

    let private meetsBare name walk =
        let mutable found = false
        walk { silent () with Bare = fun bare -> found <- found || bare = name }
        found

    /// Whether the block `name` of the neuron w occurs.
    let mentionsBlock name scalar = meetsBare name (fun visitor -> walk visitor scalar)

    /// The same for a vector atom.
    let atomMentionsBlock name atom = meetsBare name (fun visitor -> walkAtom visitor atom)

    /// Every node, bodies of binders included.
    let nodes scalar =
        let found = ResizeArray<Scalar>()
        let seen = HashSet<Scalar>()

        let enter node =
            let isNew = seen.Add node
            if isNew then found.Add node
            isNew

        walk { silent () with Enter = enter } scalar
        List.ofSeq found

    /// Whether any node satisfies the test, bodies of binders included.
    let exists test scalar =
        let mutable found = false
        let seen = HashSet<Scalar>()

        let enter node =
            found <- found || test node
            not found && seen.Add node

        walk { silent () with Enter = enter } scalar
        found

    /// Whether a mean satisfying `test` stands in the atom itself; its weights are nodes of their own.
    let rec private meansVector test atom =
        let go = meansVector test

        match atom with
        | MeanVector(law, _, inner) -> test law || go inner
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Identity _ -> false
        | Slice(inner, _, _)
        | Embedded(inner, _, _)
        | Diagonal inner -> go inner
        | Mapped(_, vector) -> vector.Terms |> List.exists (snd >> go)
        | Hadamard atoms -> List.exists go atoms
        | Outer(left, right) -> go left || go right

    /// Whether the node itself reads a vector that is a mean over a law that satisfies `test`.
    let readsMeanVector test (node: Scalar) =
        match node.Shape with
        | Dot(left, right) -> meansVector test left || meansVector test right
        | Component(atom, _)
        | Total atom -> meansVector test atom
        | _ -> false

    /// Whether the value depends on the law mu.
    let dependsOnMu scalar =
        let direct node =
            match node.Shape with
            | Mean(Mu, _)
            | Density(Mu, _)
            | Divergence _ -> true
            | _ -> readsMeanVector ((=) Mu) node

        exists direct scalar

    /// The same for a scalar or a vector.
    let termDependsOnMu term =
        match term with
        | ScalarTerm scalar -> dependsOnMu scalar
        | VectorTerm vector -> vector.Terms |> List.exists (fun (coefficient, atom) -> dependsOnMu coefficient || meansVector ((=) Mu) atom)

    /// A readable name for the variable of a binder over `law`: the first of x (or v, u), x2, x3, ... that no variable,
    /// constant or bare block bears where `walk` goes.
    let private unused law walk =
        let used = HashSet<string>()
        let use' name = used.Add name |> ignore

        let variable who =
            match who with
            | Free name -> use' name
            | Bound _ -> ()

        walk { silent () with Variable = variable; Bare = use' }

        let names =
            match law with
            | Data -> [ "x" ]
            | Mu
            | Prior
            | Optimal -> [ "v"; "u" ]

        let numbered = Seq.initInfinite (fun index -> $"{List.head names}{index + 2}")
        Seq.append names numbered |> Seq.find (used.Contains >> not)

    /// A readable name for the variable of a mean over `law`, not used in its body.
    let freshFor law body = unused law (fun visitor -> walk visitor body)

    /// The same for a mean of weight * atom, used neither there nor in the atoms beside it.
    let freshForAtoms law weight atoms =
        unused law (fun visitor ->
            walk visitor weight
            List.iter (walkAtom visitor) atoms)
