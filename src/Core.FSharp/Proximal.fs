namespace MeanField.Core

open Fractions

/// The proximal Gibbs law G(mu), of density exp(-psi(.; mu)/c)/Z with respect to gamma, and how it encloses the excess (theory section 2).
[<RequireQualifiedAccess>]
module internal Proximal =
    /// KL(law, G(mu)) = KL(law, gamma) + E over law of psi(w; mu)/c + log Z.
    let divergence inverseTemperature psi law =
        let weight = Expr.multiply inverseTemperature psi
        let normaliser = weight |> Expr.negate |> Functions.apply "exp" |> Excess.over Prior
        Expr.sum [ Expr.divergence law Prior; Excess.over law weight; Functions.apply "log" normaliser ]

    /// c (KL(mu, G(mu)) - KL(mu*, G(mu))) - (F(mu) - F(mu*)), multiplied out: log Z and the divergences from gamma cancel.
    let remainder inverseTemperature potential psi =
        let temperature = Expr.powerOf inverseTemperature Fraction.MinusOne
        let entropy law = Expr.multiply temperature (Expr.divergence law Prior)
        let free law value = Expr.add value (entropy law)

        let relative law =
            divergence inverseTemperature psi law
            |> Expr.asSum
            |> List.map (fun (sign, term) -> Expr.scale sign (Expr.multiply temperature term))

        relative Mu
        @ List.map Expr.negate (relative Optimal)
        @ [ Expr.negate (free Mu potential); free Optimal (Excess.atOptimum potential) ]
        |> Excess.multipliedOut

    // ---- Writing ----

    let private proximal = Derivation.applied "G" [ "mu" ]
    let private relative law = Notation.call "KL" [ Notation.name law; proximal ]

    /// c times what is written.
    let private tempered inverseTemperature notation =
        match Display.ofScalar (Expr.powerOf inverseTemperature Fraction.MinusOne) with
        | { Form = Infix(Over, { Form = Number one }, below) } when one = Fraction.One -> Notation.infix Over notation below
        | { Form = Number one } when one = Fraction.One -> notation
        | temperature -> Notation.infix Times temperature notation

    let private sharper inverseTemperature potential psi =
        let reverse = Derivation.applied "bregman" [ "mu_star"; "mu" ]
        let gain = tempered inverseTemperature (Notation.infix Minus (relative "mu") (relative "mu_star"))

        [ Derivation.equation
              "sharper.1"
              reverse
              (Display.ofScalar (remainder inverseTemperature potential psi))
              "T(mu*) less its tangent at mu: what c KL(mu, G(mu)) - c KL(mu*, G(mu)) exceeds F(mu) - F(mu*) by, multiplied out; log Z and KL(., gamma) cancel"
          Derivation.equation
              "sharper"
              Excess.difference
              (Notation.infix Minus gain reverse)
              "-psi(.; mu)/c is log(dG(mu)/dgamma) up to a constant; an identity of any two laws, also where mu* is not critical (theory section 2)" ]

    /// Both bounds drop a divergence between laws and a Bregman divergence, which is positive for convex T alone.
    let private sandwich because inverseTemperature =
        let lower = Expr.divide (Expr.divergence Mu Optimal) inverseTemperature

        [ Derivation.inequality
              "sandwich.lower"
              (Display.ofScalar lower)
              Excess.difference
              $"by the excess, whose bregman(mu, mu_star) is not negative: {because}"
          Derivation.inequality
              "sandwich.upper"
              Excess.difference
              (tempered inverseTemperature (relative "mu"))
              $"by the sharper identity, whose bregman(mu_star, mu) and KL(mu_star, G(mu)) are not negative: {because}" ]

    /// A single term is stated without its factor: R rather than R/2.
    let private factorOf potential =
        match Expr.asSum potential with
        | [ factor, _ ] when factor > Fraction.Zero -> factor.Reciprocal()
        | _ -> Fraction.One

    let private comparison because inverseTemperature potential =
        let scaled = Expr.scale (factorOf potential)
        let entropy = Expr.divide (Expr.divergence Mu Prior) inverseTemperature

        Derivation.inequality
            "comparison"
            (Display.ofScalar (scaled (Excess.atOptimum potential)))
            (Display.ofScalar (scaled (Expr.add potential entropy)))
            $"F(mu*) <= F(mu) for every mu, and KL(mu*, gamma) is not negative; {because} (theory section 2)"

    let private none because = Derivation.equation "sandwich" (Notation.name "sandwich") (Notation.name "none") because

    /// `verdict`: on the convexity of T along mixtures; `declared`: by the problem file.
    let steps declared verdict inverseTemperature potential psi =
        let enclosed because = sandwich because inverseTemperature, "mu* is a minimiser, as " + because

        let enclosure, minimiser =
            match verdict with
            | IsConvex _ -> enclosed "T is convex along mixtures"
            | NotShown _ when declared -> enclosed "T is declared convex"
            | NotShown _
            | IsNotConvex _ ->
                [ none "both bounds need T convex along mixtures, which the step convexity does not state" ],
                "it needs mu* to be a minimiser, more than a critical point, which convexity would show"

        [ Derivation.equation
              "proximal_divergence"
              (relative "mu")
              (Display.ofScalar (divergence inverseTemperature psi Mu))
              "G(mu) has the log density gibbs_log_density at mu: log(dG(mu)/dgamma) = -psi(.; mu)/c - log Z (theory section 2)" ]
        @ sharper inverseTemperature potential psi
        @ enclosure
        @ [ comparison minimiser inverseTemperature potential ]
