namespace MeanField.Core

open Fractions

/// Identities of the theory proved symbolically on the derived steps: the Gibbs law makes the first variation constant and the probability
/// flux of Langevin vanish; h solves the heat equation and V = -log h the Hamilton-Jacobi-Bellman equation, as they are printed; both forms
/// of the Foellmer drift are grad log h.
[<RequireQualifiedAccess>]
module internal Identities =
    /// What no proof is found for is left to the numerical checks, which every statement here has as well.
    let private check name detail prove : Check =
        try
            if prove () then
                Check.exact name "proof" true detail
            else
                Check.skipped name "proof" "not proved symbolically; see the numerical check"
        with :? FaultException as raised ->
            Check.skipped name "proof" $"not proved symbolically: {Fault.message raised.Fault}; see the numerical check"

    let private ratio (numerator: int) (denominator: int) = Expr.rational (Fraction(numerator, denominator))
    let private tau = Expr.symbol "tau"
    let private minus term = Term.scale (Expr.integer -1) term

    // ---- The Gibbs law and Langevin dynamics ----

    /// psi + c (g + |w|^2/(2 tau)), g the log density, at w less that at w2.
    let private stationarity (subject: Subject) coefficient psi density =
        let squared = Scope.squaredNorm subject.Model.Scope "w"
        let confinement = Expr.divide squared (Expr.scale (Fraction 2) tau)
        let value = Expr.add psi (Expr.multiply coefficient (Expr.add density confinement))
        let other = Binding.rename "w" (Free "w2") value

        check "gibbs_log_density" "psi + c log(dmu*/dgamma) at w and at w2 are equal: the first variation is constant at mu*" (fun () ->
            Proof.vanishes subject.Model (ScalarTerm(Expr.subtract value other)))

    /// drift - (s^2/2) grad g: the probability flux of mu* by mu*.
    let private flux (subject: Subject) density noise (block, length) =
        let name = $"drift_langevin.{block}"
        let strength = Expr.scale (Fraction(1, 2)) (Expr.square noise)

        Subject.tryValue name subject
        |> Option.map (fun drift ->
            check name "the probability flux b mu* - (s^2/2) grad mu* is zero" (fun () ->
                let slope = Model.expandOwn subject.Model density |> Calculus.gradient "w" block length
                Proof.vanishes subject.Model (Term.add drift (Term.scale strength slope |> minus))))

    let private noise (subject: Subject) coefficient value =
        check "diffusion_langevin" "s^2 = 2 c, c the coefficient of KL" (fun () ->
            let difference = Expr.subtract (Expr.square value) (Expr.scale (Fraction 2) coefficient)
            Proof.vanishes subject.Model (ScalarTerm difference))

    let private langevin (subject: Subject) coefficient density =
        match Subject.tryScalar "diffusion_langevin" subject with
        | Some value -> noise subject coefficient value :: List.choose (flux subject density value) subject.Model.Blocks
        | None -> []

    let private equilibrium (subject: Subject) =
        match subject.Functional.Entropies, Subject.tryScalar "psi" subject, Subject.tryScalar "gibbs_log_density" subject with
        | [ { Coefficient = coefficient; Left = Mu; Right = Prior } ], Some psi, Some density ->
            stationarity subject coefficient psi density :: langevin subject coefficient density
        | _ -> []

    // ---- Equations as they are printed ----

    /// The value of an equation's side whose calls stand for symbols.
    let rec private side (meaning: Map<string, Scalar>) (notation: Notation) : Scalar option =
        let both combine left right = Option.map2 combine (side meaning left) (side meaning right)

        match notation.Form with
        | Number value -> Some(Expr.rational value)
        | Negated inner -> side meaning inner |> Option.map Expr.negate
        | Infix(Plus, left, right) -> both Expr.add left right
        | Infix(Minus, left, right) -> both Expr.subtract left right
        | Infix(Times, left, right) -> both Expr.multiply left right
        | Infix(Over, left, right) -> both Expr.divide left right
        | Infix(ToThe, left, right) -> both Expr.power left right
        | Call _ -> Map.tryFind (Infix.print notation) meaning
        | Name _
        | Member _
        | Index _
        | Test _
        | Expectation _ -> None

    let private residual name meaning (subject: Subject) =
        Subject.tryStep name subject
        |> Option.bind (fun step -> Option.map2 Expr.subtract (side (Map meaning) step.Left) (side (Map meaning) step.Right))

    // ---- h by Gaussian integration by parts ----

    /// The integrand of h in coordinates: every component of the blocks of w and of the noise is a block by itself.
    type private Kernel = { Noise: string; Body: Scalar; Coordinates: string list }

    let private names (block, length) = if length = 1 then [ block ] else List.init length (fun index -> $"{block}#{index}")

    let private byCoordinates variables term =
        let atom atom =
            match atom with
            | Whole(Free who, Block block, length) when List.contains who variables ->
                names (block, length)
                |> List.mapi (fun index name -> Expr.coordinate (Free who) (Block name), Unit(index + 1, length))
                |> Vector.create length
                |> Some
            | _ -> None

        Binding.substitute (fun _ -> None) atom term

    let private scalarOf term =
        match term with
        | ScalarTerm scalar -> Some scalar
        | VectorTerm _ -> None

    /// The name of the opened noise; no binder bears it.
    let private noiseName = "#n"

    let private opened (model: Model) body =
        Binding.openBody noiseName body
        |> ScalarTerm
        |> Model.expandOwnTerm model
        |> byCoordinates [ "w"; noiseName ]
        |> scalarOf

    let private kernel (model: Model) (h: Scalar) =
        match h.Shape with
        | Mean(Prior, body) ->
            opened model body
            |> Option.map (fun body -> { Noise = noiseName; Body = body; Coordinates = List.collect names model.Blocks })
        | _ -> None

    let private slope who coordinate scalar =
        match Calculus.gradient who coordinate 1 scalar with
        | ScalarTerm slope -> slope
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("the slope along a coordinate is a number", $"%A{vector}"))

    /// v F - tau dF/dv, whose mean over v ~ N(0, tau) is zero for every F.
    let private byParts kernel coordinate field =
        let noise = Expr.coordinate (Free kernel.Noise) (Block coordinate)
        Expr.subtract (Expr.multiply noise field) (Expr.multiply tau (slope kernel.Noise coordinate field))

    /// The share of the standard deviation sqrt(tau) that the noise has at time t.
    let private remaining = Expr.sqrt (Expr.subtract Expr.one (Expr.divide (Expr.symbol "t") tau))

    /// d/dt of the share.
    let private rate = Expr.divide (ratio -1 2) (Expr.multiply tau remaining)

    let private laplacian kernel = kernel.Coordinates |> List.map (fun name -> slope "w" name (slope "w" name kernel.Body)) |> Expr.sum

    /// The printed equation on the integrand, less what has mean zero: the fields are the slopes of the integrand.
    let private heat (subject: Subject) kernel =
        check "heat" "as printed, on the integrand of h; Gaussian integration by parts" (fun () ->
            let meaning = [ "d_t(h(w, t))", Calculus.by (Expr.symbol "t") kernel.Body; "laplacian(h(w, t))", laplacian kernel ]

            let meanless =
                kernel.Coordinates
                |> List.map (fun name -> byParts kernel name (Expr.multiply rate (slope "w" name kernel.Body)))
                |> Expr.sum

            match residual "heat" meaning subject with
            | Some residual -> Proof.isZeroScalar (Expr.subtract residual meanless)
            | None -> false)

    /// Cole-Hopf: V = -log h, with d_t h = -Lap h/2 by the heat equation; h, its Laplacian and |grad h|^2 are symbols.
    let private bellman (subject: Subject) (isHeat: Check) =
        let h, spread, squared = Expr.symbol "#h", Expr.symbol "#laplacian", Expr.symbol "#squared"
        let over term = Expr.divide term h

        check "hjb" "as printed, for V = -log h, from the heat equation" (fun () ->
            let meaning =
                [ "d_t(V(w, t))", Expr.scale (Fraction(1, 2)) (over spread)
                  "laplacian(V(w, t))", Expr.subtract (over (over squared)) (over spread)
                  "norm2(grad(V(w, t)))", over (over squared) ]

            match residual "hjb" meaning subject with
            | Some residual -> isHeat.Outcome = Outcome.Holds && Proof.isZeroScalar residual
            | None -> false)

    let private readsPrior =
        Occurrence.exists (fun node ->
            match node.Shape with
            | Mean(Prior, _) -> true
            | _ -> Occurrence.readsMeanVector ((=) Prior) node)

    /// The integrand, in the noise, of a formula that is linear in means over gamma; means over other laws stay.
    let rec private integrand (model: Model) (scalar: Scalar) : Scalar option =
        let go = integrand model

        match scalar.Shape with
        | Mean(Prior, body) -> opened model body
        | Mean(law, body) ->
            let name = Occurrence.freshFor law body
            Binding.openBody name body |> go |> Option.map (Binding.mean law name)
        | Component(MeanVector(law, weight, inner), index) -> go (OpenedMeans.componentOf law weight inner index)
        | Sum terms ->
            let parts = terms |> List.map (fun (coefficient, term) -> go term |> Option.map (Expr.scale coefficient))
            if List.forall Option.isSome parts then Some(parts |> List.choose id |> Expr.sum) else None
        | Product items ->
            match items |> List.partition (fst >> readsPrior) with
            | [ mean, exponent ], rest when exponent = Fraction.One -> go mean |> Option.map (Expr.multiply (Expr.product rest))
            | _ -> None
        | _ -> None

    let private components (block, length) drift =
        match drift with
        | ScalarTerm scalar -> [ block, scalar ]
        | VectorTerm vector -> names (block, length) |> List.mapi (fun index name -> name, Vector.``component`` vector (index + 1))

    /// u h = grad h, under the mean; `field`: what has mean zero by parts is added first.
    let private drift (subject: Subject) h kernel name detail field block =
        let agrees (coordinate, value) =
            match integrand subject.Model (Expr.multiply value h) with
            | Some integrand ->
                let meanless = byParts kernel coordinate (Expr.multiply field kernel.Body)

                Proof.isZeroScalar (
                    Expr.combination
                        [ Fraction.One, integrand; Fraction.MinusOne, slope "w" coordinate kernel.Body; Fraction.MinusOne, meanless ]
                )
            | None -> false

        Subject.tryValue name subject
        |> Option.map (fun value -> check name detail (fun () -> components block value |> List.forall agrees))

    let private drifts (subject: Subject) h kernel =
        let noise = Expr.powerOf (Expr.multiply tau remaining) Fraction.MinusOne

        [ for block, length in subject.Model.Blocks do
              let name = $"foellmer_drift.{block}"
              drift subject h kernel name "u h = grad h, under the mean" Expr.zero (block, length)
              drift subject h kernel $"{name}.tilted" "u h = grad h; Gaussian integration by parts" noise (block, length) ]
        |> List.choose id

    /// With more coordinates the Laplacian has too many terms.
    let private mostCoordinates = 8

    /// Integration by parts twice asks for two continuous derivatives.
    let private control (subject: Subject) =
        match Subject.tryScalar "partition" subject |> Option.map (fun h -> h, kernel subject.Model h) with
        | Some(h, Some kernel) when kernel.Coordinates.Length <= mostCoordinates && not (Kink.isRough kernel.Body) ->
            let heat = heat subject kernel
            heat :: bellman subject heat :: drifts subject h kernel
        | _ -> []

    let checks (subject: Subject) : Check list = equilibrium subject @ control subject
