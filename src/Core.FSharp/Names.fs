namespace MeanField.Core

open System

/// Names that users may give, and words that they may not.
[<RequireQualifiedAccess>]
module internal Names =
    /// Functions of infix text.
    let functions =
        "exp ln log log10 lg sqrt abs sin cos tan asin acos atan sinh cosh tanh coth sech csch erf erfc relu softplus sigmoid gelu silu sign "
        + "heaviside min max pow dot norm2 sum"
        |> _.Split(' ')
        |> List.ofArray

    /// Words with a meaning of their own: no parameter, constant or function may be called so. Letter case counts.
    let reserved = List.ofArray ("pi e beta tau gamma mu sigma f fhat loss alpha Z t x y yhat E KL if".Split ' ') @ functions

    /// What an argument of a user's function may not be called: it is local, so x, y and t are free.
    let reservedForArguments = reserved |> List.except [ "x"; "y"; "t" ]

    /// Letters, digits and _, not beginning with a digit.
    let isIdentifier (name: string) =
        name <> ""
        && not (Char.IsAsciiDigit name[0])
        && name |> Seq.forall (fun letter -> Char.IsAsciiLetterOrDigit letter || letter = '_')

    let private clash (where: Location) name =
        let words = String.concat " " reserved

        Fault.invalid
            where
            $"the reserved word '{name}'"
            "a name of your own"
            ""
            $"choose another, such as '{name}_1'; reserved are {words}"

    let private noName (where: Location) name =
        Fault.invalid where $"the name '{name}'" "letters, digits and _, beginning with a letter or _" "" "choose another name"

    /// The name itself where a user may give it.
    let private checkAgainst words where name =
        if not (isIdentifier name) then Error(noName where name)
        elif List.contains name words then Error(clash where name)
        else Ok name

    let check where name = checkAgainst reserved where name

    let checkArgument where name = checkAgainst reservedForArguments where name

    /// No name is given twice.
    let rec distinct (named: (string * Location) list) =
        match named with
        | [] -> Ok()
        | (name, _) :: rest ->
            match rest |> List.tryFind (fun (other, _) -> other = name) with
            | Some(_, where) -> Error(Fault.invalid where $"the name '{name}' a second time" "names that differ" "" "rename one of them")
            | None -> distinct rest
