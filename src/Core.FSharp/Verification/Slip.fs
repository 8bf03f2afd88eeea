namespace MeanField.Core

open System
open Fractions

/// The slips of a hand derivation: what turns the derived object into the claimed one.
[<RequireQualifiedAccess>]
module internal Slip =
    let private beta = Expr.symbol "beta"
    let private tau = Expr.symbol "tau"
    let private noise = Expr.sqrt (Expr.divide (Expr.integer 2) beta)

    let private ofNoise =
        [ "2/beta in the place of its root sqrt(2/beta)", noise
          "sqrt(2/beta) lacks its 2", Expr.reciprocal (Expr.sqrt (Expr.integer 2))
          "sqrt(2/beta) lacks its 1/beta", Expr.sqrt beta
          "sqrt(2/beta) is missing", Expr.reciprocal noise ]

    let private scaled derived = Edits.factors @ ofNoise |> Seq.map (fun (name, factor) -> name, Term.scale factor derived)

    // ---- Exchanges ----

    let private symbolsExchanged derived =
        let node (node: Scalar) =
            match node.Shape with
            | Symbol "beta" -> Some tau
            | Symbol "tau" -> Some beta
            | _ -> None

        "beta and tau exchanged", Binding.replaceTerm node derived

    /// The object with two of its free variables exchanged.
    let private argumentsExchanged left right derived =
        let rename from into = Binding.rename from (Free into)

        match derived with
        | ScalarTerm scalar -> ScalarTerm(scalar |> rename left "#" |> rename right left |> rename "#" right)
        | VectorTerm _ -> derived

    /// The neuron w with `change` made to one block.
    let private atNeuron (model: Model) change derived =
        let blocks = model.Blocks |> List.map (fun block -> fst block, Scope.block "w" block) |> Map.ofList
        Binding.substituteNeuron "w" (change blocks) derived

    let private blocksExchanged (model: Model) derived =
        let swapped left right (blocks: Map<string, Term>) = blocks |> Map.add left blocks[right] |> Map.add right blocks[left]

        seq {
            for left, length in model.Blocks do
                for right, other in model.Blocks do
                    if left < right && length = other then
                        $"{left} and {right} exchanged", atNeuron model (swapped left right) derived
        }

    /// Vectors up to this length have their components exchanged.
    let private longest = 4

    let private permuted (vector: Vector) order =
        order
        |> List.mapi (fun place index -> Vector.scale (Vector.``component`` vector index) (Vector.unit (place + 1) vector.Length))
        |> List.reduce Vector.add

    let private transposition length left right =
        List.init length (fun place ->
            let index = place + 1

            if index = left then right
            elif index = right then left
            else index)

    let private componentsExchanged (model: Model) derived =
        seq {
            for block, length in model.Blocks do
                match Scope.block "w" (block, length) with
                | VectorTerm vector when length <= longest ->
                    for left in 1..length do
                        for right in left + 1 .. length do
                            let change = VectorTerm(permuted vector (transposition length left right))
                            $"{block}[{left}] and {block}[{right}] exchanged", atNeuron model (Map.add block change) derived
                | _ -> ()
        }

    /// The transpose of a square matrix, which is a vector of its rows.
    let private transposed derived =
        match derived with
        | VectorTerm vector when vector.Length <= longest * longest ->
            let rows = int (Math.Sqrt(float vector.Length))

            if rows > 1 && rows * rows = vector.Length then
                let order = List.init vector.Length (fun place -> place % rows * rows + place / rows + 1)
                Seq.singleton ("the transpose", VectorTerm(permuted vector order))
            else
                Seq.empty
        | VectorTerm _
        | ScalarTerm _ -> Seq.empty

    let private exchanges (model: Model) free derived =
        let arguments =
            [ "w", "v"; "x", Model.secondInput model ]
            |> List.filter (fun (left, right) -> List.contains left free && List.contains right free)
            |> List.map (fun (left, right) -> $"{left} and {right} exchanged", argumentsExchanged left right derived)

        Seq.concat
            [ Seq.ofList (symbolsExchanged derived :: arguments)
              transposed derived
              blocksExchanged model derived
              componentsExchanged model derived ]

    // ---- Other objects ----

    let private length term =
        match term with
        | ScalarTerm _ -> 1
        | VectorTerm vector -> vector.Length

    /// The other objects of the derivation: another block's derivative, a drift for a gradient.
    let private objects (subject: Subject) name derived =
        let other (step: Deduction) =
            match step.Value with
            | Some value when Claimable.isClaimable step && step.Name <> name && length value = length derived ->
                Some($"this is {step.Name}", value)
            | _ -> None

        subject.Steps |> Seq.choose other

    /// What stands at x, averaged though the object is a function of x.
    let private averaged free derived =
        if List.contains "x" free then
            Seq.singleton ("a mean over pi too much", Binding.meanTerm Data "x" derived)
        else
            Seq.empty

    // ---- The search ----

    /// Formulas with long derivations have thousands of places where a slip may sit.
    let private mostTried = 2000

    /// The first slip whose result equals the claim, by `equal`; "" where none does. `free`: the free variables of the object.
    let find (subject: Subject) free name (equal: Term -> bool) derived =
        Seq.concat
            [ scaled derived
              exchanges subject.Model free derived
              averaged free derived
              objects subject name derived
              Edits.ofObject free derived ]
        |> Seq.filter (fun (_, other) -> other <> derived)
        |> Seq.truncate mostTried
        |> Seq.tryFind (fun (_, other) -> equal other)
        |> Option.map fst
        |> Option.defaultValue ""
