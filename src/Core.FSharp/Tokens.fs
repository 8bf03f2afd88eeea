namespace MeanField.Core

open System
open Fractions

/// What stands where in a formula that does not read.
type internal SyntaxFault = { Offset: int; Unexpected: string; Wanted: string; Advice: string }

/// Formula text as tokens.
module internal Tokens =
    type Token =
        | Numeral of Fraction
        | Word of string
        | Sign of string
        | End

    type Lexeme = { Token: Token; At: Span }

    /// Leaves the reader at the first fault; `Infix.parse` turns it into an Error.
    exception Refused of SyntaxFault

    let refuse offset unexpected wanted advice =
        raise (Refused { Offset = offset; Unexpected = unexpected; Wanted = wanted; Advice = advice })

    /// Exponents beyond this would make exact decimals of millions of digits.
    let private largestExponent = 400

    let private signs =
        [ ".."; "<="; ">="; "!="; "<>"; "=="; "+"; "-"; "*"; "/"; "^"; "("; ")"; "["; "]"; ","; "."; "~"; "|"; "<"; ">"; "=" ]

    let private isWordStart (c: char) = Char.IsLetter c || c = '_'
    let private isWordPart (c: char) = Char.IsLetterOrDigit c || c = '_' || c = '\''

    let private scan (text: string) start (accept: char -> bool) =
        let mutable stop = start

        while stop < text.Length && accept text[stop] do
            stop <- stop + 1

        stop

    let private powerOfTen (exponent: int) =
        let power = Numerics.BigInteger.Pow(Numerics.BigInteger 10, abs exponent)
        if exponent >= 0 then Fraction power else Fraction(Numerics.BigInteger.One, power)

    /// Whether the dot at `dot` belongs to a number: `.5` and `5.` are numbers, `2..4` keeps its dots for the slice, `w.a` for the block.
    let private isDecimalPoint (text: string) dot hasDigits =
        let is accept place = place < text.Length && accept text[place]

        is ((=) '.') dot
        && (is Char.IsAsciiDigit (dot + 1) || (hasDigits && not (is (fun c -> c = '.' || isWordStart c) (dot + 1))))

    /// Digits, an optional fraction, an optional exponent: exact.
    let private numeral (text: string) start =
        let digits from = scan text from Char.IsAsciiDigit
        let whole = digits start

        let isFraction = isDecimalPoint text whole (whole > start)
        let mantissaEnd = if isFraction then digits (whole + 1) else whole
        let signed = mantissaEnd + 1 < text.Length && (text[mantissaEnd + 1] = '-' || text[mantissaEnd + 1] = '+')
        let exponentStart = mantissaEnd + (if signed then 2 else 1)

        let hasExponent =
            exponentStart < text.Length
            && (text[mantissaEnd] = 'e' || text[mantissaEnd] = 'E')
            && Char.IsAsciiDigit text[exponentStart]

        let stop = if hasExponent then digits exponentStart else mantissaEnd
        let mantissa = text.Substring(start, mantissaEnd - start).Replace(".", "")
        let decimals = if isFraction then mantissaEnd - whole - 1 else 0

        let exponent =
            if not hasExponent then
                0
            else
                let digits = text.AsSpan(mantissaEnd + 1, stop - mantissaEnd - 1)

                match Int32.TryParse(digits, Globalization.NumberStyles.AllowLeadingSign, Globalization.CultureInfo.InvariantCulture) with
                | true, value when value >= -largestExponent && value <= largestExponent -> value
                | _ ->
                    refuse
                        start
                        $"'{text.Substring(start, stop - start)}'"
                        $"an exponent up to {largestExponent}"
                        "write the number differently"

        Fraction(Numerics.BigInteger.Parse mantissa) * powerOfTen (exponent - decimals), stop

    let private symbolWord (c: char) =
        match c with
        | 'π' -> Some "pi"
        | '·'
        | '×' -> Some "*"
        | '−' -> Some "-"
        | '≤' -> Some "<="
        | '≥' -> Some ">="
        | _ -> None

    let private next (text: string) start =
        let lexeme token stop = { Token = token; At = { Start = start; Length = stop - start } }

        if start >= text.Length then
            lexeme End start
        elif Char.IsAsciiDigit text[start] || (isDecimalPoint text start false && not (start > 0 && isWordPart text[start - 1])) then
            let value, stop = numeral text start
            lexeme (Numeral value) stop
        else
            match symbolWord text[start] with
            | Some "pi" -> lexeme (Word "pi") (start + 1)
            | Some sign -> lexeme (Sign sign) (start + 1)
            | None when isWordStart text[start] ->
                let stop = scan text start isWordPart
                lexeme (Word(text.Substring(start, stop - start))) stop
            | None ->
                match signs |> List.tryFind (fun sign -> String.CompareOrdinal(text, start, sign, 0, sign.Length) = 0) with
                | Some sign -> lexeme (Sign sign) (start + sign.Length)
                | None -> refuse start $"'{text[start]}'" "a number, a name, an operator or a parenthesis" "remove it"

    /// The lexemes of `text`, closed by `End`. Throws `Refused`.
    let read (text: string) =
        let rec collect start found =
            let start = scan text start Char.IsWhiteSpace
            let lexeme = next text start

            if lexeme.Token = End then
                List.rev (lexeme :: found)
            else
                collect (lexeme.At.Start + lexeme.At.Length) (lexeme :: found)

        collect 0 [] |> Array.ofList
