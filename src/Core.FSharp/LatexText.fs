namespace MeanField.Core

open System.Text

/// Words for LaTeX's text mode.
[<RequireQualifiedAccess>]
module LatexText =
    /// The words with LaTeX's special characters escaped.
    let prose (words: string) =
        let out = StringBuilder()

        for letter in words do
            match letter with
            | '\\' -> out.Append "\\textbackslash{}"
            | '&'
            | '%'
            | '$'
            | '#'
            | '_'
            | '{'
            | '}' -> out.Append('\\').Append letter
            | '~' -> out.Append "$\\sim$"
            | '|' -> out.Append "\\textbar{}"
            | '<' -> out.Append "\\textless{}"
            | '>' -> out.Append "\\textgreater{}"
            | '^' -> out.Append "\\textasciicircum{}"
            | other -> out.Append other
            |> ignore

        out.ToString()

    /// The label of a derived object: eq:gradient-psi:b for gradient_psi.b. TeX would take the underscore of a name for a subscript in some
    /// packages; two names have two labels, since names have neither sign.
    let label (name: string) =
        let spelled = name.Replace('_', '-').Replace('.', ':')
        $"eq:{spelled}"
