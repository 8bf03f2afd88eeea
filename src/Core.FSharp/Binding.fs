namespace MeanField.Core

open System.Collections.Generic
open Fractions

/// Names and binders. Algorithms open a binder with a fresh free name, work, and close it again,
/// so that none of them shifts de Bruijn levels.
[<RequireQualifiedAccess>]
module internal Binding =
    // ---- Rebuilding ----

    /// How a traversal replaces what it meets; `depth` counts the binders passed unopened.
    type private Replacement =
        {
            Variable: int -> Variable -> Variable
            /// None keeps the node and goes on into its parts.
            Node: Scalar -> Scalar option
            Atom: VectorAtom -> Vector option
            /// Whether binders are opened with fresh names (then their means come back in normal form).
            Opens: bool
            /// What became of the Occurrence.nodes met so far, by their depth.
            Known: Dictionary<struct (int * Scalar), Scalar>
        }

    let private renaming variable =
        { Variable = variable
          Node = fun _ -> None
          Atom = fun _ -> None
          Opens = false
          Known = Dictionary() }

    let private closing name = renaming (fun depth variable -> if variable = Free name then Bound depth else variable)

    let private opening name = renaming (fun depth variable -> if variable = Bound depth then Free name else variable)

    /// A renamed atom is an atom, perhaps with its sign taken out: the order of its parts may have changed.
    let private single (v: Vector) =
        match v.Terms with
        | [ term ] -> term
        | _ -> Fault.raise (Fault.InternalBug("a renamed vector is no longer one atom", $"%A{v}"))

    let rec private rebuild replacement depth (scalar: Scalar) : Scalar =
        let place = struct (depth, scalar)

        match replacement.Known.TryGetValue place with
        | true, known -> known
        | _ ->
            let value =
                match replacement.Node scalar with
                | Some other -> other
                | None -> rebuildParts replacement depth scalar

            replacement.Known[place] <- value
            value

    and private rebuildParts replacement depth scalar =
        let go = rebuild replacement depth
        let variable = replacement.Variable depth

        match scalar.Shape with
        | Rational _
        | Irrational _
        | Symbol _
        | Divergence _ -> scalar
        | Coordinate(who, part) -> Expr.coordinate (variable who) part
        | Component(atom, index) -> Vector.``component`` (rebuildAtom replacement depth atom) index
        | Dot(left, right) -> Vector.dot (rebuildAtom replacement depth left) (rebuildAtom replacement depth right)
        | Total atom -> Vector.total (rebuildAtom replacement depth atom)
        | Mean(law, body) when replacement.Opens ->
            let name = Occurrence.freshFor law body
            mean law name (go (openBody name body))
        | Mean(law, body) -> Expr.rawMean law (rebuild replacement (depth + 1) body)
        | Opaque(name, at) -> Expr.opaque name (rebuildTerm replacement depth at)
        | Output(at, neuron) -> Expr.output (rebuildTerm replacement depth at) (variable neuron)
        | Density(law, neuron) -> Expr.density law (variable neuron)
        | Apply(name, argument) -> Functions.apply name (go argument)
        | Conditional(test, left, right, yes, no) -> Expr.conditional test (go left) (go right) (go yes) (go no)
        | Extremum(largest, left, right) -> Expr.extremum largest (go left) (go right)
        | Power(radix, exponent) -> Expr.power (go radix) (go exponent)
        | Product items -> items |> List.map (fun (radix, exponent) -> go radix, exponent) |> Expr.product
        | Sum terms -> terms |> List.map (fun (coefficient, term) -> coefficient, go term) |> Expr.combination

    and private rebuildAtom replacement depth atom : Vector =
        let go = rebuildAtom replacement depth

        match replacement.Atom atom, atom with
        | Some other, _ -> other
        | None, Whole(who, part, length) -> Vector.ofAtom (Whole(replacement.Variable depth who, part, length))
        | None, (Constant _ | Unit _ | Ones _ | Identity _) -> Vector.ofAtom atom
        | None, Slice(inner, first, last) -> Vector.slice (go inner) first last
        | None, Embedded(inner, first, length) -> Vector.embed (go inner) first length
        | None, Mapped(body, vector) -> Vector.map body (rebuildVector replacement depth vector)
        | None, Hadamard atoms -> atoms |> List.map go |> List.reduce Vector.hadamard
        | None, Outer(left, right) -> Vector.outer (go left) (go right)
        | None, Diagonal inner -> Vector.diagonal (go inner)
        | None, MeanVector(law, weight, inner) when replacement.Opens ->
            let name = Occurrence.freshForAtoms law weight [ inner ]
            let weight = rebuild replacement depth (openBody name weight)
            meanVector law name (Vector.scale weight (rebuildVector replacement depth (openAtom name inner)))
        | None, MeanVector(law, weight, inner) ->
            let weight = rebuild replacement (depth + 1) weight
            let factor, inner = single (rebuildAtom replacement (depth + 1) inner)
            Vector.create (Vector.lengthOf atom) [ factor, MeanVector(law, weight, inner) ]

    and private rebuildTerm replacement depth term =
        match term with
        | ScalarTerm scalar -> ScalarTerm(rebuild replacement depth scalar)
        | VectorTerm vector -> VectorTerm(rebuildVector replacement depth vector)

    and private rebuildVector replacement depth vector =
        vector.Terms
        |> List.map (fun (coefficient, atom) -> Vector.scale (rebuild replacement depth coefficient) (rebuildAtom replacement depth atom))
        |> Vector.sum vector.Length

    /// The body of a binder with its variable called `name`.
    and openBody name body : Scalar = rebuild (opening name) 0 body

    /// The vector under a binder with its variable called `name`.
    and openAtom name atom : Vector = rebuildAtom (opening name) 0 atom

    // ---- Means in normal form ----

    /// E over `law` of a body in which the bound variable is the free `name`. Linear: constants come out,
    /// sums are split, factors that do not depend on the variable come out.
    and mean law name (body: Scalar) : Scalar =
        if not (Occurrence.mentions name body) then
            body
        else
            match Expr.asSum body with
            | [ _ ] ->
                match splitFactors name body with
                | outside, inside when outside = Expr.one -> meanOfFactors law name inside
                | outside, inside -> Expr.multiply outside (mean law name inside)
            | terms -> terms |> List.map (fun (coefficient, term) -> coefficient, mean law name term) |> Expr.combination

    /// E of a product all of whose factors mention the variable.
    and private meanOfFactors law name inside =
        let exchange first body rest =
            let variable = Occurrence.freshFor first inside
            variable, Expr.multiply rest (openBody variable body)

        match innerMean inside, innerProduct name inside with
        | Some(rest, first, body), _ when first < law ->
            let variable, product = exchange first body rest
            mean first variable (mean law name product)
        | _, Some(rest, own, other) -> Vector.dot (meanVector law name (Vector.scale rest (Vector.ofAtom own))) (Vector.ofAtom other)
        | Some(rest, first, body), None when first = law ->
            let variable, product = exchange first body rest
            min (closed law name inside) (exchanged law name variable product)
        | _ -> closed law name inside

    and private closed law name body = Expr.rawMean law (rebuild (closing name) 0 body)

    /// E over `variable` of E over `name`, both of one law; only the order of the binders differs from the double mean.
    and private exchanged law name variable product =
        let outside, inside = splitFactors name product
        Expr.multiply outside (closed law name inside) |> closed law variable

    /// The one factor that is a mean: expectations over different laws commute (Fubini). Those over pi stand outside those over mu
    /// outside those over gamma, so that E[x~pi](f(x)*fhat(x)) keeps its form.
    and private innerMean product =
        let items = Expr.asProduct product |> snd

        let asMean (part: Scalar, exponent) =
            match part.Shape with
            | Mean(law, body) when exponent = Fraction.One -> Some(law, body)
            | _ -> None

        match items |> List.partition (asMean >> Option.isSome) with
        | [ only ], rest -> asMean only |> Option.map (fun (law, body) -> Expr.product rest, law, body)
        | _ -> None

    /// The one factor dot(own, other) of which only `own` Occurrence.mentions the variable, where the rest Occurrence.mentions no other variable: then
    /// E(rest dot(own, other)) is dot(E(rest own), other), and the vector E(rest own) is computed once for all.
    and private innerProduct name product =
        let items = Expr.asProduct product |> snd

        let asDot (part: Scalar, exponent) =
            match part.Shape with
            | Dot(left, right) when exponent = Fraction.One ->
                match Occurrence.atomMentions name left, Occurrence.atomMentions name right with
                | true, false -> Some(left, right)
                | false, true -> Some(right, left)
                | _ -> None
            | _ -> None

        match items |> List.partition (asDot >> Option.isSome) with
        | [ only ], rest ->
            let own, other = asDot only |> Option.get
            let rest = Expr.product rest
            let isOwn variable = variable = Free name || variable = Free "#"

            if Occurrence.onlyMentions isOwn rest own then Some(rest, own, other) else None
        | _ -> None

    /// A product cut into the factors without and with the variable.
    and private splitFactors name body =
        let coefficient, items = Expr.asProduct body
        let inside, outside = items |> List.partition (fun (radix, _) -> Occurrence.mentions name radix)
        Expr.scale coefficient (Expr.product outside), Expr.product inside

    /// E over `law` of a vector in which the bound variable is the free `name`; linear like `mean`.
    and meanVector law name (vector: Vector) : Vector =
        let ofTerm (coefficient, atom) =
            if Occurrence.atomMentions name atom then
                let outside, inside = splitFactors name coefficient
                let factor, closed = single (rebuildAtom (closing name) 0 atom)
                Expr.multiply factor outside, MeanVector(law, rebuild (closing name) 0 inside, closed)
            else
                mean law name coefficient, atom

        vector.Terms |> List.map ofTerm |> Vector.create vector.Length

    /// E over `law` of a scalar or a vector.
    let meanTerm law name term =
        match term with
        | ScalarTerm scalar -> ScalarTerm(mean law name scalar)
        | VectorTerm vector -> VectorTerm(meanVector law name vector)

    let private opened node atom =
        { Variable = fun _ variable -> variable
          Node = node
          Atom = atom
          Opens = true
          Known = Dictionary() }

    /// Every node that `node` answers becomes its answer; the parts of a replaced node are not visited.
    let replace node scalar = rebuild (opened node (fun _ -> None)) 0 scalar

    /// The same for a scalar or a vector.
    let replaceTerm node term = rebuildTerm (opened node (fun _ -> None)) 0 term

    /// Nodes and atoms that are answered become their answers, in a scalar or a vector.
    let substitute node atom term = rebuildTerm (opened node atom) 0 term

    /// The free variable `name`, renamed to another variable.
    let rename name other scalar = rebuild (renaming (fun _ variable -> if variable = Free name then other else variable)) 0 scalar

    /// The free input `name`, replaced by a scalar or a vector of its length.
    let substituteInput name at scalar =
        let node scalar =
            match scalar.Shape, at with
            | Coordinate(Free who, Input), ScalarTerm value when who = name -> Some value
            | _ -> None

        let atom atom =
            match atom, at with
            | Whole(Free who, Input, _), VectorTerm value when who = name -> Some value
            | _ -> None

        rebuild (opened node atom) 0 scalar

    /// The blocks of the free neuron `name`, each replaced by a term of its length, whose free names no binder may bear.
    let substituteNeuron name (blocks: Map<string, Term>) term =
        let node scalar =
            match scalar.Shape with
            | Coordinate(Free who, Block block) when who = name ->
                match blocks[block] with
                | ScalarTerm value -> Some value
                | VectorTerm _ -> None
            | _ -> None

        let atom atom =
            match atom with
            | Whole(Free who, Block block, _) when who = name ->
                match blocks[block] with
                | VectorTerm value -> Some value
                | ScalarTerm _ -> None
            | _ -> None

        rebuildTerm (opened node atom) 0 term

    /// The body within all the means that stand around it, changed.
    let rec underMeans change (scalar: Scalar) : Scalar =
        match scalar.Shape with
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            mean law name (underMeans change (openBody name body))
        | _ -> change scalar
