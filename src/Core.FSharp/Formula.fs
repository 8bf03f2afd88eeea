namespace MeanField.Core

open System

[<Sealed>]
type Formula internal (text: string, place: int -> Location) =
    static member Create(where: Location, text: string) =
        let place (offset: int) =
            let lineStart = text.LastIndexOf('\n', max 0 (offset - 1), offset) + 1
            let column = text[lineStart .. offset - 1] |> Seq.filter (Char.IsLowSurrogate >> not) |> Seq.length
            let lines = text[.. offset - 1] |> Seq.filter ((=) '\n') |> Seq.length

            if lines = 0 then
                { where with Column = where.Column + column }
            else
                { where with Line = where.Line + lines; Column = column + 1 }

        Formula(text, place)

    member _.Text = text
    member _.Where = place 0
    member _.At offset = place (Math.Clamp(offset, 0, text.Length))

    override _.ToString() = text
    override _.GetHashCode() = text.GetHashCode StringComparison.Ordinal

    override _.Equals other =
        match other with
        | :? Formula as formula -> formula.Text = text
        | _ -> false
