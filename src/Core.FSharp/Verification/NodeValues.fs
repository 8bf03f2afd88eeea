namespace MeanField.Core

open Fractions

/// The data law pi as n nodes: inputs (n lists of p), weights (n numbers, not negative, of sum 1) and the targets that a data file or a
/// list gives (n; none where the target is a formula or absent). No nodes at all for a problem without inputs.
type NodeValues = { Inputs: float[][]; Weights: float[]; Targets: float[] }

/// Nodes in enclosures: each double stands for itself.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal NodeValues =
    let private exact (number: Number) = Enclosure.ofRational number.Exact

    /// What formulas read beside laws at an input: beta, tau, the constants and x.
    let world (problem: Problem) : float[] -> World<Enclosure> =
        let scalars, vectors = problem.Constants |> List.partition (_.IsVector >> not)
        let own = [ "beta", exact problem.Energy.Beta; "tau", exact problem.Energy.Tau ]
        let symbols = own @ (scalars |> List.map (fun scalar -> scalar.Name, exact scalar.Components.Head)) |> Map
        let vectors = vectors |> List.map (fun vector -> vector.Name, vector.Components |> List.map exact |> Array.ofList) |> Map
        fun x -> World.ofNumbers symbols vectors (Map [ "x", Array.map Enclosure.point x ])

    let worlds problem nodes = nodes.Inputs |> Array.map (world problem)
    let weights nodes = nodes.Weights |> Array.map Enclosure.point

    /// f at the nodes.
    let target problem (model: Model) nodes : Enclosure[] option =
        match model.Target with
        | Some formula -> worlds problem nodes |> Array.map (fun world -> Evaluate.scalar Enclosure.arithmetic world formula) |> Some
        | None when nodes.Targets.Length = nodes.Weights.Length && nodes.Weights.Length > 0 ->
            nodes.Targets |> Array.map Enclosure.point |> Some
        | None -> None

    /// SUM omega_j g_j.
    let mean nodes (values: Enclosure[]) =
        Array.map2 Enclosure.multiply (weights nodes) values |> Array.fold Enclosure.add (Enclosure.point 0.0)

    /// ||g|| in L2(pi).
    let norm nodes (values: Enclosure[]) =
        values |> Array.map (Enclosure.power (Fraction 2)) |> mean nodes |> Enclosure.power (Fraction(1, 2))
