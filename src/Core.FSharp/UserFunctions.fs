namespace MeanField.Core

open System.Collections.Concurrent

/// The functions of the user, checked and brought into scope.
[<RequireQualifiedAccess>]
module internal UserFunctions =
    open Kinds

    /// A call of the function itself or of one below it.
    let private refuseCall scope notation name itself =
        let expected = "a body that calls only functions above it"

        if name = itself then
            refuse scope notation $"the function '{name}' calling itself" expected "" "there is no recursion: write the cases with if"
        else
            refuse scope notation $"the function '{name}', which stands below '{itself}'" expected "" $"move '{name}' above '{itself}'"

    /// Every name in the body of a function has a meaning, whether or not the function is ever called; what kinds of terms its
    /// arguments are is known only at a call. `below`: the function's own name and those after it.
    let rec private checkNames scope (arguments: string list) (below: string list) notation =
        let check = checkNames scope arguments below

        match notation.Form with
        | Number _ -> ()
        | Name name when List.contains name arguments -> ()
        | Name name -> lookup scope notation name |> ignore
        | Member(target, _)
        | Index(target, _, _)
        | Negated target -> check target
        | Infix(_, left, right)
        | Test(_, left, right) ->
            check left
            check right
        | Call(name, _) when List.contains name below -> refuseCall scope notation name below.Head
        | Call(name, parts) when isFunction scope name -> List.iter check parts
        | Call _
        | Expectation _ -> Elaborate.term scope notation |> ignore

    and private isFunction scope name = name = "if" || List.contains name Names.functions || Map.containsKey name scope.Functions

    let private define below (scope: Scope) (``function``: UserFunction) : Result<Scope, Fault> =
        try
            let definition =
                { Arguments = ``function``.Arguments
                  Body = parse ``function``.Body
                  Scope = { scope with Source = ``function``.Body }
                  Known = ConcurrentDictionary() }

            checkNames definition.Scope definition.Arguments below definition.Body

            Ok { scope with Functions = Map.add ``function``.Name definition scope.Functions }
        with Refused fault ->
            Error fault

    /// The scope with the functions of the user, each of which sees only what the scope holds and those above it.
    let rec defineAll (scope: Scope) (functions: UserFunction list) : Result<Scope, Fault> =
        match functions with
        | [] -> Ok scope
        | first :: rest -> define (functions |> List.map _.Name) scope first |> Result.bind (fun next -> defineAll next rest)
