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
        let means, others = items |> List.partition (fun (radix, _) -> Occurrence.dependsOnMu radix)
        let factor = Expr.scale number (Expr.product others)

        match means, items with
        | [ { Shape = Mean(Data, body) }, exponent ], _ when exponent = Fraction.One ->
            Ok(OverInputs(Expr.multiply factor (Binding.openBody "x" body)))
        | [ { Shape = Mean(Mu, body) }, exponent ], _ when exponent = Fraction.One && not (Occurrence.dependsOnMu body) ->
            Ok(OverNeurons(Expr.multiply factor (Binding.openBody "w" body)))
        // Free of mu: it belongs to the loss all the same, as f(x)^2/2 does.
        | [], [ { Shape = Mean(Data, body) }, exponent ] when exponent = Fraction.One ->
            Ok(OverInputs(Expr.scale number (Binding.openBody "x" body)))
        | [], _ -> Ok(Free term)
        | _ -> stop term "it is neither E[x~pi] of a function of x and one moment, nor linear in mu"

    let private isMoment (node: Scalar) =
        match node.Shape with
        | Mean(Mu, body) -> not (Occurrence.dependsOnMu body)
        | _ -> false

    let private momentsOf scalar = Occurrence.nodes scalar |> List.filter isMoment |> List.distinct

    /// The moment of a term that is linear in it.
    let private linearMoment term =
        match Expr.asProduct term |> snd |> List.filter (fun (radix, _) -> Occurrence.dependsOnMu radix) with
        | [ moment, exponent ] when exponent = Fraction.One && isMoment moment -> Some moment
        | _ -> None

    /// E[x~pi](c(x) m(x)) as the mean over mu of E[x~pi](c(x) s(x, w)).
    let private asPotential (moment: Scalar) term =
        match moment.Shape with
        | Mean(Mu, body) -> Expr.multiply (Expr.divide term moment) (Binding.openBody "w" body) |> Binding.mean Data "x"
        | _ -> Expr.zero

    /// The body of E[x~pi] with yhat for the one moment that enters it nonlinearly; what is linear in other moments is a potential.
    let private splitBody body =
        let terms = Expr.asSum body |> List.map (fun (coefficient, term) -> Expr.scale coefficient term)
        let nonlinear = terms |> List.filter (fun term -> Occurrence.dependsOnMu term && (linearMoment term).IsNone)

        match nonlinear |> List.collect momentsOf |> List.distinct with
        | [] when nonlinear.IsEmpty -> Ok(None, terms)
        | [ moment ] -> Ok(Some moment, terms)
        | [] -> stop body "it depends on mu, but not by a linear moment"
        | moments -> stop body $"it joins {moments.Length} different moments nonlinearly"

    let private placed (moment, terms) =
        let potentials, losses = terms |> List.partition (fun term -> (linearMoment term).IsSome && linearMoment term <> moment)

        let inPrediction = moment |> Option.map (fun moment -> Inverse.substitute moment (Expr.symbol "yhat")) |> Option.defaultValue id
        let loss = inPrediction (Expr.sum losses)

        let averagesMoment (node: Scalar) =
            match node.Shape with
            | Mean(_, body) -> Occurrence.exists ((=) (Expr.symbol "yhat")) body
            | _ -> Occurrence.readsMeanVector (fun _ -> true) node && Occurrence.exists ((=) (Expr.symbol "yhat")) node

        if moment.IsSome && Occurrence.dependsOnMu loss then
            stop (Expr.sum losses) "mu enters it otherwise than by one linear moment"
        elif Occurrence.exists averagesMoment loss then
            stop (Expr.sum losses) "the moment at x stands under a mean over other inputs or neurons"
        else
            Ok(moment, loss, potentials |> List.map (fun term -> asPotential (Option.get (linearMoment term)) term) |> Expr.sum)

    let private isInput at =
        match at with
        | ScalarTerm scalar -> scalar.Shape = Coordinate(Variable.Free "x", Input)
        | VectorTerm(Vector.Single(Whole(Variable.Free "x", Input, _))) -> true
        | VectorTerm _ -> false

    /// f(x) as y, where x stands nowhere else. Under a mean over other inputs f is no label, and its variable may be called x.
    let private inLabels loss =
        let label (node: Scalar) =
            match node.Shape with
            | Mean _ -> Some node
            | Opaque("f", at) when isInput at -> Some(Expr.symbol "y")
            | _ -> None

        let written = Binding.replace label loss
        if Occurrence.mentions "x" written then loss else written

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

        splitBody bodies
        |> Result.bind placed
        |> Result.map (fun (moment, loss, potential) ->
            let form = { form with Linear = Expr.add form.Linear potential }

            match moment with
            | Some moment -> { form with Loss = Some(inLabels loss); Moment = moment }
            | None -> { form with Constant = Expr.add form.Constant (Binding.mean Data "x" loss) })

    /// Recognises the form by the expression alone.
    let ofPotential (potential: Scalar) : Result<DualForm, Reason> =
        ClosedForm.expand potential
        |> Expr.asSum
        |> List.map (fun (coefficient, term) -> classify (Expr.scale coefficient term))
        |> List.fold (fun found part -> found |> Result.bind (fun parts -> part |> Result.map (fun next -> parts @ [ next ]))) (Ok [])
        |> Result.bind assemble
