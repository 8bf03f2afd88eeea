namespace MeanField.Core

open Fractions

/// A law carried back in time by the heat semigroup, as a sum over weighted points of the end (theory section 4): the points are the nodes of a
/// program, their parameters its inputs x, and one evaluation gives log h and grad log h at any particles.
[<RequireQualifiedAccess>]
module Transition =
    let private half = Expr.rational (Fraction(1, 2))
    let private tau = Expr.symbol "tau"

    /// tau - t.
    let private left = Expr.subtract tau (Expr.symbol "t")

    /// A number given at each point.
    [<Literal>]
    let LogWeight = "logWeight"

    /// The last block of a particle: log h there, about; subtracted within the exponential, which else might overflow. No identifier, so no
    /// parameter is called so.
    [<Literal>]
    let Shift = "log h"

    let private product one other = Term.dot one other |> Option.defaultValue Expr.zero

    let private input length =
        if length = 1 then
            ScalarTerm(Expr.coordinate (Free "x") Input)
        else
            VectorTerm(Vector.ofAtom (Whole(Free "x", Input, length)))

    /// The part of x that stands for a block.
    let private inputOf length first width =
        match input length with
        | VectorTerm whole when width = 1 -> ScalarTerm(Vector.``component`` whole first)
        | VectorTerm whole -> VectorTerm(Vector.slice whole first (first + width - 1))
        | ScalarTerm only -> ScalarTerm only

    /// log of the density of N(own, (tau - t) I) with respect to N(0, tau I) at the point.
    let private moved point own (width: int) =
        let distance = Term.add point (Term.scale (Expr.integer -1) own)

        Expr.sum
            [ Expr.divide (product point point) (Expr.scale (Fraction 2) tau)
              Expr.negate (Expr.divide (product distance distance) (Expr.scale (Fraction 2) left))
              Expr.multiplyAll [ Expr.rational (Fraction width); half; Functions.apply "log" (Expr.divide tau left) ] ]

    /// The program of h(w, t) = SUM over points y of exp(logWeight(y) + <a, slope(y)>) dN(w, (tau - t) I)/dN(0, tau I)(y): `blocks` are those of
    /// w, each with whether it is a part a that enters by a slope (then the node's input x has the slope in its place) or of the point itself.
    /// Node columns "x" (one component for each of w), `LogWeight` and "weight", uniforms "tau" and "t"; a particle is w and `Shift`. Particle
    /// outputs "log" (log h - shift) and "drift.BLOCK", the gradient of log h. Faults: none for t below tau. Cost: an exponential for each pair.
    let program (blocks: (string * int * bool) list) : Result<KernelProgram, Fault> =
        let length = blocks |> List.sumBy (fun (_, width, _) -> width)
        let offsets = blocks |> List.scan (fun offset (_, width, _) -> offset + width) 1

        let part ((name, width, isSlope), first) =
            let own = Scope.block "w" (name, width)
            let given = inputOf length first width
            if isSlope then product own given else moved given own width

        let exponent =
            Expr.opaque LogWeight (input length)
            :: Expr.negate (Expr.coordinate (Free "w") (Block Shift))
            :: List.map part (List.zip blocks (List.take blocks.Length offsets))
            |> Expr.sum

        let log = Functions.apply "log" (Binding.mean Data "x" (Functions.apply "exp" exponent))
        let particle name value : Lowering.Wanted = { Name = name; Over = Axes.Particle; Quantity = Lowering.Value value }

        let drift (name, width, _) = particle $"drift.{name}" (Calculus.gradient "w" name width log)

        particle "log" (ScalarTerm log) :: List.map drift blocks
        |> Lowering.program Range.unknown ([ for name, width, _ in blocks -> name, width ] @ [ Shift, 1 ])
        |> Result.map _.Program
