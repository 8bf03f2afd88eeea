namespace MeanField.Core

open System

/// How TOML writes keys and texts.
[<RequireQualifiedAccess>]
module internal TomlText =
    let private escape letter =
        match letter with
        | '"' -> "\\\""
        | '\\' -> "\\\\"
        | '\n' -> "\\n"
        | '\t' -> "\\t"
        | control when Char.IsControl control -> $"\\u%04X{int control}"
        | plain -> string plain

    /// A text in double quotes, on one line.
    let quote (text: string) = "\"" + String.collect escape text + "\""

    let private isBare name =
        name <> "" && name |> Seq.forall (fun letter -> Char.IsAsciiLetterOrDigit letter || letter = '_' || letter = '-')

    /// A key, quoted where it must be.
    let key name = if isBare name then name else quote name

    let private blanks = [| ' '; '\t'; '\r'; '\n' |]

    /// How many units of a raw string the escape at `index` takes, and how many units it stands for.
    let private escapeLengths (raw: string) index =
        match raw[index + 1] with
        | 'x' -> 4, 1
        | 'u' -> 6, 1
        | 'U' -> 10, (if Convert.ToInt32(raw.Substring(index + 2, 8), 16) > 0xFFFF then 2 else 1)
        | letter when Array.contains letter blanks -> raw.Length - index - raw[index + 1 ..].TrimStart(blanks).Length, 0
        | _ -> 2, 1

    /// Where the content of a raw string begins and ends: inside its one or three quotes, behind a first line end.
    let private bounds (raw: string) =
        if raw.Length < 6 || raw[1] <> raw[0] || raw[2] <> raw[0] then 1, raw.Length - 1
        elif raw[3..].StartsWith "\r\n" then 5, raw.Length - 3
        elif raw[3] = '\n' then 4, raw.Length - 3
        else 3, raw.Length - 3

    /// For each UTF-16 unit of the content of a well-formed raw string, and for its end, the index in the raw string.
    let contentOffsets (raw: string) =
        let start, stop = bounds raw

        let rec walk index read =
            if index >= stop then
                List.rev (stop :: read)
            elif raw[0] = '"' && raw[index] = '\\' then
                let taken, meant = escapeLengths raw index
                walk (index + taken) (List.replicate meant index @ read)
            else
                walk (index + 1) (index :: read)

        walk start [] |> Array.ofList
