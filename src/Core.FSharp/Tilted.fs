namespace MeanField.Core

open Fractions

/// The law mu_alpha of density exp(H(w))/Z with respect to gamma: its means as expressions over gamma, and how they are written.
type internal Tilted =
    {
        /// H at the free neuron v.
        Exponent: Scalar
    }

[<RequireQualifiedAccess>]
module internal Tilted =
    let private neuron = "v"

    let private weight tilted = Functions.apply "exp" tilted.Exponent

    /// Z = E[v~gamma](exp(H(v)))
    let partition tilted = Binding.mean Prior neuron (weight tilted)

    /// E over mu_alpha of a scalar at the free neuron v.
    let mean tilted scalar = Expr.divide (Binding.mean Prior neuron (Expr.multiply scalar (weight tilted))) (partition tilted)

    // ---- Writing ----

    let private placeholder index = $"#{index}"

    /// The notation with other notation in the place of names and of calls.
    let rec private fill (values: Map<string, Notation>) (notation: Notation) =
        let go = fill values

        match notation.Form with
        | Name name -> values |> Map.tryFind name |> Option.defaultValue notation
        | Call(name, _) when values.ContainsKey name -> values[name]
        | Number _ -> notation
        | Member(target, block) -> Notation.make (Member(go target, block))
        | Index(target, first, last) -> Notation.make (Index(go target, first, last))
        | Call(name, arguments) -> Notation.call name (List.map go arguments)
        | Negated inner -> Notation.make (Negated(go inner))
        | Infix(operator, left, right) -> Notation.infix operator (go left) (go right)
        | Test(operator, left, right) -> Notation.make (Test(operator, go left, go right))
        | Expectation(binders, body) -> Notation.make (Expectation(binders, go body))

    /// The body without exp(H), where it is E over gamma of a product with exp(H).
    let private integrand tilted (radix: Scalar, exponent) =
        match radix.Shape with
        | Mean(Prior, body) when exponent = Fraction.One ->
            let opened = Binding.openBody neuron body
            let rest = Expr.divide opened (weight tilted)
            if Occurrence.exists ((=) (weight tilted)) rest then None else Some rest
        | _ -> None

    /// Display, but means over gamma with weights exp(H)/Z as E[v~mu_alpha].
    let display tilted scalar =
        let means = ResizeArray<Notation>()

        let written body =
            means.Add(Notation.make (Expectation([ neuron, "mu_alpha" ], Display.ofScalar body)))
            Expr.symbol (placeholder means.Count)

        let node (scalar: Scalar) =
            match scalar.Shape with
            | Product items ->
                let weighted = items |> List.filter (fun item -> (integrand tilted item).IsSome)

                if weighted.IsEmpty || not (List.contains (partition tilted, Fraction -weighted.Length) items) then
                    None
                else
                    items
                    |> List.filter (fst >> (<>) (partition tilted))
                    |> List.map (fun (radix, exponent) ->
                        (integrand tilted (radix, exponent) |> Option.map written |> Option.defaultValue radix), exponent)
                    |> Expr.product
                    |> Some
            | _ -> None

        let notation = Display.ofScalar (Binding.replace node scalar)
        fill (means |> Seq.mapi (fun index mean -> placeholder (index + 1), mean) |> Map.ofSeq) notation

    /// Display with a mean under mu_alpha in the place of the opaque function called `name`.
    let filled tilted name mean scalar = fill (Map [ name, display tilted mean ]) (Display.ofScalar scalar)
