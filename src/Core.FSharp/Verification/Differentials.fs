namespace MeanField.Core

/// gradient_psi, hessian_psi and laplacian_psi against jets of psi.
[<RequireQualifiedAccess>]
module internal Differentials =
    let private means = "jets of psi"

    let private gradients (subject: Subject) psi (block, _) =
        let name = $"gradient_psi.{block}"

        Subject.tryValue name subject
        |> Option.map (fun value ->
            Measurement.check name "jets" means 2 (fun random ->
                let sample = Jets.draw subject random
                Measurement.ofArrays (Jets.stated subject sample value) (Jets.gradient subject sample psi block)))
        |> Option.toList

    /// At most four coordinates of a block: the ends and two between.
    let private chosen length = List.distinct [ 0; length / 3; 2 * length / 3; length - 1 ]

    let private hessianAt (subject: Subject) psi value (left, rows) (right, columns) random =
        let sample = Jets.draw subject random
        let stated = Jets.stated subject sample value

        [ for row in chosen rows do
              for column in chosen columns do
                  let found = (Jets.slopes subject sample (left, row) (right, column) psi).Mixed
                  { Stated = stated[row * columns + column]; Found = found } ]

    let private hessians (subject: Subject) psi =
        [ for left in subject.Model.Blocks do
              for right in subject.Model.Blocks do
                  let name = $"hessian_psi.{fst left}.{fst right}"

                  match Subject.tryValue name subject with
                  | Some value -> Measurement.check name "jets" means 2 (hessianAt subject psi value left right)
                  | None -> () ]

    let private laplacian (subject: Subject) psi =
        let name = "laplacian_psi"

        let trace sample =
            Jets.coordinates subject.Model
            |> List.map (fun coordinate -> (Jets.slopes subject sample coordinate coordinate psi).Mixed)
            |> Jets.total

        Subject.tryValue name subject
        |> Option.map (fun value ->
            Measurement.check name "jets" means 1 (fun random ->
                let sample = Jets.draw subject random
                Measurement.ofArrays (Jets.stated subject sample value) [| trace sample |]))
        |> Option.toList

    let checks (subject: Subject) : Check list =
        match Subject.tryScalar "psi" subject with
        | Some psi -> List.collect (gradients subject psi) subject.Model.Blocks @ hessians subject psi @ laplacian subject psi
        | None -> []
