namespace MeanField.Core

open Fractions

/// Smart constructors of vectors: linear combinations of atoms, multilinear operations, functions component by component.
/// What they build is in normal form, so that hadamard(b, b), b^2 and the gradient of sum(b^3)/3 are one expression.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Vector =
    /// Rows times columns for a matrix.
    let rec lengthOf atom =
        match atom with
        | Whole(_, _, length)
        | Constant(_, length)
        | Unit(_, length)
        | Ones length
        | Embedded(_, _, length) -> length
        | Slice(_, first, last) -> last - first + 1
        | Mapped(_, vector) -> vector.Length
        | Hadamard atoms -> lengthOf atoms.Head
        | MeanVector(_, _, inner) -> lengthOf inner
        | Outer(left, right) -> lengthOf left * lengthOf right
        | Identity rows -> rows * rows
        | Diagonal inner -> pown (lengthOf inner) 2

    /// A linear combination of atoms of the given length, like atoms collected.
    let create length (terms: (Scalar * VectorAtom) list) =
        { Length = length
          Terms =
            terms
            |> List.groupBy snd
            |> List.map (fun (atom, group) -> group |> List.map fst |> Expr.sum, atom)
            |> List.filter (fun (coefficient, _) -> coefficient <> Expr.zero)
            |> List.sortBy snd }

    let zero length = create length []
    let ofAtom atom = create (lengthOf atom) [ Expr.one, atom ]
    let ones length = ofAtom (Ones length)
    let unit index length = ofAtom (Unit(index, length))
    let add left right = create left.Length (left.Terms @ right.Terms)

    /// The sum of vectors of one length.
    let sum length (vectors: Vector list) = vectors |> List.collect _.Terms |> create length

    let scale factor (v: Vector) = create v.Length (v.Terms |> List.map (fun (coefficient, atom) -> Expr.multiply factor coefficient, atom))

    /// The one of v and -v whose leading coefficient bears no minus sign, and whether it is -v.
    let signed (v: Vector) = if Elementwise.isNegative v then true, scale (Expr.integer -1) v else false, v

    /// SUM of coefficient * (what becomes of the atom), a vector of the given length.
    let private linear length (ofAtom: VectorAtom -> Vector) (v: Vector) =
        v.Terms |> List.collect (fun (coefficient, atom) -> (scale coefficient (ofAtom atom)).Terms) |> create length

    /// SUM of coefficient * (a scalar of the atom).
    let private linearScalar ofAtom (v: Vector) =
        v.Terms |> List.map (fun (coefficient, atom) -> Expr.multiply coefficient (ofAtom atom)) |> Expr.sum

    /// A vector that is one atom, with coefficient one.
    let (|Single|_|) (v: Vector) =
        match v.Terms with
        | [ coefficient, atom ] when coefficient = Expr.one -> Some atom
        | _ -> None

    // ---- Functions of one number, component by component ----

    /// The vector as a function, component by component, of one vector, where it is: 1 - 2 tanh(v)^2 is one of v.
    let private innermost (v: Vector) =
        let each (coefficient: Scalar, atom) =
            match atom with
            | _ when not (Elementwise.isNumber coefficient) -> None
            | Ones _ -> Some(coefficient, None)
            | Mapped(body, source) -> Some(Expr.multiply coefficient body, Some source)
            | other -> Some(Expr.multiply coefficient Elementwise.hole, Some(create v.Length [ Expr.one, other ]))

        let parts = v.Terms |> List.map each

        match parts |> List.choose (Option.bind snd) |> List.distinct with
        | [ source ] when List.forall Option.isSome parts -> parts |> List.map (Option.get >> fst) |> Expr.sum, source
        | _ when v.Terms.IsEmpty -> Elementwise.hole, v
        | _ ->
            let shared = Elementwise.numberOf v
            Expr.multiply shared Elementwise.hole, scale (Expr.powerOf shared Fraction.MinusOne) v

    let private embedAtom first length atom =
        match atom with
        | Unit(index, _) -> unit (first + index - 1) length
        | Embedded(inner, start, _) -> ofAtom (Embedded(inner, first + start - 1, length))
        | _ -> ofAtom (Embedded(atom, first, length))

    /// The vector, at `first` of a zero vector of the given length.
    let embed (v: Vector) first length = if v.Length = length then v else linear length (embedAtom first length) v

    /// f(v), component by component; `body` is f in `hole`.
    let rec map (body: Scalar) (v: Vector) : Vector =
        let inner, source = innermost v
        let body = Elementwise.fill inner body |> Expansion.multiplyOut (fun _ -> true)

        let negative, source = signed source
        let body = if negative then Elementwise.fill (Expr.negate Elementwise.hole) body else body

        let term (coefficient, part: Scalar) =
            match source.Terms with
            | _ when part = Expr.one -> scale (Expr.rational coefficient) (ones v.Length)
            | _ when part = Elementwise.hole -> scale (Expr.rational coefficient) source
            | [] -> scale (Expr.scale coefficient (Elementwise.fill Expr.zero part)) (ones v.Length)
            | [ factor, Ones _ ] -> scale (Expr.scale coefficient (Elementwise.fill factor part)) (ones v.Length)
            | _ ->
                let outside, inside = Elementwise.separated part
                scale (Expr.scale coefficient outside) (mapFactors inside source)

        Expr.asSum body |> List.map term |> sum v.Length

    /// A product of functions of the component, the component itself apart: elementwise products are linear in it.
    and private mapFactors factors source : Vector =
        let isComponent factor = factor = (Elementwise.hole, Fraction.One)

        match source, List.partition isComponent factors with
        | _, ([], []) -> ones source.Length
        | _, ([ _ ], []) -> source
        | Single _, _
        | _, ([], _) -> ofAtom (Mapped(Expr.product factors, source))
        | _, (_, rest) -> hadamard source (ofAtom (Mapped(Expr.product rest, source)))

    // ---- Parts ----

    /// Component `index` (from 1) of an atom.
    and private atomComponent index atom : Scalar =
        match atom with
        | Unit(place, _) -> if place = index then Expr.one else Expr.zero
        | Ones _ -> Expr.one
        | Slice(inner, first, _) -> atomComponent (first + index - 1) inner
        | Embedded(inner, first, _) ->
            let place = index - first + 1
            if place >= 1 && place <= lengthOf inner then atomComponent place inner else Expr.zero
        | Mapped(body, vector) -> Elementwise.fill (``component`` vector index) body
        | Hadamard atoms -> atoms |> List.map (atomComponent index) |> Expr.multiplyAll
        | Whole _
        | Constant _
        | MeanVector _
        | Outer _
        | Identity _
        | Diagonal _ -> Expr.rawComponent atom index

    /// Component `index` (from 1).
    and ``component`` (v: Vector) index : Scalar = linearScalar (atomComponent index) v

    and private sliceAtom first last atom : Vector =
        let length = last - first + 1

        match atom with
        | _ when length = lengthOf atom -> ofAtom atom
        | Ones _ -> ones length
        | Unit(index, _) -> if index < first || index > last then zero length else unit (index - first + 1) length
        | Slice(inner, start, _) -> ofAtom (Slice(inner, start + first - 1, start + last - 1))
        | Embedded(inner, start, _) ->
            let from, until = max first start, min last (start + lengthOf inner - 1)

            if from > until then
                zero length
            elif from = until then
                scale (atomComponent (from - start + 1) inner) (unit (from - first + 1) length)
            else
                embed (sliceAtom (from - start + 1) (until - start + 1) inner) (from - first + 1) length
        | Mapped(body, vector) -> map body (slice vector first last)
        | Hadamard atoms -> atoms |> List.map (sliceAtom first last) |> List.reduce hadamard
        | MeanVector(law, weight, inner) ->
            match sliceAtom first last inner with
            | Single part -> ofAtom (MeanVector(law, weight, part))
            | _ -> ofAtom (Slice(atom, first, last))
        | Whole _
        | Constant _
        | Outer _
        | Identity _
        | Diagonal _ -> ofAtom (Slice(atom, first, last))

    /// Components `first` to `last`, at least two.
    and slice (v: Vector) first last : Vector = linear (last - first + 1) (sliceAtom first last) v

    // ---- Products ----

    and private asFunction atom =
        match atom with
        | Mapped(body, source) -> source, body
        | _ -> ofAtom atom, Elementwise.hole

    /// The elementwise product of atoms that are neither ones nor units: functions of one vector are united.
    and private productOfAtoms length (atoms: VectorAtom list) : Vector =
        let united =
            atoms
            |> List.collect (fun atom ->
                match atom with
                | Hadamard inner -> inner
                | _ -> [ atom ])
            |> List.map asFunction
            |> List.groupBy fst
            |> List.map (fun (source, group) -> map (group |> List.map snd |> Expr.multiplyAll) source)

        let joined =
            united
            |> List.choose (fun part ->
                match part with
                | Single(Ones _ | Unit _ | Hadamard _) -> None
                | Single atom -> Some atom
                | _ -> None)

        match joined with
        | [ only ] when united.Length = 1 -> ofAtom only
        | _ when joined.Length = united.Length -> ofAtom (Hadamard(List.sort joined))
        | _ -> united |> List.fold hadamard (ones length)

    and private atomProduct left right : Vector =
        match left, right with
        | Ones _, other
        | other, Ones _ -> ofAtom other
        | Unit(index, length), other
        | other, Unit(index, length) -> scale (atomComponent index other) (unit index length)
        | Embedded(inner, first, length), other
        | other, Embedded(inner, first, length) ->
            embed (hadamard (ofAtom inner) (sliceAtom first (first + lengthOf inner - 1) other)) first length
        | _ -> productOfAtoms (lengthOf left) [ left; right ]

    /// The product component by component, bilinear in its atoms.
    and hadamard (left: Vector) (right: Vector) : Vector = linear left.Length (fun u -> linear left.Length (atomProduct u) right) left

    let private isFunction atom =
        match atom with
        | Mapped _
        | Hadamard _
        | Embedded _ -> true
        | Whole _
        | Constant _
        | Unit _
        | Ones _
        | Slice _
        | MeanVector _
        | Outer _
        | Identity _
        | Diagonal _ -> false

    let private square = Expr.square Elementwise.hole

    let rec private totalOf atom : Scalar =
        match atom with
        | Unit _ -> Expr.one
        | Ones length -> Expr.integer length
        | Embedded(inner, _, _) -> totalOf inner
        | Hadamard [ u; v ] -> Expr.rawDot u v
        | Mapped(body, source) when body = square -> dot source source
        | Hadamard _
        | Mapped _
        | Whole _
        | Constant _
        | Slice _
        | MeanVector _
        | Outer _
        | Identity _
        | Diagonal _ -> Expr.rawTotal atom

    and private dotAtoms left right : Scalar =
        match left, right with
        | Unit(index, _), atom
        | atom, Unit(index, _) -> atomComponent index atom
        | Ones _, atom
        | atom, Ones _ -> totalOf atom
        | _ when isFunction left || isFunction right -> linearScalar totalOf (atomProduct left right)
        | _ -> Expr.rawDot left right

    /// The inner product, bilinear in its atoms.
    and dot (left: Vector) (right: Vector) : Scalar =
        Expr.sum
            [ for a, u in left.Terms do
                  for b, v in right.Terms do
                      Expr.multiplyAll [ a; b; dotAtoms u v ] ]

    /// The sum of the components.
    let total (v: Vector) = linearScalar totalOf v

    // ---- Matrices ----

    /// The matrix u v^T, bilinear.
    let outer (left: Vector) (right: Vector) =
        let length = left.Length * right.Length
        linear length (fun u -> linear length (fun v -> ofAtom (Outer(u, v))) right) left

    let identity rows = ofAtom (Identity rows)

    let private diagonalOf atom =
        match atom with
        | Ones length -> identity length
        | Unit _ -> ofAtom (Outer(atom, atom))
        | _ -> ofAtom (Diagonal atom)

    /// The diagonal matrix of a vector, linear.
    let diagonal (v: Vector) = linear (v.Length * v.Length) diagonalOf v
