/// Random well-typed formulas over scalars, vectors and laws, and ways to write the same formula differently.
module internal MeanField.Core.Tests.RandomFormulas

open System
open Fractions
open MeanField.Core

/// What may stand at a place: scalar and vector leaves, the inputs and neurons that sigma and f may take, binders used up.
type private Place =
    { Scalars: Notation list
      Vectors: Notation list
      Neurons: string list
      Inputs: string list
      Binders: int }

let private name = Notation.name
let private number (value: int) = Notation.number (Fraction value)
let private infix operator left right = Notation.infix operator left right
let private call name arguments = Notation.call name arguments
let private oneMore square = infix Plus (number 1) square

let private smooth = [ "tanh"; "sin"; "cos"; "sigmoid"; "atan"; "erf"; "softplus"; "silu"; "gelu"; "sech"; "erfc" ]
let private kinked = [ "abs"; "relu"; "heaviside"; "sign" ]
let private tests = [ "<"; "<="; ">"; ">=" ]
let private mostBinders = 2

/// The blocks a, b[3] and c of w, the input x of three components, a scalar k and a vector q.
let private ground =
    { Scalars = [ name "a"; name "c"; name "k" ]
      Vectors = [ name "b"; name "x"; name "q" ]
      Neurons = []
      Inputs = [ "x" ]
      Binders = 0 }

let private pick (random: Random) (choices: 'choice list) = choices[random.Next choices.Length]

/// One of the makers, as often as its weight says.
let private weighted (random: Random) (choices: (int * (unit -> Notation)) list) =
    let rec find left choices =
        match choices with
        | (weight, make) :: rest -> if left < weight then make () else find (left - weight) rest
        | [] -> failwith "no choice"

    find (random.Next(List.sumBy fst choices)) choices

let private bind random law place =
    let binder = $"n{place.Binders + 1}"
    let deeper = { place with Binders = place.Binders + 1 }

    if law = "pi" then
        binder, { deeper with Vectors = name binder :: deeper.Vectors; Inputs = binder :: deeper.Inputs }
    else
        let block part = Notation.make (Member(name binder, part))

        binder,
        { deeper with
            Scalars = block "a" :: block "c" :: deeper.Scalars
            Vectors = block "b" :: deeper.Vectors
            Neurons = binder :: deeper.Neurons }

let private leaf random place =
    let blackBox () =
        match place.Neurons with
        | [] -> call (pick random [ "f"; "fhat" ]) [ name (pick random place.Inputs) ]
        | neurons -> call "sigma" [ name (pick random place.Inputs); name (pick random neurons) ]

    weighted
        random
        [ 6, (fun () -> pick random place.Scalars)
          2, (fun () -> Notation.number (Fraction(random.Next 6, random.Next(1, 5))))
          1, blackBox
          2, (fun () -> Notation.make (Index(pick random place.Vectors, random.Next(1, 4), None))) ]

let rec private scalar (random: Random) place size : Notation =
    if size <= 0 then
        leaf random place
    else
        let part () = scalar random place (size / 2)
        let square () = infix ToThe (part ()) (number 2)
        let length () = random.Next(2, 4)
        let vectorOf length = vector random place length (size / 2)

        weighted
            random
            [ 1, (fun () -> leaf random place)
              4, (fun () -> infix Plus (part ()) (part ()))
              3, (fun () -> infix Minus (part ()) (part ()))
              5, (fun () -> infix Times (part ()) (part ()))
              2, (fun () -> infix Over (part ()) (oneMore (square ())))
              2, (fun () -> infix ToThe (part ()) (number (random.Next 4)))
              1, (fun () -> Notation.make (Negated(part ())))
              4, (fun () -> call (pick random smooth) [ part () ])
              2, (fun () -> call "exp" [ call "sin" [ part () ] ])
              1, (fun () -> call "log" [ oneMore (square ()) ])
              1, (fun () -> call "sqrt" [ oneMore (square ()) ])
              1, (fun () -> infix ToThe (oneMore (square ())) (call "tanh" [ part () ]))
              2, (fun () -> call (pick random kinked) [ part () ])
              1, (fun () -> call (pick random [ "max"; "min" ]) [ part (); part () ])
              1, (fun () -> call "if" [ Notation.make (Test(pick random tests, part (), part ())); part (); part () ])
              1, (fun () -> call "bump" [ part () ])
              1, (fun () -> call "blend" [ part (); part () ])
              2, (fun () -> let length = length () in call "dot" [ vectorOf length; vectorOf length ])
              1, (fun () -> call "norm2" [ vectorOf (length ()) ])
              1, (fun () -> call "sum" [ vectorOf (length ()) ])
              1, (fun () -> Notation.make (Index(vectorOf 3, random.Next(1, 4), None)))
              3, (fun () -> expectation random place size) ]

and private expectation random place size =
    if place.Binders >= mostBinders then
        scalar random place (size / 2)
    else
        let first = pick random [ "pi"; "mu"; "gamma" ]
        let outer, inside = bind random first place
        let second = pick random [ "pi"; "mu"; "gamma" ]

        if inside.Binders < mostBinders && random.Next 3 = 0 then
            let inner, deepest = bind random second inside
            Notation.make (Expectation([ outer, first; inner, second ], scalar random deepest (size / 2)))
        else
            Notation.make (Expectation([ outer, first ], scalar random inside (size / 2)))

and private vector (random: Random) place length size : Notation =
    let slice whole =
        if length = 3 then
            whole
        else
            let first = random.Next(1, 3) in Notation.make (Index(whole, first, Some(first + 1)))

    if size <= 0 then
        slice (pick random place.Vectors)
    else
        let part () = vector random place length (size / 2)
        let factor () = scalar random place (size / 2)

        weighted
            random
            [ 3, (fun () -> slice (pick random place.Vectors))
              1, (fun () -> slice (vector random place 3 (size / 2)))
              2, (fun () -> infix Plus (part ()) (part ()))
              2, (fun () -> infix Minus (part ()) (part ()))
              3, (fun () -> infix Times (factor ()) (part ()))
              1, (fun () -> infix Over (part ()) (oneMore (infix ToThe (factor ()) (number 2))))
              1, (fun () -> Notation.make (Negated(part ())))
              2, (fun () -> call (pick random smooth) [ part () ])
              1, (fun () -> call (pick random kinked) [ part () ])
              1, (fun () -> infix ToThe (part ()) (number (random.Next(2, 4))))
              1, (fun () -> call "hadamard" [ part (); part () ]) ]

/// A scalar formula of about `size` parts.
let formula random size = scalar random ground size

// ---- The same, written differently ----

let private shuffled (random: Random) items = List.sortBy (fun _ -> random.Next()) items

/// Terms of a sum with their signs, factors of a product with whether they multiply.
let rec private flattened join invert wanted (notation: Notation) : (bool * Notation) list =
    let go = flattened join invert

    match notation.Form with
    | Infix(operator, left, right) when operator = join -> go wanted left @ go wanted right
    | Infix(operator, left, right) when operator = invert -> go wanted left @ go (not wanted) right
    | _ -> [ wanted, notation ]

/// Items joined anew: in another order, grouped at random.
let rec private joined (random: Random) join invert (items: (bool * Notation) list) : Notation =
    let side items =
        match items |> List.tryFindIndex fst with
        | Some first -> Some(items[first] :: List.removeAt first items)
        | None -> None

    match items with
    | [ true, only ] -> only
    | _ ->
        let cut = random.Next(1, items.Length)
        let left, right = List.splitAt cut items

        match side left, side right with
        | Some left, Some right -> infix join (joined random join invert left) (joined random join invert right)
        | Some left, None ->
            infix invert (joined random join invert left) (joined random join invert (right |> List.map (fun (_, item) -> true, item)))
        | None, _ -> joined random join invert (right @ left)

let private renamed (binder: string) = binder.Replace('n', 'm')

/// The same formula: sums and products permuted and regrouped, symmetric arguments exchanged, bound variables renamed, expectations
/// over different laws exchanged.
let rec permuted (random: Random) (notation: Notation) : Notation =
    let go = permuted random
    let make form = Notation.make form

    let regroup join invert =
        flattened join invert true notation
        |> List.map (fun (wanted, item) -> wanted, go item)
        |> shuffled random
        |> joined random join invert

    match notation.Form with
    | Infix((Plus | Minus), _, _) -> regroup Plus Minus
    | Infix((Times | Over), _, _) -> regroup Times Over
    | Infix(ToThe, radix, exponent) -> infix ToThe (go radix) (go exponent)
    | Call(("dot" | "hadamard" | "max" | "min") as name, arguments) -> call name (arguments |> List.map go |> shuffled random)
    | Call(name, arguments) -> call name (List.map go arguments)
    | Test(operator, left, right) -> make (Test(operator, go left, go right))
    | Negated inner -> make (Negated(go inner))
    | Index(target, first, last) -> make (Index(go target, first, last))
    | Member(neuron, block) -> make (Member(go neuron, block))
    | Name binder when binder.StartsWith 'n' -> name (renamed binder)
    | Name _
    | Number _ -> notation
    | Expectation(binders, body) ->
        let binders = binders |> List.map (fun (binder, law) -> renamed binder, law)
        let laws = binders |> List.map snd |> List.distinct
        make (Expectation((if laws.Length = binders.Length then shuffled random binders else binders), go body))
