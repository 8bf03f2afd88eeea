namespace MeanField.Core

open Fractions

/// A potential T = E[x~pi](l(x, m(x))) + E[w~mu](V(w)) + constant with one linear moment m(x) = E[w~mu](s(x, w)): what Fenchel duality takes.
type internal DualForm =
    {
        /// l in the symbol yhat and in the symbol y for f(x); where x stands in it otherwise, in f(x) and x. None without a term over pi.
        Loss: Scalar option
        /// m(x) at the free input x.
        Moment: Scalar
        /// V at the free neuron w.
        Linear: Scalar
        Constant: Scalar
    }

[<RequireQualifiedAccess>]
module internal DualForm =
    /// Why there is none: what stands in the way.
    type Reason = { Stopped: Scalar; Because: string }

    type private Part =
        | OverInputs of body: Scalar
        | OverNeurons of potential: Scalar
        | Free of Scalar

    let private stop term because = Error { Stopped = term; Because = because }

    /// A mean over the inputs opened at x, one over the neurons at w.
    let private classify term =
        let number, items = Expr.asProduct term
        let means, others = items |> List.partition (fun (radix, _) -> Binding.dependsOnMu radix)
        let factor = Expr.scale number (Expr.product others)

        match means, items with
        | [ { Shape = Mean(Data, body) }, exponent ], _ when exponent = Fraction.One ->
            Ok(OverInputs(Expr.multiply factor (Binding.openBody "x" body)))
        | [ { Shape = Mean(Mu, body) }, exponent ], _ when exponent = Fraction.One && not (Binding.dependsOnMu body) ->
            Ok(OverNeurons(Expr.multiply factor (Binding.openBody "w" body)))
        // Free of mu: it belongs to the loss all the same, as f(x)^2/2 does.
        | [], [ { Shape = Mean(Data, body) }, exponent ] when exponent = Fraction.One ->
            Ok(OverInputs(Expr.scale number (Binding.openBody "x" body)))
        | [], _ -> Ok(Free term)
        | _ -> stop term "it is neither E[x~pi] of a function of x and one moment, nor linear in mu"

    let private isMoment (node: Scalar) =
        match node.Shape with
        | Mean(Mu, body) -> not (Binding.dependsOnMu body)
        | _ -> false

    /// The moment in the body of E[x~pi], and the body in its place-holder yhat.
    let private splitBody body =
        match Binding.nodes body |> List.filter isMoment |> List.distinct with
        | [ moment ] ->
            let loss = Inverse.substitute moment (Expr.symbol "yhat") body

            if Binding.dependsOnMu loss then
                stop body "mu enters it otherwise than by one linear moment"
            else
                Ok(loss, moment)
        | [] -> stop body "it depends on mu, but not by a linear moment"
        | moments -> stop body $"it joins {moments.Length} different moments"

    /// f(x) as y, where x stands nowhere else.
    let private inLabels loss =
        let label (node: Scalar) =
            match node.Shape with
            | Opaque("f", _) -> Some(Expr.symbol "y")
            | _ -> None

        let written = Binding.replace label loss
        if Binding.mentions "x" written then loss else written

    let private assemble parts =
        let sum choose = parts |> List.choose choose |> Expr.sum

        let bodies =
            sum (function
                | OverInputs body -> Some body
                | OverNeurons _
                | Free _ -> None)

        let form =
            { Loss = None
              Moment = Expr.zero
              Linear =
                sum (function
                    | OverNeurons potential -> Some potential
                    | OverInputs _
                    | Free _ -> None)
              Constant =
                sum (function
                    | Free constant -> Some constant
                    | OverInputs _
                    | OverNeurons _ -> None) }

        if Binding.dependsOnMu bodies then
            splitBody bodies |> Result.map (fun (loss, moment) -> { form with Loss = Some(inLabels loss); Moment = moment })
        else
            Ok { form with Constant = Expr.add form.Constant (Binding.mean Data "x" bodies) }

    /// Recognises the form by the expression alone.
    let ofPotential (potential: Scalar) : Result<DualForm, Reason> =
        ClosedForm.expand potential
        |> Expr.asSum
        |> List.map (fun (coefficient, term) -> classify (Expr.scale coefficient term))
        |> List.fold (fun found part -> found |> Result.bind (fun parts -> part |> Result.map (fun next -> parts @ [ next ]))) (Ok [])
        |> Result.bind assemble
