namespace MeanField.Core

/// Reads [bridge]: two laws on the same R^d.
[<RequireQualifiedAccess>]
module internal BridgeReader =
    let private weightColumn = "weight"

    /// A law as written, its text for places, and the columns of its file.
    type private Read = { Text: Formula; Law: WrittenLaw; Columns: string list }

    let private refuse (text: Formula) index found expected remedy = Error(Fault.invalid (text.At index) found expected "" remedy)

    let private chosen (text: Formula) header columns =
        match columns with
        | []
        | [ _, "*" ] -> Ok header
        | _ ->
            result {
                let named (index, name) =
                    if List.contains name header then
                        Ok name
                    else
                        let expected = $"""a column of the file: {String.concat ", " header}"""
                        Error(Fault.invalid (text.At index) $"the column '{name}'" expected (Fault.nearest name header) "correct the name")

                do! columns |> List.map (fun (index, name) -> name, text.At index) |> Names.distinct
                return! traverse named columns
            }

    let private columns files (text: Formula) law =
        let header (index, path) = files path |> Result.mapError (Fault.at (text.At index))

        match law with
        | WrittenLaw.Atoms(index, file) ->
            header (index, file)
            |> Result.bind (fun names ->
                match names |> List.filter ((<>) weightColumn) with
                | [] -> refuse text index "a file of weights alone" "columns of coordinates" "add the coordinates of the points"
                | coordinates -> Ok coordinates)
        | WrittenLaw.Data(file, columns) -> header file |> Result.bind (fun names -> chosen text names columns)
        | WrittenLaw.Normal _
        | WrittenLaw.Mixture _
        | WrittenLaw.Gibbs -> Ok []

    let private ofText files item =
        result {
            let! text = Field.formula item
            let! law = BridgeText.parse text
            let! columns = columns files text law
            return { Text = text; Law = law; Columns = columns }
        }

    let private lengths coordinates =
        match coordinates with
        | index, Coordinates.Each numbers -> [ index, numbers.Length ]
        | index, Coordinates.Rows rows -> [ index, rows.Length ]
        | _, Coordinates.All _ -> []

    /// The dimensions that a law states, each with the index where it does.
    let rec private stated width law =
        match law with
        | WrittenLaw.Normal(mean, scale) -> lengths mean @ lengths scale
        | WrittenLaw.Mixture parts -> parts |> List.collect (fun (_, _, law) -> stated width law)
        | WrittenLaw.Atoms(index, _) -> [ index, width ]
        | WrittenLaw.Data((index, _), _) -> [ index, width ]
        | WrittenLaw.Gibbs -> [ 0, width ]

    let private each d (text: Formula) (index, coordinates) =
        match coordinates with
        | Coordinates.All number -> Ok(List.replicate d number)
        | Coordinates.Each numbers -> Ok numbers
        | Coordinates.Rows _ -> refuse text index "a matrix" "a number or a list of numbers" "write the mean in one pair of brackets"

    let private positive text index (numbers: Number list) =
        match numbers |> List.tryFind (fun number -> number.Value <= 0.0) with
        | Some number -> refuse text index $"the scale {number.Literal}" "positive numbers" "a point is a law of atoms(file) with one row"
        | None -> Ok numbers

    /// Rows of d with zeros above the diagonal.
    let private triangle d text index (rows: Number list list) =
        match rows |> List.tryFind (fun row -> row.Length <> d) with
        | Some row -> refuse text index $"a row of {row.Length}" $"{d} rows of {d}" "write the whole Cholesky factor, zeros included"
        | None when rows |> List.indexed |> List.exists (fun (i, row) -> row |> List.skip (i + 1) |> List.exists (fun x -> x.Value <> 0.0)) ->
            refuse text index "a matrix with numbers above its diagonal" "the lower Cholesky factor of the covariance" "write zeros above"
        | None -> rows |> List.mapi (fun i row -> row[i]) |> positive text index |> Result.map (fun _ -> rows)

    let private gaussian d text (mean, (index, scale)) =
        result {
            let! mean = each d text mean

            match scale with
            | Coordinates.Rows rows ->
                let! factor = triangle d text index rows
                return { Mean = mean; Deviations = []; Factor = factor }
            | Coordinates.All _
            | Coordinates.Each _ ->
                let! deviations = each d text (index, scale) |> Result.bind (positive text index)
                return { Mean = mean; Deviations = deviations; Factor = [] }
        }

    let private mixture text (parts: MixturePart list) =
        let total = parts |> List.sumBy _.Weight.Exact

        if parts |> List.exists (fun part -> part.Weight.Value <= 0.0) then
            refuse text 0 "a weight that is not positive" "positive weights" "leave the part out"
        elif (total - Fractions.Fraction.One).Abs() > Fractions.Fraction(1, 1000000000) then
            refuse text 0 $"weights of sum {total.ToDouble()}" "weights of sum 1" "divide them by their sum"
        else
            Ok(BridgeLaw.Mixture parts)

    let private resolved d read =
        let part (_, weight, law) =
            match law with
            | WrittenLaw.Normal(mean, scale) -> gaussian d read.Text (mean, scale) |> Result.map (fun law -> { Weight = weight; Law = law })
            | WrittenLaw.Mixture _
            | WrittenLaw.Atoms _
            | WrittenLaw.Data _
            | WrittenLaw.Gibbs -> Error(Fault.InternalBug("a part of a mixture that is no normal law", read.Text.Text))

        match read.Law with
        | WrittenLaw.Normal(mean, scale) -> gaussian d read.Text (mean, scale) |> Result.map BridgeLaw.Normal
        | WrittenLaw.Mixture parts -> traverse part parts |> Result.bind (mixture read.Text)
        | WrittenLaw.Atoms(_, file) -> Ok(BridgeLaw.Atoms(file, read.Columns))
        | WrittenLaw.Data((_, file), _) -> Ok(BridgeLaw.Data(file, read.Columns))
        | WrittenLaw.Gibbs -> Ok(BridgeLaw.Gibbs d)

    let private dimension (neuron: int) reads =
        let widths read = stated (if read.Columns.IsEmpty then neuron else read.Columns.Length) read.Law
        let all = reads |> List.collect (fun read -> widths read |> List.map (fun (index, d) -> read.Text, index, d))

        match all with
        | [] -> Ok 1
        | (_, _, d) :: _ ->
            match all |> List.tryFind (fun (_, _, other) -> other <> d) with
            | None -> Ok d
            | Some(text, index, other) ->
                refuse text index $"dimension {other}" $"{d}, as what stands before it has" "give both laws the same dimension"

    let private needsProblem (parameters: Parameter list) read =
        match read.Law with
        | WrittenLaw.Gibbs when parameters.IsEmpty ->
            refuse read.Text 0 "gibbs in a file without a problem" "the minimiser of the problem in this file" "add [neuron] and the rest"
        | _ -> Ok()

    /// `files` answers the header of a CSV file; `parameters` are those of the problem's neuron, none where the bridge stands alone.
    let read files parameters table =
        result {
            let! start = Field.required "from" "from = \"normal(0, 0.8)\"" (ofText files) table
            let! target = Field.required "to" "to = \"gibbs\"" (ofText files) table
            do! check (needsProblem parameters) [ start; target ]
            let! d = dimension (parameters |> List.sumBy _.Width) [ start; target ]
            let! from = resolved d start
            let! towards = resolved d target

            let! tolerance =
                Field.optional
                    "tolerance"
                    ({ Exact = Fractions.Fraction(1, 100000000); Value = 1e-8; Literal = "1e-8" })
                    Field.positive
                    table

            let! points = Field.optional "points" 2000 Field.count table
            let! seed = Field.optional "seed" 1L Field.seed table
            return { From = from; To = towards; Dimension = d; Tolerance = tolerance; Points = points; Seed = seed }
        }
