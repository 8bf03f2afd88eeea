namespace MeanField.Core

/// Values of formulas at a sample whose gamma is N(0, tau I) itself; pi, mu and mu* stay finite.
[<RequireQualifiedAccess>]
module internal GaussianWorld =
    let private mean asNumber effort (reading: Sample.Reading<Traced>) (subject: Subject) (sample: Sample) =
        let inside = ref false

        let overGamma integrand =
            if inside.Value then
                raise (GaussianMean.NotBounded "a mean over gamma stands within another in a way that does not commute")

            inside.Value <- true

            try
                GaussianMean.ofIntegrand effort subject.Model.Blocks sample.Symbols["tau"] reading.Lift integrand
            finally
                inside.Value <- false

        fun law (_: int) integrand ->
            match law with
            | Prior -> overGamma integrand |> Array.map asNumber
            | Data
            | Mu
            | Optimal -> Sample.average reading (Sample.points sample law) integrand

    let private valuesIn asNumber reading effort subject sample term =
        let world = { Sample.world reading subject sample with Mean = mean asNumber effort reading subject sample }
        Evaluate.term reading.Arithmetic world term |> Array.map Traced.enclosure

    /// Accurate values, without a proof. Raises `GaussianMean.NotBounded`, as `enclosed` does.
    let values subject sample term : float[] =
        valuesIn (Enclosure.middle >> Traced.Plain) Traced.plain { Share = 1e-10; MostNodes = 3e5 } subject sample term
        |> Array.map Enclosure.middle

    /// Efforts for an enclosure, the quick ones first.
    let efforts: GaussianMean.Effort list = [ { Share = 1e-4; MostNodes = 1e5 }; { Share = 1e-8; MostNodes = 3e5 } ]

    /// Enclosures of the components of a term.
    let enclosed subject sample effort term : Enclosure[] = valuesIn Traced.Enclosed Traced.rigorous effort subject sample term
