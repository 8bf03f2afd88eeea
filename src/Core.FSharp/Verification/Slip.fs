namespace MeanField.Core

open System
open Fractions

/// The slips of a hand derivation: what turns the derived object into the claimed one.
[<RequireQualifiedAccess>]
module internal Slip =
    let private beta = Expr.symbol "beta"
    let private tau = Expr.symbol "tau"
    let private ratio (above: int) (below: int) = Expr.rational (Fraction(above, below))

    let private factors =
        [ "the sign", Expr.integer -1
          "a factor 2 too much", Expr.integer 2
          "a factor 1/2 too much", ratio 1 2
          "a factor beta too much", beta
          "a factor beta is missing", Expr.divide Expr.one beta
          "beta in the place of 1/beta", Expr.square beta
          "1/beta in the place of beta", Expr.powerOf beta (Fraction -2)
          "a factor tau too much", tau
          "a factor tau is missing", Expr.divide Expr.one tau
          "tau in the place of 1/tau", Expr.square tau
          "1/tau in the place of tau", Expr.powerOf tau (Fraction -2)
          "sqrt(2/beta) in the place of its square", Expr.sqrt (Expr.divide (Expr.integer 2) beta)
          "sqrt(2/beta) lacks its 2", ratio 1 2 |> Expr.sqrt ]

    let private exchanged term =
        let node (node: Scalar) =
            match node.Shape with
            | Symbol "beta" -> Some tau
            | Symbol "tau" -> Some beta
            | _ -> None

        Binding.replaceTerm node term

    let private candidates derived =
        (factors |> List.map (fun (name, factor) -> name, Term.scale factor derived))
        @ [ "beta and tau exchanged", exchanged derived ]
        |> List.filter (fun (_, other) -> other <> derived)

    /// The first slip whose result equals the claim, by `equal`; "" where none does.
    let find (equal: Term -> Term -> bool) claimed derived =
        candidates derived |> List.tryFind (fun (_, other) -> equal claimed other) |> Option.map fst |> Option.defaultValue ""
