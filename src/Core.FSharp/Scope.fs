namespace MeanField.Core

open System.Collections.Concurrent

/// What a name stands for while a formula is elaborated.
type internal Meaning =
    | Value of Term
    /// A neuron as a whole, by its variable.
    | WholeNeuron of variable: string

/// What only an objective (or a claim) may mention.
type internal Language =
    {
        /// E, KL, sigma, f, fhat and loss have a meaning.
        Laws: bool
        /// The formula of the loss in the symbols y and yhat.
        Loss: Scalar option
    }

/// The names that a formula may use.
type internal Scope =
    {
        Names: Map<string, Meaning>
        /// The user's functions.
        Functions: Map<string, Definition>
        /// Blocks of a neuron with their lengths, in order.
        Blocks: (string * int) list
        /// p; 0 where there is no input.
        InputLength: int
        Language: Language
        /// The text the formula came from, for places in messages.
        Source: Formula
    }

/// A function of the user, ready to be applied. Its body sees what stood before it: constants and earlier functions.
and internal Definition =
    {
        Arguments: string list
        Body: Notation
        Scope: Scope
        /// The values at the arguments met so far: a chain of functions that call their predecessors twice doubles with every link.
        Known: ConcurrentDictionary<Term list, Term>
    }

/// Building blocks of scopes: length 1 is a scalar everywhere.
[<RequireQualifiedAccess>]
module internal Scope =
    let private atom variable part length =
        if length = 1 then
            ScalarTerm(Expr.coordinate (Free variable) part)
        else
            VectorTerm(Vector.ofAtom (Whole(Free variable, part, length)))

    /// The input called `variable`.
    let input scope variable = atom variable Input scope.InputLength

    /// A block of the neuron called `variable`.
    let block variable (name, length) = atom variable (Block name) length

    /// The scope with one more name; it shadows.
    let bind name meaning scope = { scope with Names = Map.add name meaning scope.Names }

    /// All parameters of the neuron called `variable`, block after block: a scalar where there is but one.
    let neuron scope variable =
        let length = scope.Blocks |> List.sumBy snd

        let place total named offset =
            match block variable named with
            | ScalarTerm scalar -> Vector.add total (Vector.scale scalar (Vector.unit offset length))
            | VectorTerm vector -> Vector.add total (Vector.embed vector offset length)

        match scope.Blocks with
        | [ only ] -> block variable only
        | blocks ->
            let offsets = blocks |> List.scan (fun offset (_, width) -> offset + width) 1
            List.fold2 place (Vector.zero length) blocks (List.take blocks.Length offsets) |> VectorTerm

    /// The kernel of the identity, E[x2~pi](delta(x, x2) h(x2)) = h(x), as a function of the difference of two inputs.
    /// It is symmetric: of the two differences one is kept.
    let delta left right =
        let minus = Term.scale (Expr.integer -1)
        Expr.opaque "delta" (max (Term.add left (minus right)) (Term.add right (minus left)))

    /// l(y, yhat) of a loss written in the symbols y and yhat.
    let lossAt loss y yhat =
        loss
        |> Binding.replace (fun node ->
            match node.Shape with
            | Symbol "y" -> Some y
            | Symbol "yhat" -> Some yhat
            | _ -> None)

    /// |w|^2 over all blocks.
    let squaredNorm scope variable =
        let whole = neuron scope variable
        Term.dot whole whole |> Option.get
