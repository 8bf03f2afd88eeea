namespace MeanField.Core

open Fractions

/// The grammar of infix text: precedence climbing; `^` binds tighter than unary minus and to the right.
[<RequireQualifiedAccess>]
module internal Grammar =
    open Tokens

    /// Deeper nesting than this is refused instead of overflowing the stack.
    let private deepest = 200

    /// Longer formulas are refused, too: a chain of operators is a tree as deep as it is long.
    let private longest = 4096

    type private Cursor(lexemes: Lexeme[]) =
        let mutable position = 0
        let mutable depth = 0
        member _.Here = lexemes[position]
        /// The lexeme `ahead` places on; the end repeats.
        member _.Ahead ahead = lexemes[min (position + ahead) (lexemes.Length - 1)]
        member _.Advance() = position <- min (position + 1) (lexemes.Length - 1)
        member _.PreviousEnd = if position = 0 then 0 else lexemes[position - 1].At.Start + lexemes[position - 1].At.Length

        member this.Nest(read: unit -> Notation) =
            depth <- depth + 1

            if depth > deepest then
                refuse this.Here.At.Start "too deep a nesting" $"at most {deepest} levels" "name parts of the formula in [functions]"

            let notation = read ()
            depth <- depth - 1
            notation

    let private shown token =
        match token with
        | Numeral _ -> "a number"
        | Word word -> $"'{word}'"
        | Sign sign -> $"'{sign}'"
        | End -> "the end of the formula"

    let private unexpected (cursor: Cursor) wanted advice = refuse cursor.Here.At.Start (shown cursor.Here.Token) wanted advice

    let private is sign (cursor: Cursor) = cursor.Here.Token = Sign sign

    /// Consumes the closing sign; a missing one is reported where it should stand and names its opener.
    let private close sign (opener: Lexeme) (cursor: Cursor) =
        if is sign cursor then
            cursor.Advance()
        else
            unexpected cursor $"'{sign}' for the {shown opener.Token} opened at character {opener.At.Start + 1}" "balance the parentheses"

    let private spanning start (cursor: Cursor) form = { Form = form; Span = { Start = start; Length = cursor.PreviousEnd - start } }

    let private wordHere (cursor: Cursor) wanted =
        match cursor.Here.Token with
        | Word word ->
            cursor.Advance()
            word
        | Numeral _
        | Sign _
        | End -> unexpected cursor wanted ""

    let private wholeHere (cursor: Cursor) =
        match cursor.Here.Token with
        | Numeral value when value.Denominator.IsOne && value > Fraction.Zero && value < Fraction 1000000000 ->
            cursor.Advance()
            value.ToInt32()
        | Numeral _
        | Word _
        | Sign _
        | End -> unexpected cursor "a whole number from 1 (components count from 1)" ""

    /// `sin^2(x)` is (sin(x))^2: consumes `^2` before the parenthesis.
    let private poweredCall (cursor: Cursor) =
        match cursor.Here.Token, (cursor.Ahead 1).Token, (cursor.Ahead 2).Token with
        | Sign "^", Numeral exponent, Sign "(" ->
            cursor.Advance()
            cursor.Advance()
            Some exponent
        | _ -> None

    let private noImplicitProduct (notation: Notation) (cursor: Cursor) =
        match cursor.Here.Token with
        | Word _
        | Numeral _
        | Sign "(" -> unexpected cursor "an operator" "write the multiplication sign: 2*x"
        | Sign _
        | End -> notation

    /// Operands joined by operators of one rank, grouped to the left.
    let private chain (operators: (string * InfixOperator) list) (operand: Cursor -> Notation) (cursor: Cursor) =
        let start = cursor.Here.At.Start
        let operatorHere () = operators |> List.tryFind (fun (sign, _) -> is sign cursor)

        let rec extend left =
            match operatorHere () with
            | None -> left
            | Some(_, operator) ->
                cursor.Advance()
                let right = operand cursor
                extend (spanning start cursor (Infix(operator, left, right)))

        extend (operand cursor)

    let rec private sum (cursor: Cursor) : Notation = chain [ "+", Plus; "-", Minus ] product cursor

    and private product cursor = chain [ "*", Times; "/", Over ] unary cursor

    and private unary cursor =
        let start = cursor.Here.At.Start

        if is "-" cursor then
            cursor.Advance()
            let operand = cursor.Nest(fun () -> unary cursor)
            spanning start cursor (Negated operand)
        elif is "+" cursor then
            cursor.Advance()
            cursor.Nest(fun () -> unary cursor)
        else
            power cursor

    and private power cursor =
        let start = cursor.Here.At.Start
        let radix = postfix cursor

        if is "^" cursor then
            cursor.Advance()
            let exponent = cursor.Nest(fun () -> unary cursor)
            spanning start cursor (Infix(ToThe, radix, exponent))
        else
            radix

    and private postfix cursor =
        let start = cursor.Here.At.Start
        let mutable notation = primary cursor

        while is "." cursor || is "[" cursor do
            let opener = cursor.Here
            cursor.Advance()

            if opener.Token = Sign "." then
                let block = wordHere cursor "the name of a parameter block after '.'"
                notation <- spanning start cursor (Member(notation, block))
            else
                notation <- index start notation opener cursor

        noImplicitProduct notation cursor

    and private index start target opener cursor =
        let first = wholeHere cursor

        let last =
            if is ".." cursor then
                cursor.Advance()
                Some(wholeHere cursor)
            else
                None

        close "]" opener cursor
        spanning start cursor (Index(target, first, last))

    and private primary cursor =
        let here = cursor.Here
        let start = here.At.Start

        match here.Token with
        | Numeral value ->
            cursor.Advance()
            spanning start cursor (Number value)
        | Word "E" when (cursor.Ahead 1).Token = Sign "[" -> expectation cursor
        | Word word ->
            cursor.Advance()
            named start word cursor
        | Sign "(" ->
            cursor.Advance()
            let inner = cursor.Nest(fun () -> sum cursor)
            close ")" here cursor
            inner
        | Sign "|" ->
            cursor.Advance()
            let inner = cursor.Nest(fun () -> sum cursor)
            close "|" here cursor
            spanning start cursor (Call("abs", [ inner ]))
        | Sign _
        | End -> unexpected cursor "a number, a name or '('" ""

    and private named start word cursor =
        if is "(" cursor then
            spanning start cursor (Call(word, arguments cursor))
        else
            match poweredCall cursor with
            | Some exponent ->
                let exponent = spanning start cursor (Number exponent)
                let call = spanning start cursor (Call(word, arguments cursor))
                spanning start cursor (Infix(ToThe, call, exponent))
            | None -> spanning start cursor (Name word)

    and private arguments cursor =
        let opener = cursor.Here
        cursor.Advance()

        let rec more found =
            let found = cursor.Nest(fun () -> test cursor) :: found

            if is "," cursor then
                cursor.Advance()
                more found
            else
                close ")" opener cursor
                List.rev found

        if is ")" cursor then
            cursor.Advance()
            []
        else
            more []

    /// A sum, or a comparison of two (elaboration admits it only inside `if`).
    and private test cursor =
        let start = cursor.Here.At.Start
        let left = sum cursor

        match cursor.Here.Token with
        | Sign("<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "<>" as operator) ->
            cursor.Advance()
            let right = sum cursor
            spanning start cursor (Test(operator, left, right))
        | Sign _
        | Numeral _
        | Word _
        | End -> left

    and private expectation cursor =
        let start = cursor.Here.At.Start
        cursor.Advance()
        let opener = cursor.Here
        cursor.Advance()

        let rec binders found =
            let name = wordHere cursor "the name of a bound variable, as in E[w~mu](...)"

            if not (is "~" cursor) then unexpected cursor "'~' and a law (pi, mu or gamma)" "write E[w~mu](...)"

            cursor.Advance()
            let law = wordHere cursor "a law: pi, mu or gamma"
            let found = (name, law) :: found

            if is "," cursor then
                cursor.Advance()
                binders found
            else
                close "]" opener cursor
                List.rev found

        let binders = binders []

        match cursor.Here.Token with
        | Sign "(" ->
            let body = primary cursor
            spanning start cursor (Expectation(binders, body))
        | Sign _
        | Numeral _
        | Word _
        | End -> unexpected cursor "'(' with the body of the expectation" "write E[w~mu](...)"

    /// Reads a formula. O(length).
    let parse (text: string) : Result<Notation, SyntaxFault> =
        try
            let lexemes = Tokens.read text

            if lexemes.Length > longest then
                refuse
                    lexemes[longest].At.Start
                    "a longer formula"
                    $"at most {longest} numbers, names and signs"
                    "name parts of the formula in [functions]"

            let cursor = Cursor lexemes

            if cursor.Here.Token = End then unexpected cursor "a formula" "write one, such as a*tanh(b*x)"

            let notation = sum cursor

            if cursor.Here.Token <> End then unexpected cursor "an operator or the end of the formula" ""

            Ok notation
        with Refused fault ->
            Error fault
