namespace MeanField.Core

/// A user's formula for a derived object, read.
type internal Claim = { Name: string; Source: Formula; Claimed: Term; Derived: Term }

/// Reading of claims "NAME = EXPRESSION".
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Claim =
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

    /// The part of the claim's text from an index on, with its places.
    let private from index (source: Formula) = Formula(source.Text.Substring index, (fun offset -> source.At(index + offset)))

    /// The index of the first '=' that is no part of a comparison's sign.
    let private equalsSign (text: string) =
        match text.IndexOf '=' with
        | -1 -> None
        | index -> Some index

    let private unknown (subject: Subject) place name =
        let known = subject.Steps |> List.filter (fun step -> isClaimable step && step.Value.IsSome) |> List.map _.Name
        let listed = String.concat ", " known
        Error(Fault.invalid place $"the unknown object '{name}'" $"one of {listed}" (Fault.nearest name known) "")

    let private derived (subject: Subject) place name =
        let step = subject.Steps |> List.tryFind (fun step -> step.Name = name)

        match step with
        | _ when List.contains name equations ->
            Error(
                Fault.invalid
                    place
                    $"the equation '{name}'"
                    "a derived object"
                    ""
                    "an equation cannot be claimed; claim the drift or value in it"
            )
        | Some({ Value = Some value } as step) when isClaimable step -> Ok value
        | Some step when List.contains (family name) families ->
            Error(Fault.invalid place $"'{name}', which this problem has not: {step.Because}" "an object that is derived" "" "")
        | Some _
        | None -> unknown subject place name

    // ---- The language of claims ----

    let private symbols (subject: Subject) name (scope: Scope) =
        let second = Model.secondInput subject.Model
        let neuron name = name, WholeNeuron name
        let input name = name, Value(Scope.input scope name)

        let alpha = [ "alpha", WholeNeuron "#alpha" ]

        match family name with
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
    let freeNames (subject: Subject) name = symbols subject name subject.Model.Scope |> List.map fst

    let private scope (subject: Subject) name =
        let scope = subject.Model.Scope
        let own = symbols subject name scope
        let hasNeuron = List.exists (fst >> (=) "w") own

        let blocks =
            if hasNeuron then
                scope.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block))
            else
                []

        own @ blocks |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) scope

    let private shape term =
        match term with
        | ScalarTerm _ -> "a scalar"
        | VectorTerm vector -> $"a vector of length {vector.Length}"

    let private sameShape place name claimed derived =
        match claimed, derived with
        | ScalarTerm _, ScalarTerm _ -> Ok()
        | VectorTerm u, VectorTerm v when u.Length = v.Length -> Ok()
        | _ -> Error(Fault.invalid place (shape claimed) $"{shape derived}, as {name} is" "" "")

    let private alphaAtInput place claimed =
        if Occurrence.termMentions "#alpha" claimed then
            Error(Fault.invalid place "alpha without its input" "alpha(x)" "" "write alpha(x)")
        else
            Ok()

    /// Reads a claim. Faults, each with its place in the claim: no '=', an object that is unknown, an equation or absent from this
    /// problem, syntax, names that the object does not have, another shape.
    let read (subject: Subject) (source: Formula) : Result<Claim, Fault> =
        result {
            let! sign =
                match equalsSign source.Text with
                | Some index -> Ok index
                | None -> Error(Fault.invalid (source.At source.Text.Length) "a claim without '='" "NAME = EXPRESSION" "" "")

            let name = source.Text.Substring(0, sign).Trim()
            let start = source.Text.Length - source.Text.TrimStart().Length
            let! derived = derived subject (source.At start) name
            let right = from (sign + 1) source
            let! claimed = Elaborate.ofAnyKind (scope subject name) right
            do! sameShape right.Where name claimed derived
            do! alphaAtInput right.Where claimed

            return { Name = name; Source = source; Claimed = claimed; Derived = derived }
        }

    // ---- What is compared ----

    let private rename left right term =
        let change value = Binding.rename left (Free right) value

        match term with
        | ScalarTerm scalar -> ScalarTerm(change scalar)
        | VectorTerm vector -> VectorTerm vector

    let private less left right = Term.add left (Term.scale (Expr.integer -1) right)

    /// The object less its value at w2: free of the constant that it is defined up to.
    let private difference name other term = less term (rename name other term)

    /// A form of the object that its freedom does not change: constants leave by a difference in w, g(w) + h(v) by a second one in v.
    let fixedForm name term =
        match name with
        | "psi"
        | "first_variation"
        | "gibbs_log_density" -> difference "w" "w2" term
        | "second_variation" -> term |> difference "w" "w2" |> difference "v" "v2"
        | _ -> term
