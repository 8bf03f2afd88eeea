namespace MeanField.Core

open Fractions

/// Proofs that a formula is zero: its normal form as a quotient of polynomials in exponentials and atoms.
[<RequireQualifiedAccess>]
module internal Proof =
    /// Polynomials of more terms are given up.
    let private mostTerms = 3000

    exception private TooLarge

    let private whole = Expansion.multiplyOut (fun _ -> true)

    let private bounded scalar =
        if List.length (Expr.asSum scalar) > mostTerms then raise TooLarge

        scalar

    // ---- Functions by exponentials ----

    let private half (terms: Scalar list) = Expr.scale (Fraction(1, 2)) (Expr.sum terms)
    let private minus = Expr.negate
    let private reciprocal term = Expr.powerOf term Fraction.MinusOne

    let private isNegative (scalar: Scalar) =
        match Expr.asSum scalar with
        | (leading, _) :: _ -> leading < Fraction.Zero
        | [] -> false

    /// An odd function takes the sign of its argument out.
    let private odd name u = if isNegative u then minus (Expr.apply name (minus u)) else Expr.apply name u

    let private cosh u = half [ Expr.exp u; Expr.exp (minus u) ]
    let private sinh u = half [ Expr.exp u; minus (Expr.exp (minus u)) ]
    let private square u = Expr.exp (Expr.scale (Fraction 2) u)
    let private tanh u = Expr.divide (Expr.subtract (square u) Expr.one) (Expr.add (square u) Expr.one)
    let private logistic u = Expr.divide (Expr.exp u) (Expr.add Expr.one (Expr.exp u))
    let private erf u = odd "erf" u
    let private sign u = odd "sign" u

    /// A function of the table by simpler ones, where it has such a form.
    let private rewritten name u =
        match name with
        | "exp" -> Expr.exp u
        | "tanh" -> tanh u
        | "coth" -> reciprocal (tanh u)
        | "sech" -> Expr.divide (Expr.scale (Fraction 2) (Expr.exp u)) (Expr.add (square u) Expr.one)
        | "csch" -> Expr.divide (Expr.scale (Fraction 2) (Expr.exp u)) (Expr.subtract (square u) Expr.one)
        | "cosh" -> cosh u
        | "sinh" -> sinh u
        | "sigmoid" -> logistic u
        | "silu" -> Expr.multiply u (logistic u)
        | "softplus" when isNegative u -> Expr.add (Expr.apply name (minus u)) u
        | "tan" -> Expr.divide (odd "sin" u) (Functions.apply "cos" u)
        | "erfc" -> Expr.subtract Expr.one (erf u)
        | "gelu" -> Expr.multiply (Expr.scale (Fraction(1, 2)) u) (Expr.add Expr.one (erf (Expr.divide u (Expr.sqrt (Expr.integer 2)))))
        | "relu" -> half [ u; Functions.apply "abs" u ]
        | "heaviside" -> half [ Expr.one; sign u ]
        | _ -> Functions.apply name u

    let rec private exponential scalar =
        let node (node: Scalar) =
            match node.Shape with
            | Apply(name, argument) -> Some(rewritten name (whole (exponential argument)))
            | _ -> None

        Binding.replace node scalar

    // ---- Means opened ----

    /// The first unused variable over a law: the same names in every term, so that like means fall together.
    let private next law (used: Map<Law, int>) =
        let count = Map.tryFind law used |> Option.defaultValue 0
        $"@{law}{count}", Map.add law (count + 1) used

    let private larger (left: Map<Law, int>) (right: Map<Law, int>) =
        Map.fold (fun total law count -> Map.add law (max count (Map.tryFind law total |> Option.defaultValue 0)) total) left right

    /// The integrand of a formula as one mean over independent variables: sums share them, products do not (Fubini; laws have mass 1).
    let rec private opened used (scalar: Scalar) : Scalar * Map<Law, int> =
        match scalar.Shape with
        | Mean(law, body) ->
            let name, used = next law used
            opened used (Binding.openBody name body)
        | Dot(MeanVector(law, weight, inner), other)
        | Dot(other, MeanVector(law, weight, inner)) ->
            let name, used = next law used
            let product = Vector.dot (Binding.openAtom name inner) (Vector.ofAtom other)
            opened used (Expr.multiply (Binding.openBody name weight) product)
        | Component(MeanVector(law, weight, inner), index) ->
            let name, used = next law used
            opened used (Expr.multiply (Binding.openBody name weight) (Vector.``component`` (Binding.openAtom name inner) index))
        | Sum terms ->
            let each = terms |> List.map (fun (coefficient, term) -> coefficient, opened used term)
            Expr.combination (each |> List.map (fun (c, (term, _)) -> c, term)), each |> List.map (snd >> snd) |> List.fold larger used
        | Product items ->
            let factor (total, used) (radix, exponent: Fraction) =
                if exponent.Denominator.IsOne && exponent > Fraction.Zero && exponent <= Fraction 6 then
                    List.replicate (exponent.ToInt32()) radix
                    |> List.fold
                        (fun (total, used) radix ->
                            let value, used = opened used radix
                            Expr.multiply total value, used)
                        (total, used)
                else
                    Expr.multiply total (Expr.powerOf radix exponent), used

            List.fold factor (Expr.one, used) items
        | _ -> scalar, used

    // ---- Quotients of polynomials ----

    /// numerator / PRODUCT of the factors.
    type private Quotient = { Above: Scalar; Below: Map<Scalar, int> }

    let private times left right = bounded (whole (Expr.multiply left right))

    let private product (powers: Map<Scalar, int>) =
        powers |> Map.fold (fun total factor count -> List.replicate count factor |> List.fold times total) Expr.one

    let private lacking (common: Map<Scalar, int>) (own: Map<Scalar, int>) =
        common
        |> Map.map (fun factor count -> count - (Map.tryFind factor own |> Option.defaultValue 0))
        |> Map.filter (fun _ count -> count > 0)

    let private combined join left right =
        Map.fold
            (fun total factor count -> Map.add factor (join count (Map.tryFind factor total |> Option.defaultValue 0)) total)
            left
            right

    let private added (parts: Quotient list) =
        let common = parts |> List.map _.Below |> List.fold (combined max) Map.empty
        let above part = times part.Above (product (lacking common part.Below))
        { Above = bounded (parts |> List.map above |> Expr.sum); Below = common }

    let private multiplied left right = { Above = times left.Above right.Above; Below = combined (+) left.Below right.Below }

    /// A monomial has an inverse among the monomials; a sum becomes a factor below, its first coefficient one.
    let private inverse quotient =
        let above = product quotient.Below

        match Expr.asSum quotient.Above with
        | [ _ ] -> { Above = times above (reciprocal quotient.Above); Below = Map.empty }
        | (leading, _) :: _ ->
            let primitive = Expr.scale (leading.Reciprocal()) quotient.Above
            { Above = Expr.scale (leading.Reciprocal()) above; Below = Map [ primitive, 1 ] }
        | [] -> raise TooLarge

    let rec private quotient (scalar: Scalar) : Quotient =
        match scalar.Shape with
        | Sum terms ->
            terms
            |> List.map (fun (coefficient, term) ->
                let part = quotient term
                { part with Above = Expr.scale coefficient part.Above })
            |> added
        | Product items -> items |> List.map power |> List.reduce multiplied
        | _ -> { Above = scalar; Below = Map.empty }

    and private power (radix, exponent: Fraction) =
        if exponent.Denominator.IsOne && exponent.Abs() <= Fraction 12 then
            let value = quotient radix
            let one = if exponent < Fraction.Zero then inverse value else value
            List.replicate (exponent.Abs().ToInt32()) one |> List.reduce multiplied
        else
            { Above = Expr.powerOf radix exponent; Below = Map.empty }

    /// cos^2 = 1 - sin^2, until no square of a cosine is left.
    let rec private pythagoras (scalar: Scalar) =
        let square (radix: Scalar, exponent: Fraction) =
            match radix.Shape with
            | Apply("cos", u) when exponent.Denominator.IsOne && exponent >= Fraction 2 ->
                Expr.multiply (Expr.subtract Expr.one (Expr.square (odd "sin" u))) (Expr.powerOf radix (exponent - Fraction 2))
            | _ -> Expr.powerOf radix exponent

        let term (coefficient, part) =
            let number, items = Expr.asProduct part
            Expr.scale (coefficient * number) (items |> List.map square |> Expr.multiplyAll)

        let next = Expr.asSum scalar |> List.map term |> Expr.sum |> whole |> bounded
        if next = scalar then scalar else pythagoras next

    // ---- Symmetry ----

    /// The sum over the exchanges of two independent copies of one law, which has twice the mean.
    let private symmetrised (used: Map<Law, int>) scalar =
        let exchange (total: Scalar) law count =
            if count <> 2 then
                total
            else
                let rename left right = Binding.rename left (Free right)
                let first, second = $"@{law}0", $"@{law}1"
                Expr.add total (total |> rename first "@" |> rename second first |> rename "@" second)

        Map.fold exchange scalar used

    let private isZero scalar =
        let integrand, used = opened Map.empty (whole (exponential scalar))
        let isZero value = pythagoras (quotient value).Above = Expr.zero
        isZero integrand || (used |> Map.exists (fun _ count -> count = 2) && isZero (symmetrised used integrand))

    let private components term =
        match term with
        | ScalarTerm scalar -> [ scalar ]
        | VectorTerm vector -> List.init vector.Length (fun index -> Vector.``component`` vector (index + 1))

    /// f by its formula, where it has one.
    let expandTarget (model: Model) term =
        match model.Target with
        | None -> term
        | Some target ->
            let node (node: Scalar) =
                match node.Shape with
                | Opaque("f", at) -> Some(Binding.substituteInput "x" at target)
                | _ -> None

            Binding.replaceTerm node term

    /// Whether the difference is zero in normal form: for every law, target and positive beta and tau; failing that, for the target's
    /// formula. Sound: `false` says nothing. Bounded in size.
    let vanishes (model: Model) (difference: Term) : bool =
        let attempt term =
            try
                components term |> List.forall isZero
            with TooLarge ->
                false

        let expanded = Model.expand model difference
        attempt difference || attempt expanded || attempt (expandTarget model expanded)
