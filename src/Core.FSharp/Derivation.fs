namespace MeanField.Core

/// How the sides of a statement compare.
[<RequireQualifiedAccess>]
type internal Relation =
    | Equal
    | AtMost

/// An equation or an inequality, printed on demand: a derivation holds hundreds, of which a user reads one form. Equal where the text is.
[<Sealed>]
type Statement internal (left: Notation, relation: Relation, right: Notation) =
    let written equal atMost =
        match relation with
        | Relation.Equal -> equal
        | Relation.AtMost -> atMost

    /// `left = right` or `left <= right` as the reader of formulas takes it. O(length).
    member _.Infix = $"""{Infix.print left} {written "=" "<="} {Infix.print right}"""
    /// amsmath, a long formula broken into lines. O(length).
    member _.Latex = Latex.statement left (written "=" "≤") right
    /// One `math` element, a long formula broken into lines. O(length).
    member _.MathMl = MathMl.statement left (written "=" "≤") right

    override this.Equals other =
        match other with
        | :? Statement as that -> this.Infix = that.Infix
        | _ -> false

    override this.GetHashCode() = this.Infix.GetHashCode()

/// One step of a derivation: its name (a derived object of the contract, or one of its parts, as in psi.2),
/// what it states, and why it holds.
type Step = { Name: string; Statement: Statement; Because: string }

/// The theory of one problem, step by step; each step stands on those before it.
type Derivation = { Title: string; Steps: Step list }

/// A step as Core works with it, before it is printed.
type internal Deduction =
    {
        Name: string
        /// `Left = Right` or `Left <= Right`, as it is written.
        Left: Notation
        Relation: Relation
        Right: Notation
        /// The derived object itself, where the step states one: what claims and checks compare with.
        Value: Term option
        Because: string
    }

/// Writing of steps.
[<RequireQualifiedAccess>]
module internal Derivation =
    /// A step that states `left = right`.
    let equation name left right because =
        { Name = name
          Left = left
          Relation = Relation.Equal
          Right = right
          Value = None
          Because = because }

    /// A step that states `left <= right`.
    let inequality name left right because = { equation name left right because with Relation = Relation.AtMost }

    /// A step that states `left = right + constant`, the constant free of w.
    let upToConstant name left right because = equation name left (Notation.infix Plus right (Notation.name "constant")) because

    /// A function named `name` of the named arguments, a mere name without any.
    let applied name arguments =
        if List.isEmpty arguments then
            Notation.name name
        else
            Notation.call name (List.map Notation.name arguments)

    /// The step that defines a derived object, a function of the named arguments.
    let object name arguments value because =
        { equation name (applied name arguments) (Display.ofTerm value) because with Value = Some value }

    /// The same for an object that is defined up to a constant.
    let objectUpToConstant name arguments value because =
        { upToConstant name (applied name arguments) (Display.ofTerm value) because with
            Value = Some value }

    /// The step as the world sees it.
    let step (deduction: Deduction) : Step =
        { Name = deduction.Name
          Statement = Statement(deduction.Left, deduction.Relation, deduction.Right)
          Because = deduction.Because }
