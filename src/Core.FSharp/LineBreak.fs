namespace MeanField.Core

/// Statements on lines of print: a long one is broken before the signs of its outermost sums, and only where these leave a
/// line too long, before the signs and between the factors within their brackets.
[<RequireQualifiedAccess>]
module internal LineBreak =
    /// A line of print, in tenths of a digit.
    let private line = 840

    /// Brackets of less stay whole.
    let private breakable = 300

    /// A piece of a line: where it may begin one, how deep in brackets.
    type private Piece = { Box: Box; Break: float option }

    let private solid box = { Box = box; Break = None }

    let private isFenced box =
        match box with
        | Fenced _ -> true
        | _ -> false

    /// A sum may be broken before its signs and, at more cost, a product between its factors.
    let rec private pieces depth (box: Box) : Piece list =
        match box with
        | Row parts -> List.collect (pieces depth) parts
        | Binary("+" | "−") -> [ { Box = box; Break = Some depth } ]
        | Thin -> [ { Box = box; Break = Some(depth + 0.5) } ]
        | Fenced(opening, inner, closing) when Box.width box > breakable -> bracketed depth opening inner (fun close -> close) closing
        | Superscript(Fenced(opening, inner, closing), script) when Box.width box > breakable ->
            bracketed depth opening inner (fun close -> Superscript(close, script)) closing
        | Superscript(Row parts, script) when Box.width box > breakable && isFenced (List.last parts) ->
            let last = List.length parts - 1
            pieces depth (Row(List.take last parts @ [ Superscript(parts[last], script) ]))
        // A bar cannot be broken: long parts leave it.
        | Quotient(above, below) when Box.width below > 2 * breakable ->
            pieces depth (Row [ factor above; Thin; Superscript(Fenced("(", below, ")"), Row [ Negation; Digits "1" ]) ])
        | Quotient(above, below) when Box.width above > line -> pieces depth (Row [ Quotient(Digits "1", below); Thin; factor above ])
        | _ -> [ solid box ]

    and private factor box =
        match box with
        | Row parts when parts |> List.exists (fun part -> part = Binary "+" || part = Binary "−") -> Fenced("(", box, ")")
        | _ -> box

    and private bracketed depth opening inner decorated closing =
        let grows = Box.isTall inner

        solid (Bracket(opening, true, grows)) :: pieces (depth + 1.0) inner
        @ [ solid (decorated (Bracket(closing, false, grows))) ]

    let private width parts = parts |> List.sumBy (fun piece -> Box.width piece.Box)

    /// The pieces cut before those that may begin a line at the given cost.
    let private cutAt cost parts =
        let add groups piece =
            match groups with
            | current :: earlier when piece.Break <> Some cost -> (piece :: current) :: earlier
            | _ -> [ piece ] :: groups

        parts |> List.fold add [] |> List.rev |> List.map List.rev

    /// Groups gathered into lines as full as they may be.
    let private gathered room groups =
        let add lines group =
            match lines with
            | current :: earlier when width current + width group <= room -> (current @ group) :: earlier
            | _ -> group :: lines

        groups |> List.fold add [] |> List.rev

    let rec private broken indent room (parts: Piece list) : (int * Piece list) list =
        let costs = parts |> List.skip (min 1 parts.Length) |> List.choose _.Break

        if width parts <= room || costs.IsEmpty then
            [ indent, parts ]
        else
            match parts |> cutAt (List.min costs) |> gathered room with
            | [] -> []
            | first :: rest -> broken indent room first @ List.collect (broken (indent + 1) (room - 20)) rest

    /// A line does not begin with the space of a product, but with its sign.
    let private row (indent, parts) =
        match parts with
        | { Box = Thin } :: rest -> indent, Row(Binary "·" :: List.map _.Box rest)
        | _ -> indent, Row(List.map _.Box parts)

    let private rows room box = box |> pieces 0.0 |> broken 0 room |> List.map row

    /// The two sides with the sign of their relation.
    let statement (left: Box) relation (right: Box) =
        let opening = Row [ left; Relation relation ]

        if Box.width opening + Box.width right <= line then
            Row [ opening; right ]
        elif Box.width left <= line / 3 then
            Lines(opening, rows (line - Box.width opening) right)
        else
            match rows (line - 40) right with
            | (indent, first) :: rest ->
                Lines(
                    Row [],
                    rows line left @ (indent + 1, Row [ Relation relation; first ]) :: List.map (fun (indent, row) -> indent + 1, row) rest
                )
            | [] -> Row [ opening; right ]
