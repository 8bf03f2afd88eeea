namespace MeanField.Core

/// The objects that a claim may be about, with the names that it may use.
[<RequireQualifiedAccess>]
module internal Claimable =
    let private families =
        [ "objective"
          "first_variation"
          "second_variation"
          "psi"
          "gradient_psi"
          "hessian_psi"
          "laplacian_psi"
          "gibbs_log_density"
          "dual"
          "dual_gradient"
          "dual_hessian"
          "drift_greedy"
          "drift_sgd"
          "drift_langevin"
          "diffusion_langevin"
          "value_terminal"
          "foellmer_drift"
          "tangent_kernel" ]

    let private equations = [ "fokker_planck"; "hjb"; "heat" ]

    let private family (name: string) = name.Split('.')[0]

    let isClaimable (step: Deduction) = List.contains (family step.Name) families && not (step.Name.EndsWith ".tilted")

    // ---- The object ----

    let private known (subject: Subject) =
        subject.Steps |> List.filter (fun step -> isClaimable step && step.Value.IsSome) |> List.map _.Name

    let private unknown (subject: Subject) place name =
        let known = known subject
        let listed = String.concat ", " known
        Error(Fault.invalid place $"the unknown object '{name}'" $"one of {listed}" (Fault.nearest name known) "")

    /// A family whose objects bear the names of blocks.
    let private ofBlocks place name parts =
        let listed = String.concat ", " parts
        Error(Fault.invalid place $"'{name}' without its block" $"one of {listed}" "" $"write {List.head parts} = ...")

    let private equation place name =
        Error(
            Fault.invalid
                place
                $"the equation '{name}'"
                "a derived object"
                ""
                "an equation cannot be claimed; claim the drift or value in it"
        )

    let private statement place name =
        Error(Fault.invalid place $"'{name}', which is a statement" "a derived object" "" "claim an object that is in it")

    /// A block that the neuron has not, or two in another order.
    let private unknownBlock place (name: string) parts =
        let listed = String.concat ", " parts
        let letters (text: string) = text.Split '.' |> Array.sort
        let reordered = parts |> List.tryFind (fun part -> letters part = letters name)
        let nearest = reordered |> Option.defaultValue (Fault.nearest name parts)
        Error(Fault.invalid place $"'{name}', whose block is unknown" $"one of {listed}" nearest "")

    let private without (subject: Subject) place name =
        let listed = String.concat ", " (known subject)
        Error(Fault.invalid place $"'{name}', which this problem has not" $"one of {listed}" "" "")

    let private absent place (step: Deduction) =
        Error(Fault.invalid place $"'{step.Name}', which this problem has not: {step.Because}" "an object that is derived" "" "")

    /// The derived object called `name`.
    let derived (subject: Subject) place name : Result<Term, Fault> =
        let below prefix = known subject |> List.filter (fun step -> step.StartsWith $"{prefix}.")

        match Subject.tryStep name subject with
        | _ when List.contains name equations -> equation place name
        | Some({ Value = Some value } as step) when isClaimable step -> Ok value
        | Some step when List.contains (family name) families -> absent place step
        | Some _ -> statement place name
        | None when subject.Steps |> List.exists (fun step -> step.Name.StartsWith(name + ".") && not (isClaimable step)) ->
            statement place name
        | None ->
            match below name, below (family name) with
            | (_ :: _ as parts), _ -> ofBlocks place name parts
            | [], (_ :: _ as parts) -> unknownBlock place name parts
            | [], [] when List.contains (family name) families -> without subject place name
            | [], [] -> unknown subject place name

    // ---- Its language ----

    /// mu(w) and gamma(w) are densities; the laws alone are no numbers, and who writes them so is told.
    let private densities = [ "mu"; "gamma" ]

    /// What the names of the laws stand for where they are not called.
    let density = "#density"

    let private symbols (subject: Subject) name (scope: Scope) =
        let second = Model.secondInput subject.Model
        let neuron name = name, WholeNeuron name
        let input name = name, Value(Scope.input scope name)
        // Its name alone is no number: whoever writes it without an input is told so.
        let alpha = [ "alpha", Value(ScalarTerm(Expr.symbol "alpha")) ]

        match family name with
        | "first_variation" -> neuron "w" :: (densities |> List.map (fun law -> law, WholeNeuron density))
        | "second_variation" -> [ neuron "w"; neuron "v" ]
        | "drift_sgd" -> [ neuron "w"; input "x" ]
        | "tangent_kernel" -> [ input "x"; input second ]
        | "dual" -> alpha
        | "dual_gradient" -> input "x" :: alpha
        | "dual_hessian" -> input "x" :: input second :: alpha
        | "foellmer_drift" -> [ neuron "w"; "t", Value(ScalarTerm(Expr.symbol "t")) ]
        | "objective"
        | "diffusion_langevin" -> []
        | _ -> [ neuron "w" ]

    /// The free variables of an object: w, v, x and so on.
    let freeNames (subject: Subject) name = symbols subject name subject.Model.Scope |> List.map fst |> List.except densities

    /// The names that a claim on the object may use.
    let scope (subject: Subject) name =
        let scope = subject.Model.Scope
        let own = symbols subject name scope
        let hasNeuron = List.exists (fst >> (=) "w") own

        let blocks =
            if hasNeuron then
                scope.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block))
            else
                []

        own @ blocks |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) scope
