namespace MeanField.Core

/// What is verified: a problem with all that is derived from it.
type internal Subject = { Problem: Problem; Model: Model; Functional: Functional; Steps: Deduction list }

[<RequireQualifiedAccess>]
module internal Subject =
    let create (problem: Problem) : Result<Subject, Fault> =
        result {
            let! model = Model.create problem
            let! functional = Functional.split model.Objective
            let! steps = Exposition.steps problem model

            return { Problem = problem; Model = model; Functional = functional; Steps = steps }
        }

    let tryStep name (subject: Subject) = subject.Steps |> List.tryFind (fun step -> step.Name = name)

    /// The derived object that a step states, where there is such a step and it states one.
    let tryValue name subject = tryStep name subject |> Option.bind _.Value

    let tryScalar name subject =
        match tryValue name subject with
        | Some(ScalarTerm value) -> Some value
        | Some(VectorTerm _)
        | None -> None
