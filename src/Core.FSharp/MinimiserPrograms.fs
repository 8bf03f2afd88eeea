namespace MeanField.Core

open System
open System.Collections.Generic

/// What is known of the convexity of T along mixtures: shown, declared in the problem file, or neither (theory section 2).
type ConvexityKind =
    | Shown = 0
    | Declared = 1
    | NotShown = 2

/// What the engine runs to minimise T + c KL(mu, gamma) by its dual (theory sections 2 and 3).
type MinimiserPrograms =
    {
        /// The law mu_alpha at a point of the blocks that are not integrated out, its particles. Node columns: "alpha" and those of the law.
        /// Particle outputs: "exponent" (log density with respect to gamma, without -log Z), "tilt" (the conditional mean of that of the whole
        /// neuron: its mean less log Z is the divergence), "law.BLOCK" (conditional means of the neuron's blocks, in order), and "mean.K", "square.K";
        /// outputs over nodes and particles: "feature.K", K = 0, 1, ...: given the point the moment has the mean SUM mean.K feature.K(x) and
        /// the second moment SUM square.K feature.K(x) feature.K(x2).
        Law: KernelProgram
        /// "exponent" of `Law` alone: for samplers, which need no features.
        Exponent: KernelProgram
        /// "exponent" of `Law` and "gradient.BLOCK", its derivative in each block that is left, in order: for moves along the gradient. Where the exponent
        /// has a kink it is that of almost every point. None where no program expresses it.
        Gradient: KernelProgram option
        /// The number of features; 0 where T is linear in mu: then there is no alpha.
        Features: int
        /// The conditional variance of each component of the neuron, block after block: tau where integrated out, else 0.
        Variances: float[]
        /// Without particles. Node columns "alpha", "moment" (the moment under mu_alpha), "yhat" (where there is a `Supremum`) and those of the
        /// law. Node outputs: "prediction" (l*'(f, -alpha)), "curvature" (l*''(f, -alpha)), "optimal" (-d2l(f, moment)). Uniform outputs: "losses" (the dual without its partition
        /// function), "gap" (primal less dual value at mu_alpha), and where the moment is fhat "loss" and "risk". For a loss of straight pieces the node outputs "end.0" and "end.1", between which
        /// alpha lies; "curvature" is 0 there. Where T is linear in mu "losses" alone.
        Loss: KernelProgram
        /// For a loss without a closed conjugate. Node columns "yhat" and those of the law; node outputs "slope" (d2l(f, yhat)) and "bend" (its
        /// derivative): "prediction" is the yhat with slope -alpha.
        Supremum: KernelProgram option
        /// Where the neuron is not smooth: without particles, node outputs "offset.K" and "slope.K.BLOCK" for the blocks of `Law`: H bends or jumps
        /// where offset + SUM <slope, block> = 0. None for a smooth neuron, and where `HasCurvedKinks`.
        Kinks: KernelProgram option
        /// The number of K; 0 without `Kinks`.
        KinkCount: int
        /// Whether the neuron is not smooth on surfaces that are not plane.
        HasCurvedKinks: bool
        /// As that of `SimulationPrograms`.
        Target: KernelProgram option
        /// As that of `SimulationPrograms`.
        NodeMeans: Func<float[], float[][], IReadOnlyDictionary<string, float[]>>
        /// 1/c.
        InverseTemperature: float
        Convexity: ConvexityKind
    }

/// The dual problem of an objective as programs.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module MinimiserPrograms =
    let private over axes name value : Lowering.Wanted = { Name = name; Over = axes; Quantity = Lowering.Value value }
    let private ofParticle name value = over Axes.Particle name (ScalarTerm value)
    let private ofNode name value = over Axes.Node name (ScalarTerm value)
    let private uniform name value = over Axes.Uniform name (ScalarTerm value)

    // ---- The law ----

    let private wantedOfLaw (law: MarginalLaw) =
        let feature index (feature: Feature) =
            [ ofParticle $"mean.{index}" feature.Mean
              ofParticle $"square.{index}" feature.Square
              over (Axes.Node ||| Axes.Particle) $"feature.{index}" (ScalarTerm feature.Value) ]

        [ ofParticle "exponent" law.Exponent; ofParticle "tilt" law.Tilt ]
        @ [ for block, mean in law.Means -> over Axes.Particle $"law.{block}" mean ]
        @ List.concat (List.mapi feature law.Features)

    let private wantedOfGradient blocks (law: MarginalLaw) =
        ofParticle "exponent" law.Exponent
        :: [ for block, length in blocks -> over Axes.Particle $"gradient.{block}" (Calculus.gradient "w" block length law.Exponent) ]

    /// What stands for the neuron where nothing is left of it: a point on which nothing depends.
    let private nothing = [ "nothing", 1 ]

    // ---- The loss ----

    let private column (model: Model) name = Expr.opaque name (Scope.input model.Scope "x")

    /// l*''(f, -alpha), the diagonal of the dual's second derivative.
    let private curvature model (dual: Dual) =
        let spike = Scope.delta (Scope.input model.Scope "x") (Scope.input model.Scope (Model.secondInput model))
        Inverse.substitute spike Expr.one dual.Diagonal |> Expr.negate

    let private isStraight model (dual: Dual) = dual.Form.Loss.IsSome && curvature model dual = Expr.zero

    /// The ends of the alpha(x) for which l*(f, -alpha) is finite, in either order, where it is finite between two ends alone.
    let private ends model (conjugate: Conjugate) =
        let domain = conjugate.Domain

        let inner, low =
            match domain.Quantity.Shape, domain.High with
            | Apply("abs", inner), Finite high -> inner, Finite(Expr.negate high)
            | _ -> domain.Quantity, domain.Low

        let pace = Calculus.by Conjugate.slope inner
        let still = Inverse.substitute Conjugate.slope Expr.zero inner

        match low, domain.High with
        | Finite low, Finite high when not (Occurrence.exists ((=) Conjugate.slope) pace) ->
            let at limit = Expr.divide (Expr.subtract still limit) pace |> Dual.atInput model
            Some(at low, at high)
        | _ -> None

    /// Whether the conjugate itself is one straight line between the ends of its domain, for which they say all.
    let private isLine (conjugate: Conjugate) = not (Occurrence.exists ((=) Conjugate.slope) (Calculus.by Conjugate.slope conjugate.Value))

    /// The ends for a loss of straight pieces; none for one that curves, whose dual Newton's method takes as it is.
    let private boxOf model (dual: Dual) =
        match isStraight model dual, dual.Conjugate with
        | false, _ -> Ok None
        | true, Some conjugate when isLine conjugate && (ends model conjugate).IsSome -> Ok(ends model conjugate)
        | true, _ ->
            Error(
                Fault.unsupported
                    { Location.Nowhere with Key = "energy.loss" }
                    "a loss of straight pieces, whose conjugate has corners inside its domain, or a domain without an end"
                    "a loss that curves in yhat, or one of two straight pieces such as abs(y - yhat)"
                    ""
                    "round its corners: sqrt(s^2 + (y - yhat)^2) for abs(y - yhat), softplus for max(0, .)"
            )

    let private fhat (model: Model) = Binding.mean Mu "v" (Expr.output (Scope.input model.Scope "x") (Free "v"))

    /// Loss and risk of the net, where the moment is its output.
    let private fit (model: Model) (dual: Dual) moment =
        if model.Neuron.IsNone || dual.Form.Moment <> fhat model then
            []
        else
            let f = column model "f"
            let loss = Scope.lossAt model.Loss f moment
            let risk = if Quantities.isSquared model then Expr.square (Expr.subtract f moment) else loss
            [ uniform "loss" (Binding.mean Data "x" loss); uniform "risk" (Binding.mean Data "x" risk) ]

    let private slopeOf model loss = Calculus.by (Expr.symbol "yhat") loss |> Dual.atInput model
    let private atPrediction value = Inverse.substitute (Expr.symbol "yhat") value

    let private wantedOfLoss model box (dual: Dual) =
        let losses = uniform "losses" dual.Losses

        match dual.Form.Loss with
        | None -> [ losses ]
        | Some loss ->
            let moment = column model "moment"

            [ losses
              uniform "gap" (dual.Gap moment)
              ofNode "prediction" dual.Prediction
              ofNode "curvature" (curvature model dual)
              ofNode "optimal" (slopeOf model loss |> atPrediction moment |> Expr.negate) ]
            @ fit model dual moment
            @ (match box with
               | Some(one, other) -> [ ofNode "end.0" one; ofNode "end.1" other ]
               | None -> [])

    let private wantedOfSupremum model (dual: Dual) =
        match dual.Form.Loss, dual.Conjugate with
        | Some loss, None ->
            let at scalar = Dual.atInput model scalar |> atPrediction (column model "yhat")
            let slope = Calculus.by (Expr.symbol "yhat") loss
            [ ofNode "slope" (at slope); ofNode "bend" (at (Calculus.by (Expr.symbol "yhat") slope)) ]
        | Some _, Some _
        | None, _ -> []

    // ---- Kinks ----

    let private wantedOfKink index (surface: KinkSurface) =
        ofNode $"offset.{index}" surface.Offset
        :: [ for block, slope in surface.Slopes -> over Axes.Node $"slope.{index}.{block}" slope ]

    // ---- Assembly ----

    let internal convexity (problem: Problem) facts model (functional: Functional) =
        match Convexity.decide facts model functional.Potential with
        | IsConvex _ -> ConvexityKind.Shown
        | NotShown _
        | IsNotConvex _ when problem.Energy.DeclaredConvex -> ConvexityKind.Declared
        | NotShown _
        | IsNotConvex _ -> ConvexityKind.NotShown

    let private variances (problem: Problem) (model: Model) (law: MarginalLaw) =
        [| for block, length in model.Blocks do
               for _ in 1..length do
                   if law.Integrated |> List.exists (fst >> (=) block) then problem.Energy.Tau.Value else 0.0 |]

    let private assembled problem model functional inverse (dual: Dual) box facts =
        let exponent = dual.Tilted.Exponent |> Binding.rename "v" (Free "w") |> Model.expandOwn model
        let moment = Dual.momentAt "w" dual.Form |> Model.expandOwn model
        let law = MarginalLaw.ofExponent model exponent moment
        let nodes = { model with Blocks = [] }
        let left = { model with Blocks = (if law.Blocks.IsEmpty then nothing else law.Blocks) }
        let unlessEmpty list = if List.isEmpty list then Ok None else Theory.lower problem nodes list |> Result.map Some

        result {
            let! program = Theory.lower problem left (wantedOfLaw law)
            let! exponent = Theory.lower problem left [ ofParticle "exponent" law.Exponent ]
            let gradient = Theory.lower problem left (wantedOfGradient left.Blocks law) |> Result.toOption
            let! loss = wantedOfLoss model box dual |> Theory.lower problem nodes
            let! supremum = wantedOfSupremum model dual |> unlessEmpty
            let! target = Theory.target problem model
            let surfaces = KinkSurface.ofScalar model law.Blocks (Expr.add moment (dual.Form.Linear |> Model.expandOwn model))
            let! kinks = surfaces |> Option.defaultValue [] |> List.mapi wantedOfKink |> List.concat |> unlessEmpty
            let all = program :: exponent :: loss :: List.choose id [ gradient; supremum; target; kinks ]
            let formulas = all |> List.collect (fun lowered -> Map.toList lowered.NodeMeans) |> Map.ofList

            return
                { Law = program.Program
                  Exponent = exponent.Program
                  Gradient = gradient |> Option.map _.Program
                  Features = law.Features.Length
                  Variances = variances problem model law
                  Loss = loss.Program
                  Supremum = supremum |> Option.map _.Program
                  Target = target |> Option.map _.Program
                  Kinks = kinks |> Option.map _.Program
                  KinkCount = surfaces |> Option.map List.length |> Option.defaultValue 0
                  HasCurvedKinks = surfaces.IsNone
                  NodeMeans = Func<_, _, _>(Theory.nodeMeans problem formulas)
                  InverseTemperature = Theory.valueOf problem inverse
                  Convexity = convexity problem facts model functional }
        }

    /// The programs of a problem's dual. Faults: as `Theory.derive`, an objective without exactly one c*KL(mu, gamma), without a dual, or a
    /// node that no program expresses.
    let ofProblem (problem: Problem) : Result<MinimiserPrograms, Fault> =
        result {
            let! model, functional = Theory.split problem
            let! inverse = Theory.inverseTemperature problem functional
            let facts = Knowledge.ofProblem problem model
            let! dual = Dual.derive facts problem.Energy.DeclaredConvex model functional inverse
            let! box = boxOf model dual
            return! assembled problem model functional inverse dual box facts
        }
