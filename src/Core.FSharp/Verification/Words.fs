namespace MeanField.Core

/// Printed statements in words of the theory that the language lacks, such as d_t, laplacian or value_terminal: each call becomes a
/// name with a number.
[<RequireQualifiedAccess>]
module internal Words =
    /// What a call means in a world; None leaves it to the language.
    type Meaning = World<float> -> Notation list -> float[] option

    /// A printed statement with its words, and how to read the language around them.
    type Reader = { Glossary: Glossary; Meanings: Map<string, Meaning>; Trace: Trace }

    let reader (subject: Subject) meanings =
        { Glossary = Written.glossary subject.Problem; Meanings = Map.ofList meanings; Trace = Trace() }

    /// The notation with what `change` answers in the place of its parts, from the outside in.
    let rec replace (change: Notation -> Notation option) (notation: Notation) : Notation =
        let go = replace change

        match change notation, notation.Form with
        | Some other, _ -> other
        | None, Number _
        | None, Name _ -> notation
        | None, Member(target, block) -> Notation.make (Member(go target, block))
        | None, Index(target, first, last) -> Notation.make (Index(go target, first, last))
        | None, Call(name, arguments) -> Notation.call name (List.map go arguments)
        | None, Negated inner -> Notation.make (Negated(go inner))
        | None, Infix(operator, left, right) -> Notation.infix operator (go left) (go right)
        | None, Test(operator, left, right) -> Notation.make (Test(operator, go left, go right))
        | None, Expectation(binders, body) -> Notation.make (Expectation(binders, go body))

    let private laws = Map [ "pi", Data; "mu", Mu; "gamma", Prior; "mu_star", Optimal ]

    /// The value of a statement at the neuron w. A mean is read point by point, since words in it may read its variable.
    let rec value (reader: Reader) (world: World<float>) (notation: Notation) : float[] =
        let numbers = ResizeArray<float[]>()

        let named value =
            numbers.Add value
            Some(Notation.name $"#{numbers.Count - 1}")

        let change (part: Notation) =
            match part.Form with
            | Expectation([ name, law ], body) when laws.ContainsKey law ->
                world.Mean laws[law] 1 (fun point -> value reader (World.place name point world) body) |> named
            | Call(word, arguments) when reader.Meanings.ContainsKey word -> reader.Meanings[word] world arguments |> Option.bind named
            | _ -> None

        let language = replace change notation
        let known = numbers |> Seq.indexed |> Seq.fold (fun known (k, value) -> Map.add $"#{k}" value known) world.Vectors
        Written.value reader.Trace reader.Glossary { world with Vectors = known } Map.empty language

    /// A vector without terms is written 0; numbers of another length than wanted are none.
    let sized length (numbers: float[]) =
        if numbers.Length = length then numbers
        elif numbers = [| 0.0 |] then Array.zeroCreate length
        else Array.create length nan

    /// The first number of a statement.
    let number reader world notation = (value reader world notation)[0]

    /// A neuron from the numbers of all its blocks.
    let neuron (model: Model) (numbers: float[]) : Point<float> =
        let place (offset, blocks) (name, length) = offset + length, Map.add name numbers[offset .. offset + length - 1] blocks
        model.Blocks |> List.fold place (0, Map.empty) |> snd |> Point.Neuron

    /// The numbers of all blocks of a neuron, in order.
    let numbers (model: Model) (point: Point<float>) =
        match point with
        | Point.Neuron blocks -> model.Blocks |> List.map (fun (name, _) -> blocks[name]) |> Array.concat
        | Point.Input values -> values
