namespace MeanField.Core

/// A number of a formula whose means over gamma are Gaussian: a double or an enclosure, by what constants are read as, or what is
/// known of it on a strip of neurons.
[<RequireQualifiedAccess>]
type internal Traced =
    | Plain of float
    | Enclosed of Enclosure
    | OnStrip of Strip

/// One arithmetic for the values of an integrand at neurons and for its bounds over all of them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Traced =
    let private doubles = Doubles.ofTable
    let private enclosures = Enclosure.arithmetic

    let enclosure number =
        match number with
        | Traced.Plain value -> Enclosure.point value
        | Traced.Enclosed range -> range
        | Traced.OnStrip _ -> Enclosure.whole

    let private strip number =
        match number with
        | Traced.OnStrip strip -> strip
        | Traced.Plain _
        | Traced.Enclosed _ -> Strip.ofNumber (enclosure number)

    let read number = number |> enclosure |> Enclosure.middle

    let private isStrip number =
        match number with
        | Traced.OnStrip _ -> true
        | Traced.Plain _
        | Traced.Enclosed _ -> false

    let private multiply left right =
        match left, right with
        | Traced.Plain x, Traced.Plain y -> Traced.Plain(x * y)
        | Traced.OnStrip u, Traced.OnStrip v -> Traced.OnStrip(Strip.multiply u v)
        | Traced.OnStrip strip, number
        | number, Traced.OnStrip strip -> Traced.OnStrip(Strip.scale (enclosure number) strip)
        | _ -> Traced.Enclosed(Enclosure.multiply (enclosure left) (enclosure right))

    let private add left right =
        match left, right with
        | Traced.Plain x, Traced.Plain y -> Traced.Plain(x + y)
        | Traced.OnStrip _, _
        | _, Traced.OnStrip _ -> Traced.OnStrip(Strip.add (strip left) (strip right))
        | _ -> Traced.Enclosed(Enclosure.add (enclosure left) (enclosure right))

    let private power radix exponent =
        match radix with
        | Traced.Plain value -> Traced.Plain(doubles.Power(value, exponent))
        | Traced.Enclosed range -> Traced.Enclosed(Enclosure.power exponent range)
        | Traced.OnStrip strip -> Traced.OnStrip(Strip.power exponent strip)

    let private apply name argument =
        match argument with
        | Traced.Plain value -> Traced.Plain(doubles.Apply(name, value))
        | Traced.Enclosed range -> Traced.Enclosed(Enclosure.apply name range)
        | Traced.OnStrip strip -> Traced.OnStrip(Strip.apply name strip)

    let private powerOf radix exponent =
        match radix, exponent with
        | Traced.Plain x, Traced.Plain y -> Traced.Plain(doubles.PowerOf(x, y))
        | Traced.OnStrip _, _
        | _, Traced.OnStrip _ -> apply "exp" (multiply exponent (apply "log" radix))
        | _ -> Traced.Enclosed(Enclosure.powerOf (enclosure radix) (enclosure exponent))

    let private extremum largest left right =
        match left, right with
        | Traced.Plain x, Traced.Plain y -> Traced.Plain(doubles.Extremum(largest, x, y))
        | Traced.OnStrip _, _
        | _, Traced.OnStrip _ -> Traced.OnStrip(Strip.either [ strip left; strip right ] (strip left) (strip right))
        | _ -> Traced.Enclosed(enclosures.Extremum(largest, enclosure left, enclosure right))

    let private choose test left right (yes: unit -> Traced) (no: unit -> Traced) =
        match left, right with
        | Traced.Plain x, Traced.Plain y -> if Doubles.holds test x y then yes () else no ()
        | _ ->
            match [ left; right ], yes (), no () with
            | tests, yes, no when List.exists isStrip (yes :: no :: tests) ->
                Traced.OnStrip(Strip.either (List.map strip tests) (strip yes) (strip no))
            | _, yes, no ->
                let branch number () = enclosure number
                Traced.Enclosed(enclosures.Choose(test, enclosure left, enclosure right, branch yes, branch no))

    let private over (rational: Fractions.Fraction -> Traced) (irrational: string -> Traced) =
        { new IArithmetic<Traced> with
            member _.Rational value = rational value
            member _.Irrational name = irrational name
            member _.Add(left, right) = add left right
            member _.Multiply(left, right) = multiply left right
            member _.Power(radix, exponent) = power radix exponent
            member _.PowerOf(radix, exponent) = powerOf radix exponent
            member _.Apply(name, argument) = apply name argument
            member _.Extremum(largest, left, right) = extremum largest left right
            member _.Choose(test, left, right, yes, no) = choose test left right yes no }

    /// Constants are doubles: quick, without a bound on rounding.
    let plain: Sample.Reading<Traced> =
        { Arithmetic = over (Rounding.toFloat >> Traced.Plain) (doubles.Irrational >> Traced.Plain)
          Lift = Traced.Plain
          Read = read }

    /// Constants are enclosures.
    let rigorous: Sample.Reading<Traced> =
        { Arithmetic = over (Enclosure.ofRational >> Traced.Enclosed) (Enclosure.irrational >> Traced.Enclosed)
          Lift = Enclosure.point >> Traced.Enclosed
          Read = read }
