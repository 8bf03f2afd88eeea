namespace MeanField.Core

open System.Collections.Generic

/// What is being lowered: variables and the axes that they run over.
type internal LoweringContext =
    {
        Builder: ProgramBuilder
        /// What holds of all values that the program will ever be given.
        Facts: Facts
        /// The axis of each variable in scope.
        Roles: Map<string, Axes>
        /// In the formula of an elementwise function, the vector that it is applied to.
        Hole: int option
        /// What became of the nodes met in this scope: a formula of shared parts is lowered in time proportional to its parts.
        Known: Dictionary<Scalar, int>
        /// Whether the program holds gelu and its derivative, which share an exponential.
        SharesNormal: bool
        /// Means over pi alone whose body ties two inputs, by the names of the uniforms that stand for them.
        NodeMeans: Dictionary<string, Scalar>
    }

/// Variables, binders and the inputs of a program.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal LoweringContext =
    /// Leaves the lowering at the first node that no program expresses.
    exception Refused of Fault

    let refuse found expected remedy = raise (Refused(Fault.unsupported Location.Nowhere found expected "" remedy))

    /// The neuron w and the input x are free.
    let start builder facts sharesNormal =
        { Builder = builder
          Facts = facts
          Roles = Map [ "w", Axes.Particle; "x", Axes.Node ]
          Hole = None
          Known = Dictionary()
          SharesNormal = sharesNormal
          NodeMeans = Dictionary() }

    /// The test of a selection.
    let comparison test =
        match test with
        | Below -> Comparison.Less
        | AtMost -> Comparison.LessOrEqual
        | Equals -> Comparison.Equal

    /// The formula of an elementwise function, applied to a value.
    let ofFunction context value = { context with Hole = Some value; Known = Dictionary() }

    /// The axes over which the variable of a law may run, the cheapest first.
    let private axesOf law =
        match law with
        | Data -> [ Axes.Node ]
        | Mu -> [ Axes.Particle; Axes.Other ]
        | Prior
        | Optimal -> refuse "an expectation over gamma in a simulation" "expectations over pi and mu" "derive can treat it; run cannot yet"

    let private refuseTied law =
        match law with
        | Data ->
            refuse
                "a double expectation over pi whose body ties two inputs together"
                "one input in a body, as in E[x~pi](loss(f(x), fhat(x)))"
                "such objectives can be derived, not run"
        | Mu
        | Prior
        | Optimal ->
            refuse
                "an expectation over mu whose body ties three neurons together"
                "at most two neurons in a body, as in E[w~mu, v~mu](k(w - v))"
                "such objectives can be derived, not run"

    /// Binds the variable of a mean to the first axis that no other variable of its body runs over. Two neurons in one body leave no
    /// loop for an input.
    let bind context law name mentions =
        let taken = context.Roles |> Map.filter (fun other _ -> other <> name && mentions other) |> Map.values |> List.ofSeq

        match axesOf law |> List.filter (fun axis -> not (List.contains axis taken)) with
        | [] -> refuseTied law
        | axis :: _ when List.contains Axes.Other (axis :: taken) && List.contains Axes.Node (axis :: taken) ->
            refuse
                "an expectation whose body ties two neurons and an input together"
                "two neurons, or a neuron and an input, in a body"
                "such objectives can be derived, not run"
        | Axes.Particle :: _ when List.contains Axes.Other taken ->
            refuse
                "an expectation over mu within a function of the neuron of another one, as in E[w~mu](log(1 + E[v~mu](k(w - v))))"
                "the inner expectation as a factor, as in E[w~mu, v~mu](k(w - v)), or a function of expectations alone"
                "such objectives can be derived, not run"
        | axis :: _ -> { context with Roles = Map.add name axis context.Roles; Known = Dictionary() }

    /// A mean over pi alone whose body ties two inputs has no loop, but is the same at every evaluation: a uniform, called as it prints.
    let tryNodeMean context (node: Scalar) =
        let readsTarget (part: Scalar) =
            match part.Shape with
            | Opaque _ -> true
            | _ -> false

        let isOverInputs name (part: Scalar) =
            match part.Shape with
            | Mean(Data, _) -> Occurrence.mentions name part
            | _ -> false

        match node.Shape with
        | Mean(Data, body) when Occurrence.isClosed node && not (Occurrence.dependsOnMu node || Occurrence.exists readsTarget node) ->
            let name = Occurrence.freshFor Data body

            if Occurrence.exists (isOverInputs name) (Binding.openBody name body) then
                let uniform = Infix.print (Display.ofScalar node)
                context.NodeMeans[uniform] <- node
                Some(context.Builder.Input(Source.Uniform uniform, Axes.Uniform, 1))
            else
                None
        | _ -> None

    let private source context variable part =
        match variable, part with
        | Free name, Input when context.Roles.TryFind name = Some Axes.Node -> Source.NodeColumn "x", Axes.Node
        | Free name, Block block when context.Roles.TryFind name = Some Axes.Particle -> Source.Parameter block, Axes.Particle
        | Free name, Block block when context.Roles.TryFind name = Some Axes.Other -> Source.OtherParameter block, Axes.Other
        | _ -> Fault.raise (Fault.InternalBug("a variable has no axis", $"%A{variable} %A{part}"))

    /// The input x or a block of a neuron.
    let input context variable part width =
        match context.Hole with
        | Some value when variable = Free "#" -> value
        | _ ->
            let source, axes = source context variable part
            context.Builder.Input(source, axes, width)

    let private isNode context variable =
        match variable with
        | Free x -> context.Roles.TryFind x = Some Axes.Node
        | Bound _ -> false

    /// f(x), and other numbers given at each x as alpha(x), columns of the node table.
    let column context name (at: Term) =
        match at with
        | ScalarTerm { Shape = Coordinate(variable, Input) } when isNode context variable -> ()
        | VectorTerm { Terms = [ coefficient, Whole(variable, Input, _) ] } when coefficient = Expr.one && isNode context variable -> ()
        | _ -> refuse $"{name} at another point than x" "f(x)" "such objectives run where the target is a formula"

        context.Builder.Input(Source.NodeColumn name, Axes.Node, 1)
