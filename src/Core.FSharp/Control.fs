namespace MeanField.Core

open Fractions

/// The control problem on [0, tau] whose value is the minimum of the free energy, and its solution, the Foellmer process
/// (theory section 4). Everything follows from the terminal value V(w, tau) = psi(w; mu*)/c.
[<RequireQualifiedAccess>]
module internal Control =
    let private symbol = Expr.symbol

    /// sqrt(1 - t/tau): v ~ gamma has variance tau, so this times v has the variance tau - t that is left at time t.
    let remaining = Expr.sqrt (Expr.subtract Expr.one (Expr.divide (symbol "t") (symbol "tau")))

    /// V(w, tau), with sigma(x, w) open and mu at its critical point.
    let terminal (model: Model) inverseTemperature psi = Expr.multiply inverseTemperature (Model.expandOwn model psi)

    /// The neuron v ~ gamma of the remaining noise, by a name that no binder of the terminal value bears.
    let private noise = "#v"

    /// A term in w, taken at w + sqrt(1 - t/tau)*v.
    let moved (model: Model) term =
        let move named = Term.add (Scope.block "w" named) (Term.scale remaining (Scope.block noise named))
        let moves = model.Blocks |> List.map (fun named -> fst named, move named) |> Map.ofList
        Binding.substituteNeuron "w" moves term

    /// exp(-V(w + sqrt(1 - t/tau) v, tau)): what the noise of the remaining time makes of the terminal weight.
    let weight (model: Model) terminal =
        match moved model (ScalarTerm terminal) with
        | ScalarTerm value -> Functions.apply "exp" (Expr.negate value)
        | VectorTerm vector -> Fault.raise (Fault.InternalBug("the terminal value is a vector", $"%A{vector}"))

    /// E over v ~ gamma.
    let overNoise term = Binding.meanTerm Prior noise term

    let private scalarOverNoise scalar = Binding.mean Prior noise scalar

    /// h(w, t) = E exp(-V(w + sqrt(tau - t) Z, tau)).
    let partition model terminal = weight model terminal |> scalarOverNoise

    /// grad log h in each block.
    let logGradient (model: Model) partition : (string * Term) list =
        model.Blocks
        |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length (Functions.apply "log" partition))

    /// E~[Z]/sqrt(tau - t) in each block: the same by Gaussian integration by parts, E[v F(v)] = tau E[grad F(v)];
    /// it needs no derivative of sigma.
    let tiltedNoise (model: Model) terminal : (string * Term) list =
        let weight = weight model terminal
        let scale = Expr.multiplyAll [ symbol "tau"; remaining; scalarOverNoise weight ]

        model.Blocks
        |> List.map (fun named ->
            fst named, Term.scale weight (Scope.block noise named) |> overNoise |> Term.scale (Expr.powerOf scale Fraction.MinusOne))

    // ---- Steps ----

    let private call name arguments = Notation.call name arguments
    let private w, t, v = Notation.name "w", Notation.name "t", Notation.name "v"
    let private valueFunction = call "V" [ w; t ]
    let private partitionFunction = call "h" [ w; t ]
    let private half notation = Notation.infix Over notation (Notation.number (Fraction 2))
    let private plus, minus, times, over = Notation.infix Plus, Notation.infix Minus, Notation.infix Times, Notation.infix Over
    let private rate notation = call "d_t" [ notation ]
    let private laplacian notation = call "laplacian" [ notation ]
    let private nought = Notation.number Fraction.Zero

    let private heat =
        Derivation.equation
            "heat"
            (plus (rate partitionFunction) (half (laplacian partitionFunction)))
            nought
            "h(w, t) averages exp(-V(., tau)) over a Gaussian of variance tau - t, whose density solves the backward heat equation (theory section 4)"

    let private bellman =
        let squaredSlope = call "norm2" [ call "grad" [ valueFunction ] ]

        Derivation.equation
            "hjb"
            (minus (plus (rate valueFunction) (half (laplacian valueFunction))) (half squaredSlope))
            nought
            "V = -log h in the heat equation (Cole-Hopf): d_t h = -h d_t V and Lap h = h (|grad V|^2 - Lap V); V(., tau) = value_terminal (theory section 4)"

    /// w + sqrt(1 - t/tau)*v
    let private shifted = plus w (times (Display.ofScalar remaining) v)

    /// exp(-value_terminal(w + sqrt(1 - t/tau)*v)): derived objects by their names keep the long formulas readable.
    let private tilt = call "exp" [ Notation.make (Negated(call "value_terminal" [ shifted ])) ]

    let private overGamma body = Notation.make (Expectation([ "v", "gamma" ], body))

    let private terminalStep value =
        Derivation.object
            "value_terminal"
            [ "w" ]
            (ScalarTerm value)
            "the control problem: dW = u dt + dB, W_0 = 0, cost c E[INT |u|^2/2 dt] + T(Law(W_tau)); at the optimum the terminal value is psi/c at mu* (theory section 4)"

    let private partitionStep partition =
        { Derivation.equation
              "partition"
              partitionFunction
              (overGamma tilt)
              "E exp(-V(w + sqrt(tau - t) Z, tau)) for Z ~ N(0, I), written with v = sqrt(tau) Z ~ gamma (theory section 4)" with
            Value = Some(ScalarTerm partition) }

    let private driftStep name block term right because =
        { Derivation.equation name (call $"foellmer_drift.{block}" [ w; t ]) right because with
            Value = Some term }

    /// -E~[grad V(w + sqrt(tau - t) Z, tau)]
    let private slopeStep inverseTemperature (block, term) =
        let slope = times (Display.ofScalar inverseTemperature) (call $"gradient_psi.{block}" [ shifted ])
        let right = over (Notation.make (Negated(overGamma (times slope tilt)))) partitionFunction

        driftStep
            $"foellmer_drift.{block}"
            block
            term
            right
            "u* = -grad V = grad log h, h differentiated under the expectation: -E~[grad V(w + sqrt(tau - t) Z, tau)], E~ tilted by exp(-V)/h (theory section 4)"

    /// E~[Z]/sqrt(tau - t)
    let private noiseStep name because (block, term) =
        let noise = overGamma (times (Notation.make (Member(v, block))) tilt)
        let scale = times (times (Notation.name "tau") (Display.ofScalar remaining)) partitionFunction
        driftStep name block term (over noise scale) because

    let private byParts =
        "E[v F(v)] = tau E[grad F(v)] for v ~ gamma (Gaussian integration by parts), so u* = grad log h = E~[Z]/sqrt(tau - t) = (E[W_tau | W_t = w] - w)/(tau - t) (theory section 4)"

    let private driftSteps model inverseTemperature terminal partition =
        let byNoise name because =
            tiltedNoise model terminal |> List.map (fun (block, term) -> noiseStep (name block) because (block, term))

        if (Kink.inScalar (Occurrence.mentions "w") terminal).IsSome then
            byNoise (fun block -> $"foellmer_drift.{block}") (byParts + "; no gradient is needed, and V(., tau) has jumps")
        else
            List.map (slopeStep inverseTemperature) (logGradient model partition)
            @ byNoise (fun block -> $"foellmer_drift.{block}.tilted") byParts

    /// The terminal value, h, the two equations, and the Foellmer drift in its forms.
    let steps (model: Model) inverseTemperature psi =
        let terminal = terminal model inverseTemperature psi
        let partition = partition model terminal

        terminalStep (Expr.multiply inverseTemperature psi)
        :: partitionStep partition
        :: heat
        :: bellman
        :: driftSteps model inverseTemperature terminal partition
