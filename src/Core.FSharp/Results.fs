namespace MeanField.Core

/// Steps that may end with a fault: the first one ends the computation.
[<Sealed>]
type internal ResultBuilder() =
    member _.Return value = Ok value
    member _.ReturnFrom(value: Result<_, _>) = value
    member _.Zero() = Ok()
    member _.Bind(value, next) = Result.bind next value
    member _.Delay(step: unit -> Result<_, _>) = step
    member _.Run(step: unit -> Result<_, _>) = step ()
    member _.Combine(first: Result<unit, _>, next: unit -> Result<_, _>) = Result.bind next first

[<AutoOpen>]
module internal Results =
    let result = ResultBuilder()

    /// `state` carried through the items; the first fault ends it.
    let rec foldResult step state items =
        match items with
        | [] -> Ok state
        | item :: rest -> step state item |> Result.bind (fun next -> foldResult step next rest)

    /// Every item read, or the first fault.
    let traverse read items =
        items |> foldResult (fun done' item -> read item |> Result.map (fun value -> value :: done')) [] |> Result.map List.rev

    /// Every item holds, or the first fault.
    let check test items = foldResult (fun () item -> test item) () items
