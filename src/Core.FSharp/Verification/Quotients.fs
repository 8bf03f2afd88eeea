namespace MeanField.Core

open Fractions

/// numerator / PRODUCT of factors, each with its count.
type internal Quotient = { Above: Scalar; Below: Map<Scalar, int> }

/// Normal forms as quotients of polynomials.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Quotient =
    let private largestPower = Fraction 12
    let polynomial above = { Above = above; Below = Map.empty }

    let private product effort (powers: Map<Scalar, int>) =
        powers
        |> Map.fold (fun total factor count -> List.replicate count factor |> List.fold (Polynomials.times effort) total) Expr.one

    let private countIn (powers: Map<Scalar, int>) factor = Map.tryFind factor powers |> Option.defaultValue 0

    let private lacking (common: Map<Scalar, int>) own =
        common |> Map.map (fun factor count -> count - countIn own factor) |> Map.filter (fun _ count -> count > 0)

    let private combined join left right =
        Map.fold (fun total factor count -> Map.add factor (join count (countIn total factor)) total) left right

    let private added effort (parts: Quotient list) =
        let common = parts |> List.map _.Below |> List.fold (combined max) Map.empty
        let above part = Polynomials.times effort part.Above (product effort (lacking common part.Below))
        polynomial (parts |> List.map above |> Expr.sum) |> fun sum -> { sum with Below = common }

    let private multiplied effort left right =
        { Above = Polynomials.times effort left.Above right.Above
          Below = combined (+) left.Below right.Below }

    /// A monomial has an inverse among the monomials; a sum becomes a factor below, up to a monomial.
    let private inverse effort quotient =
        let above = product effort quotient.Below

        match Expr.asSum quotient.Above with
        | [ _ ] -> polynomial (Polynomials.times effort above (Expr.reciprocal quotient.Above))
        | [] -> Polynomials.giveUp ()
        | (leading, _) :: _ ->
            let primitive, divisor =
                Polynomials.associate effort (fun _ -> true) quotient.Above
                |> Option.defaultWith (fun () -> Expr.scale (leading.Reciprocal()) quotient.Above, Expr.rational leading)

            { Above = Polynomials.times effort above (Expr.reciprocal divisor); Below = Map [ primitive, 1 ] }

    /// The quotient of polynomials that a scalar is, its nodes that are neither sums nor products being atoms.
    let rec ofScalar (effort: Effort) (scalar: Scalar) : Quotient =
        effort.Spend 1

        match scalar.Shape with
        | Sum terms ->
            terms
            |> List.map (fun (coefficient, term) ->
                let part = ofScalar effort term
                { part with Above = Expr.scale coefficient part.Above })
            |> added effort
        | Product items -> items |> List.map (power effort) |> List.reduce (multiplied effort)
        | _ -> polynomial scalar

    and private power effort (radix, exponent: Fraction) =
        let whole = Fraction(ExactPower.wholePart exponent)
        let isSum = List.length (Expr.asSum radix) > 1

        if whole.Abs() > largestPower || not (isSum || exponent = whole) then
            polynomial (Expr.powerOf radix exponent)
        else
            let value = ofScalar effort radix
            let one = if whole < Fraction.Zero then inverse effort value else value
            let root = polynomial (Expr.powerOf radix (exponent - whole))
            List.replicate (whole.Abs().ToInt32()) one |> List.fold (multiplied effort) root

    /// The quotient as one formula: a sum of terms over the factors below.
    let toScalar (quotient: Quotient) =
        let below = quotient.Below |> Map.toList |> List.map (fun (factor, count) -> factor, Fraction(-count))

        Expr.asSum quotient.Above
        |> List.map (fun (coefficient, part) -> coefficient, Expr.product ((part, Fraction.One) :: below))
        |> Expr.combination

    /// Whether the quotient is zero. A divisor that is zero in disguise proves nothing.
    let isZero almostEverywhere effort quotient =
        let zero scalar = Polynomials.isZero almostEverywhere effort scalar
        zero quotient.Above && not (quotient.Below |> Map.exists (fun factor _ -> zero factor))
