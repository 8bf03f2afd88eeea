namespace MeanField.Core

/// A formula in the two forms that programs and papers read.
type Statement = { Infix: string; Latex: string }

/// One step of a derivation: its name (a derived object of the contract, or one of its parts, as in psi.2),
/// what it states, and why it holds.
type Step = { Name: string; Statement: Statement; Because: string }

/// The theory of one problem, step by step; each step stands on those before it.
type Derivation = { Title: string; Steps: Step list }

/// Writing of steps.
[<RequireQualifiedAccess>]
module internal Derivation =
    /// A step that states `left = right`.
    let equation name left right because =
        { Name = name
          Statement =
            { Infix = $"{Infix.print left} = {Infix.print right}"
              Latex = $"{Latex.print left} = {Latex.print right}" }
          Because = because }

    /// A step that states `left = right + constant`, the constant free of w.
    let upToConstant name left right because = equation name left (Notation.infix Plus right (Notation.name "constant")) because

    /// A function named `name` of the named arguments.
    let applied name arguments = Notation.call name (List.map Notation.name arguments)
