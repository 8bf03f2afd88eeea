namespace MeanField.Core

open System
open System.Collections.Generic

/// A constant of theory section 7, enclosed. `High` is infinite where no bound is shown; `Low` is, too, where there is none.
/// `Reason` says why it is infinite or how it was found.
type Constant = { Name: string; Low: float; High: float; Reason: string }

/// Rigorous suprema over all neurons by branch and bound in enclosures (theory section 7).
[<RequireQualifiedAccess>]
module Bounds =
    /// A field F(x; w) of numbers whose mean SUM omega_j F F^T has its largest eigenvalue bounded: sigma, its gradient or its Hessian.
    type private Field =
        {
            Name: string
            Order: int
            Entries: Term list
            /// dF along each scalar block.
            Slopes: (string * Term list) list
        }

    type private Setting = { Model: Model; Worlds: World<Enclosure>[]; Weights: Enclosure[]; Dimension: int; Places: int[] }

    // ---- Derivatives ----

    let private gradient (model: Model) formula =
        model.Blocks |> List.map (fun (block, length) -> block, Calculus.gradient "w" block length formula)

    /// The derivatives of the order of a scalar, in an order of blocks that is the same for all scalars.
    let private derivatives model order formula =
        let slopes = gradient model formula

        match order with
        | 0 -> [ ScalarTerm formula ]
        | 1 -> List.map snd slopes
        | _ -> List.allPairs slopes slopes |> List.map (fun (row, column) -> Hessian.block "w" row column)

    let private field model name order formula =
        { Name = name
          Order = order
          Entries = derivatives model order formula
          Slopes =
            gradient model formula
            |> List.choose (fun (block, slope) ->
                match slope with
                | ScalarTerm along -> Some(block, derivatives model order along)
                | VectorTerm _ -> None) }

    // ---- Values ----

    /// A box of neurons: an enclosure per coordinate, blocks in order.
    let private neuron setting (box: Enclosure[]) =
        let place (first, blocks) (name, length) = first + length, Map.add name box[first .. first + length - 1] blocks
        setting.Model.Blocks |> List.fold place (0, Map.empty) |> snd |> Point.Neuron

    /// Second derivatives come block by block of a Hessian: where each stands in the matrix of all coordinates, row by row.
    let private placesOf (model: Model) =
        let dimension = List.sumBy snd model.Blocks
        let starts = model.Blocks |> List.scan (fun start (_, length) -> start + length) 0
        let blocks = List.zip (List.take model.Blocks.Length starts) (List.map snd model.Blocks)

        [| for (row, height), (column, width) in List.allPairs blocks blocks do
               for i in 0 .. height - 1 do
                   for k in 0 .. width - 1 -> (row + i) * dimension + column + k |]

    let private asMatrix setting (values: Enclosure[]) =
        if values.Length <> setting.Places.Length then
            values
        else
            let matrix = Array.zeroCreate values.Length
            Array.iter2 (fun place value -> matrix[place] <- value) setting.Places values
            matrix

    let private values setting (terms: Term list) box : Enclosure[][] =
        let at = neuron setting box

        setting.Worlds
        |> Array.map (fun world ->
            let world = World.place "w" at world
            terms |> List.map (Evaluate.term Enclosure.arithmetic world) |> Array.concat |> asMatrix setting)

    let private nought = Enclosure.point 0.0

    /// SUM omega_j u_j[i] v_j[k], entry by entry.
    let private moments setting (left: Enclosure[][]) (right: Enclosure[][]) =
        Array2D.init left[0].Length right[0].Length (fun i k ->
            let term j weight = Enclosure.multiply weight (Enclosure.multiply (left[j][i]) (right[j][k]))
            setting.Weights |> Array.mapi term |> Array.fold Enclosure.add nought)

    /// The same for one vector with itself, whose squares are not negative. Of long ones, of which only the trace is read, the diagonal.
    let private gram setting (field: Enclosure[][]) =
        let size = field[0].Length
        let square j i = Enclosure.power (Fractions.Fraction 2) (field[j][i])
        let all = if size > Spectrum.longest then Array2D.create size size nought else moments setting field field

        for i in 0 .. size - 1 do
            all[i, i] <-
                setting.Weights
                |> Array.mapi (fun j weight -> Enclosure.multiply weight (square j i))
                |> Array.fold Enclosure.add nought

        all

    // ---- Boxes ----

    /// w/(1 + |w|): the line as a bounded interval, in which boxes are measured.
    let private folded (w: float) = if Double.IsInfinity w then float (sign w) else w / (1.0 + abs w)

    let private cut (range: Enclosure) =
        if not (Double.IsFinite range.Low) && not (Double.IsFinite range.High) then 0.0
        elif Double.IsInfinity range.High then Math.Max(1.0, 2.0 * range.Low)
        elif Double.IsInfinity range.Low then Math.Min(-1.0, 2.0 * range.High)
        else Enclosure.middle range

    let private halves (box: Enclosure[]) =
        let widest = [ 0 .. box.Length - 1 ] |> List.maxBy (fun i -> folded box[i].High - folded box[i].Low)
        let at = cut box[widest]
        let low, high = box[widest].Low, box[widest].High
        [ Enclosure.between low at; Enclosure.between at high ] |> List.map (fun half -> Array.updateAt widest half box)

    /// M(B) within M(c) + SUM_k dM/dw_k(B) (B_k - c_k): narrow boxes lose only what is of second order at a maximum.
    let private centred setting (field: Field) (here: Enclosure[][]) (box: Enclosure[]) (centre: Enclosure[,]) =
        let size = Array2D.length1 centre

        field.Slopes
        |> List.mapi (fun k (_, slope) ->
            let half = moments setting here (values setting slope box)
            let away = Enclosure.subtract box[k] (Enclosure.point (Enclosure.middle box[k]))
            Array2D.init size size (fun i j -> Enclosure.multiply away (Enclosure.add (half[i, j]) (half[j, i]))))
        |> List.fold (fun total part -> Array2D.init size size (fun i j -> Enclosure.add (total[i, j]) (part[i, j]))) centre

    let private components (terms: Term list) =
        terms
        |> List.sumBy (function
            | ScalarTerm _ -> 1
            | VectorTerm vector -> vector.Length)

    let private isSmooth (model: Model) (field: Field) =
        field.Slopes.Length = model.Blocks.Length
        && components field.Entries <= Spectrum.longest
        && field.Entries
           |> List.forall (fun entry -> model.Blocks |> List.forall (fun (block, _) -> (Kink.inTerm block entry).IsNone))

    /// Bounds of the supremum over one box: its upper end over the box, and a value that is reached there.
    let private ofBox setting (field: Field) smooth (box: Enclosure[]) =
        let here = values setting field.Entries box
        let centre = box |> Array.map (Enclosure.middle >> Enclosure.point) |> values setting field.Entries |> gram setting
        let naive = Spectrum.upper (gram setting here)

        let narrow =
            if smooth && Array.forall (fun side -> Enclosure.width side < 1.0) box then
                Spectrum.upper (centred setting field here box centre)
            else
                infinity

        Math.Min(naive, narrow), Spectrum.lower setting.Dimension field.Order centre

    /// Squares closer than this, relatively, are not told apart: the constants are good to half of it.
    let private resolution = 1e-8

    /// Nodes of formulas that may be evaluated in all, for one constant: some tenths of a second.
    let private budget = 2e6

    let private size term =
        match term with
        | ScalarTerm value -> Occurrence.writtenSize value
        | VectorTerm vector -> float vector.Length * (vector.Terms |> List.sumBy (fst >> Occurrence.writtenSize >> (+) 4.0))

    /// What one box costs: the field and its slopes at every node, and their products.
    let private cost setting (field: Field) =
        let all = List.sumBy size
        let products = float (pown (min Spectrum.longest (components field.Entries)) 2)
        let slopes = float (2 + field.Slopes.Length)
        float setting.Worlds.Length * (2.0 * all field.Entries + List.sumBy (snd >> all) field.Slopes + slopes * products)

    /// Where maxima form ridges, as of sin(b + c), more boxes gain little.
    let private mostBoxes = 6000

    let private supremum setting (field: Field) =
        let smooth = isSmooth setting.Model field
        let queue = PriorityQueue<Enclosure[], float>()
        let mutable best = 0.0

        let push box =
            let high, low = ofBox setting field smooth box
            best <- Math.Max(best, low)
            queue.Enqueue(box, -high)
            high

        let mutable high = push (Array.create setting.Dimension Enclosure.whole)
        let mutable left = Math.Min(mostBoxes, int (budget / cost setting field))

        while left > 0 && high > best * (1.0 + resolution) do
            halves (queue.Dequeue()) |> List.iter (push >> ignore)
            left <- left - 2
            let _, priority = (let _, box, priority = queue.TryPeek() in box, priority)
            high <- -priority

        Enclosure.power (Fractions.Fraction(1, 2)) (Enclosure.between best (Math.Max(best, high)))

    // ---- Infinite constants ----

    /// A slope of the field along a scalar block that keeps away from 0 on a ray, at a node: the field is unbounded there.
    let private escape setting (field: Field) =
        let blocks = setting.Model.Blocks
        let first name = blocks |> List.takeWhile (fst >> (<>) name) |> List.sumBy snd

        let along (block, slope) (base', ray) =
            let box = Array.create setting.Dimension (Enclosure.point base') |> Array.updateAt (first block) ray
            let image = values setting slope box
            let steep j = setting.Weights[j].Low > 0.0 && Array.exists Enclosure.hasSign image[j]
            if Seq.exists steep [ 0 .. image.Length - 1 ] then Some block else None

        let continuous (block, _) = field.Entries |> List.forall (fun entry -> (Kink.inTerm block entry).IsNone)
        let rays = [ Enclosure.between 4.0 infinity; Enclosure.between -infinity -4.0 ]

        List.allPairs (List.filter continuous field.Slopes) (List.allPairs [ 0.5; -1.0 ] rays)
        |> List.tryPick (fun (slope, ray) -> along slope ray)

    let private infinite name reason = { Name = name; Low = infinity; High = infinity; Reason = reason }

    let private titles = [ "S0", 0, "sigma"; "G1", 1, "its gradient"; "G2", 2, "its Hessian" ]

    /// The jump that keeps a derivative of the order from being a function, and what has it.
    let private jump (model: Model) order formula =
        let ofSigma = [ "sigma", ScalarTerm formula ]
        let ofGradient = gradient model formula |> List.map (fun (_, slope) -> "the gradient of sigma", slope)

        let read =
            match order with
            | 0 -> []
            | 1 -> ofSigma
            | _ -> ofSigma @ ofGradient

        List.allPairs read model.Blocks
        |> List.tryPick (fun ((what, term), (block, _)) -> Kink.inTerm block term |> Option.map (fun jump -> what, jump))

    /// A step is infinitely steep; whether an `if` jumps is not decided.
    let private ofJump name (what, jump) =
        let text = Infix.print jump

        let isBranch =
            match jump.Form with
            | Call("if", _) -> true
            | _ -> false

        { Name = name
          Low = (if isBranch then 0.0 else infinity)
          High = infinity
          Reason =
            if isBranch then
                $"not enclosed: {what} may jump at {text}"
            else
                $"{what} jumps at {text}: it has no derivative there" }

    let private manner (range: Enclosure) =
        if Double.IsInfinity range.High then
            "no bound was found within the budget, nor a proof that there is none"
        else
            "branch and bound over all neurons in outward-rounded enclosures"

    let private enclosed setting formula (name, order, what) =
        match jump setting.Model order formula with
        | Some jump -> ofJump name jump
        | None ->
            let field = field setting.Model name order formula

            if cost setting field > budget then
                let components = components field.Entries

                { Name = name
                  Low = 0.0
                  High = infinity
                  Reason = $"not enclosed: {components} components at {setting.Worlds.Length} nodes are over the budget" }
            else
                match escape setting field with
                | Some block -> infinite name $"{what} grows without bound along {block}: its slope keeps away from 0 on a ray"
                | None ->
                    let range = supremum setting field
                    { Name = name; Low = range.Low; High = range.High; Reason = manner range }

    let private setting problem (model: Model) nodes =
        { Model = model
          Worlds = NodeValues.worlds problem nodes
          Weights = NodeValues.weights nodes
          Dimension = List.sumBy snd model.Blocks
          Places = placesOf model }

    /// S0, G1 and G2 over the nodes of pi, each enclosed; none without an activation.
    /// Tight for one parameter; for more as tight as a fixed budget allows. Deterministic; cost about a second at most for small w.
    /// Faults: those of the problem's formulas.
    let ofNeuron (problem: Problem) (nodes: NodeValues) : Result<Constant list, Fault> =
        Model.create problem
        |> Result.map (fun model ->
            match model.Neuron with
            | None -> []
            | Some formula -> titles |> List.map (enclosed (setting problem model nodes) formula))
