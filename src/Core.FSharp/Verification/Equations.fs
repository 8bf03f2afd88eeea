namespace MeanField.Core

open System

/// Equations as they are printed, each side read from its text: those of the control problem, the Fokker-Planck equation and the second
/// variation of the entropies.
[<RequireQualifiedAccess>]
module internal Equations =
    let private world subject sample = Mixtures.world subject sample
    let private valueIn world term = Evaluate.term Doubles.ofTable world term

    /// Rounding: of the largest intermediate value, as for texts.
    let private rounding = 1e-10

    /// Two readings that must be alike.
    let private alike (reader: Words.Reader) (expected: float[]) (found: float[]) : Trials.Trial option =
        let error = Words.sized expected.Length found |> Array.map2 Trials.distance expected |> Array.max
        Some { Error = error; Allowed = rounding * reader.Trace.Largest }

    let private detail = $"difference of the values, at most {rounding} of the largest intermediate value"

    // ---- The control problem ----

    /// A derived object at the neuron that the argument spells, as in value_terminal(w + sqrt(1 - t/tau)*v).
    let private atNeuron (subject: Subject) name term : string * Words.Meaning =
        let bare = Words.reader subject []

        let meaning world arguments =
            match arguments with
            | [ argument ] ->
                let place = Words.value bare world argument |> Words.neuron subject.Model
                Some(valueIn (World.place "w" place world) term)
            | _ -> None

        name, meaning

    let private derived (subject: Subject) names =
        names |> List.choose (fun name -> Subject.tryValue name subject |> Option.map (atNeuron subject name))

    /// h(w, t) where the statement stands.
    let private partition (subject: Subject) start : (string * Words.Meaning) list =
        match Subject.tryValue "partition" subject with
        | Some value -> [ "h", (fun _ _ -> Some(valueIn start value)) ]
        | None -> []

    let private gradients (subject: Subject) = subject.Model.Blocks |> List.map (fun (block, _) -> $"gradient_psi.{block}")

    /// The names w, v and t are those of the printed statements.
    let private isClear (subject: Subject) =
        subject.Model.Blocks |> List.forall (fun (block, _) -> block <> "w" && block <> "v" && block <> "t")

    let private control (subject: Subject) (step: Deduction) =
        match step.Value with
        | Some value when isClear subject ->
            [ Trials.check 3 step.Name "print" detail subject (fun _ sample ->
                  let world = world subject sample
                  let words = derived subject ("value_terminal" :: gradients subject)
                  // h stands for itself in its own definition.
                  let reader = Words.reader subject (if step.Name = "partition" then words else words @ partition subject world)
                  alike reader (valueIn world value) (Words.value reader world step.Right)) ]
        | Some _
        | None -> []

    let private controls (subject: Subject) =
        let isControl (step: Deduction) = step.Name = "partition" || step.Name.StartsWith("foellmer_drift.", StringComparison.Ordinal)

        subject.Steps |> List.filter isControl |> List.collect (control subject)

    // ---- The Fokker-Planck equation ----

    let private step = 1e-3

    /// A smooth positive function in the place of the density of mu.
    let private density (subject: Subject) point =
        let square = Words.numbers subject.Model point |> Array.averageBy (fun value -> (value - 0.3) * (value - 0.3))
        Math.Exp(-square / 2.0)

    /// The point moved along a coordinate.
    let private moved (subject: Subject) index distance point =
        Words.numbers subject.Model point
        |> Array.mapi (fun k value -> if k = index then value + distance else value)
        |> Words.neuron subject.Model

    /// SUM over the coordinates of a block of the differences of a field's components; of second differences for a Laplacian.
    let private divergence subject (offset, length) (field: Point<float> -> float[]) point =
        let slope k =
            let at distance = (field (moved subject (offset + k) distance point) |> Words.sized length)[k]
            (at step - at -step) / (2.0 * step)

        List.init length slope |> List.sum

    let private laplacian (subject: Subject) (field: Point<float> -> float) point =
        let bend k =
            let at distance = field (moved subject k distance point)
            (at step - 2.0 * field point + at -step) / (step * step)

        List.init (Words.numbers subject.Model point).Length bend |> List.sum

    let private offsets (subject: Subject) =
        let widths = subject.Model.Blocks |> List.map snd

        List.zip subject.Model.Blocks (List.scan (+) 0 widths |> List.take widths.Length)
        |> List.map (fun ((name, length), offset) -> name, (offset, length))

    /// div.b(...) and laplacian(...) as differences of what their argument's text says.
    let private flows (subject: Subject) : (string * Words.Meaning) list =
        let bare = Words.reader subject []
        let at world argument point = Words.value bare (World.place "w" point world) argument
        let own (world: World<float>) = world.Free["w"]

        let argument (meaning: World<float> -> Notation -> float) : Words.Meaning =
            fun world arguments ->
                match arguments with
                | [ only ] -> Some [| meaning world only |]
                | _ -> None

        ("laplacian", argument (fun world text -> laplacian subject (at world text >> Array.head) (own world)))
        :: [ for name, place in offsets subject ->
                 $"div.{name}", argument (fun world text -> divergence subject place (at world text) (own world)) ]

    /// -div(mu b) + (s^2/2) Lap mu for the derived drift b and noise s.
    let private spread (subject: Subject) (world: World<float>) drifts noise =
        let own = world.Free["w"]
        let mu = density subject

        let transported (name, place) =
            let drift point = valueIn (World.place "w" point world) (Map.find name drifts)
            -(divergence subject place (fun point -> drift point |> Array.map ((*) (mu point))) own)

        let s = Evaluate.scalar Doubles.ofTable world noise
        (offsets subject |> List.sumBy transported) + s * s / 2.0 * laplacian subject mu own

    let private fokkerPlanck (subject: Subject) =
        let drifts =
            subject.Model.Blocks
            |> List.choose (fun (name, _) -> Subject.tryValue $"drift_langevin.{name}" subject |> Option.map (fun drift -> name, drift))

        match Subject.tryStep "fokker_planck" subject, Subject.tryScalar "diffusion_langevin" subject with
        | Some printed, Some noise ->
            [ Trials.check
                  3
                  printed.Name
                  "print"
                  "its right side at a smooth density against -div(mu b) + (s^2/2) Lap mu for drift_langevin and diffusion_langevin, by differences of one step; tolerance: rounding over the step's square"
                  subject
                  (fun _ sample ->
                      let start = world subject sample
                      let start = { start with Density = fun _ point -> density subject point }
                      let reader = Words.reader subject (flows subject)
                      let found = Words.number reader start printed.Right
                      let expected = spread subject start (Map.ofList drifts) noise
                      let size = 10.0 + reader.Trace.Largest + abs expected
                      Some { Error = Trials.distance expected found; Allowed = 64.0 * 2.3e-16 * size / (step * step) }) ]
        | _ -> []

    // ---- The second variation of the entropies ----

    /// INT body(w) dw over the atoms, mu and gamma being their weights there and h the direction.
    let private integral (subject: Subject) (sample: Sample) (direction: float list) : string * Words.Meaning =
        let atoms = sample.Support |> List.map Point.Neuron

        let meaning world arguments =
            match arguments with
            | [ body ] ->
                let at atom h =
                    let reader = Words.reader subject [ "h", (fun _ _ -> Some [| h |]) ]
                    Words.number reader (World.place "w" atom world) body

                Some [| List.map2 at atoms direction |> List.sum |]
            | _ -> None

        "integral", meaning

    let private entropySecond (subject: Subject) (printed: Deduction) =
        match printed.Left.Form with
        | Call("d2", [ entropy ]) ->
            [ Trials.check
                  3
                  printed.Name
                  "mixtures"
                  "the bend of the relative entropy along a direction by extrapolated differences; the tolerance is 4 times the last change of the extrapolation and rounding"
                  subject
                  (fun random sample ->
                      let mu, nu = sample.Weights[Mu], Sample.weights random sample.Support.Length
                      let direction = List.map2 (fun p q -> q - p) mu nu
                      let reader = Words.reader subject [ integral subject sample direction ]
                      let found = Words.number reader (world subject sample) printed.Right
                      let read trace world = Written.value trace reader.Glossary world Map.empty entropy
                      let functional = Mixtures.ofText read true subject sample (Trace())
                      let expected = Mixtures.bend functional (fun () -> 10.0) mu nu nu
                      Some { Error = Trials.distance expected.Value found; Allowed = expected.Uncertainty }) ]
        | _ -> []

    let private entropies (subject: Subject) =
        subject.Steps
        |> List.filter _.Name.StartsWith("entropy_second.", StringComparison.Ordinal)
        |> List.collect (entropySecond subject)

    let checks (subject: Subject) : Check list = controls subject @ fokkerPlanck subject @ entropies subject
