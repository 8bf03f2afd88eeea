namespace MeanField.Core

open Fractions

/// Two neurons, every component of a block alike, at whose point masses a functional lies on average below its value
/// at their mixture by `Excess` > 0: it is not convex.
type internal Witness = { First: (string * Fraction) list; Second: (string * Fraction) list; Excess: Scalar }

/// The search for a proof that a functional is not convex along mixtures.
[<RequireQualifiedAccess>]
module internal Witness =
    let private valueOf length value =
        if length = 1 then
            ScalarTerm(Expr.rational value)
        else
            VectorTerm(Vector.scale (Expr.rational value) (Vector.ones length))

    /// The neuron called `name` put at a point.
    let private place name (blocks: (string * int) list) (point: (string * Fraction) list) term =
        let values = Map point
        let lengths = Map blocks

        let node scalar =
            match scalar.Shape with
            | Coordinate(Free who, Block block) when who = name -> Some(Expr.rational values[block])
            | _ -> None

        let atom atom =
            match atom with
            | Whole(Free who, Block block, _) when who = name ->
                match valueOf lengths[block] values[block] with
                | VectorTerm vector -> Some vector
                | ScalarTerm _ -> None
            | _ -> None

        Binding.substitute node atom term

    /// The term where mu puts equal weights on the points.
    let rec private atPoints blocks points term =
        let share = Expr.rational (Fraction.One / Fraction(List.length points))

        let average name term =
            points
            |> List.map (fun point -> atPoints blocks points (place name blocks point term) |> Term.scale share)
            |> List.reduce Term.add

        let node scalar =
            match scalar.Shape with
            | Mean(Mu, body) ->
                let name = Occurrence.freshFor Mu body

                match average name (ScalarTerm(Binding.openBody name body)) with
                | ScalarTerm value -> Some value
                | VectorTerm _ -> None
            | _ -> None

        let atom atom =
            match atom with
            | MeanVector(Mu, weight, inner) ->
                let name = Occurrence.freshForAtoms Mu weight [ inner ]

                match average name (VectorTerm(Vector.scale (Binding.openBody name weight) (Binding.openAtom name inner))) with
                | VectorTerm value -> Some value
                | ScalarTerm _ -> None
            | _ -> None

        Binding.substitute node atom term

    /// T at the mixture of two point masses minus the average of T at each.
    let private excess blocks potential first second =
        let value points = atPoints blocks points (ScalarTerm potential) |> Term.asScalar "a functional at points"
        let half = Fraction(-1, 2)
        Expr.combination [ Fraction.One, value [ first; second ]; half, value [ first ]; half, value [ second ] ]

    /// A few neurons far enough apart to tell: constant ones, and those along one block.
    let private candidates (blocks: (string * int) list) =
        let all value = blocks |> List.map (fun (block, _) -> block, value)

        let along =
            [ for only, _ in blocks -> blocks |> List.map (fun (block, _) -> block, (if block = only then Fraction.One else Fraction.Zero)) ]

        /// 1, -1, 1, ... times a sign: a product of two blocks is negative there.
        let alternating sign = blocks |> List.mapi (fun index (block, _) -> block, (if index % 2 = 0 then sign else -sign))

        let numbers = [ Fraction.Zero; Fraction.One; Fraction.MinusOne; Fraction 2; Fraction(1, 2); Fraction 4 ]
        let first = List.map all numbers

        List.distinct (
            List.allPairs [ first.Head ] (first.Tail @ along)
            @ [ first[1], first[2]; first[1], first[3]; alternating Fraction.One, alternating Fraction.MinusOne ]
        )

    /// Two neurons that refute convexity, where few tried ones do and ranges prove it.
    let find facts (model: Model) potential : Witness option =
        let expanded = Model.expand model (ScalarTerm potential)

        match expanded with
        | VectorTerm _ -> None
        | ScalarTerm potential ->
            candidates model.Blocks
            |> List.tryPick (fun (first, second) ->
                let excess = excess model.Blocks potential first second |> Range.resolve facts

                if Range.isPositive facts excess then
                    Some { First = first; Second = second; Excess = excess }
                else
                    None)

    let private point (blocks: (string * Fraction) list) =
        blocks |> List.map (fun (block, value) -> $"{block} = {value}") |> String.concat ", "

    /// The witness in words.
    let describe witness =
        let excess = Infix.print (Display.ofScalar witness.Excess)

        $"at the law that puts half its mass at ({point witness.First}), half at ({point witness.Second}), T exceeds the average of its values at the two points by {excess} > 0"
