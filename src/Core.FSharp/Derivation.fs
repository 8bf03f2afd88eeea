namespace MeanField.Core

/// A formula in the forms that programs, papers and pages read. MathMl is one `math` element; Latex and MathMl break a long
/// formula into lines.
type Statement = { Infix: string; Latex: string; MathMl: string }

/// One step of a derivation: its name (a derived object of the contract, or one of its parts, as in psi.2),
/// what it states, and why it holds.
type Step = { Name: string; Statement: Statement; Because: string }

/// The theory of one problem, step by step; each step stands on those before it.
type Derivation = { Title: string; Steps: Step list }

/// A step as Core works with it, before it is printed.
type internal Deduction =
    {
        Name: string
        /// `Left = Right`, as it is written.
        Left: Notation
        Right: Notation
        /// The derived object itself, where the step states one: what claims and checks compare with.
        Value: Term option
        Because: string
    }

/// Writing of steps.
[<RequireQualifiedAccess>]
module internal Derivation =
    /// A step that states `left = right`.
    let equation name left right because = { Name = name; Left = left; Right = right; Value = None; Because = because }

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

    /// The step, printed.
    let step (deduction: Deduction) : Step =
        let left, right = deduction.Left, deduction.Right

        { Name = deduction.Name
          Statement =
            { Infix = $"{Infix.print left} = {Infix.print right}"
              Latex = Latex.equation left right
              MathMl = MathMl.equation left right }
          Because = deduction.Because }
