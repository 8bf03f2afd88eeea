namespace MeanField.Core

/// The formulas of a problem, elaborated. Names: w is the neuron, x the input, y and yhat the arguments of the loss.
type internal Model =
    {
        Title: string
        Blocks: (string * int) list
        InputLength: int
        /// sigma(x; w) in the free x and w.
        Neuron: Scalar option
        /// f in the free x, where it is a formula.
        Target: Scalar option
        /// l(y, yhat).
        Loss: Scalar
        Objective: Scalar
        Scope: Scope
    }

[<RequireQualifiedAccess>]
module internal Model =
    let private defaultObjective = "E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)/beta"

    let private constant (constant: UserConstant) =
        let meaning =
            if constant.IsVector then
                VectorTerm(Vector.ofAtom (Constant(constant.Name, List.length constant.Components)))
            else
                ScalarTerm(Expr.symbol constant.Name)

        constant.Name, Value meaning

    let private plain = { Laws = false; Loss = None }

    let private constants (problem: Problem) =
        { Names = problem.Constants |> List.map constant |> Map.ofList
          Functions = Map.empty
          Blocks = problem.Neuron.Parameters |> List.map (fun parameter -> parameter.Name, parameter.Width)
          InputLength = problem.Input |> Option.map _.Dimension |> Option.defaultValue 0
          Language = plain
          Source = Formula.Create(Location.Nowhere, "") }

    let private bare names scope = names |> List.fold (fun scope (name, meaning) -> Scope.bind name meaning scope) scope
    let private input (scope: Scope) = if scope.InputLength = 0 then [] else [ "x", Value(Scope.input scope "x") ]
    let private parameters (scope: Scope) = scope.Blocks |> List.map (fun block -> fst block, Value(Scope.block "w" block))
    let private symbols = List.map (fun name -> name, Value(ScalarTerm(Expr.symbol name)))

    let private optional elaborate (formula: Formula option) =
        match formula with
        | None -> Ok None
        | Some formula -> elaborate formula |> Result.map Some

    let private targetFormula (target: Target option) =
        match target with
        | Some(Target.Expression formula) -> Some formula
        | Some(Target.Column _)
        | Some(Target.Values _)
        | None -> None

    /// Which names of the vocabulary need a part of the problem file that is absent.
    let private requireParts (problem: Problem) (formula: Formula) objective =
        let needs test = Occurrence.exists test objective

        let missing table key =
            Error(Fault.invalid formula.Where $"an objective that needs {key}" $"{table} with {key}" "" $"add {key} to {table}")

        let readsOutput node =
            match node.Shape with
            | Output _ -> true
            | _ -> false

        let readsTarget node =
            match node.Shape with
            | Opaque("f", _) -> true
            | _ -> false

        if problem.Neuron.Activation.IsNone && needs readsOutput then missing "[neuron]" "activation"
        elif problem.Target.IsNone && needs readsTarget then missing "[target]" "expression"
        else Ok objective

    /// Elaborates every formula of the problem. The first fault ends it, with file, line and column.
    let create (problem: Problem) : Result<Model, Fault> =
        result {
            let! scope = UserFunctions.defineAll (constants problem) problem.Functions
            let within names = bare names scope |> Elaborate.formula
            let! loss = within (symbols [ "y"; "yhat" ]) problem.Energy.Loss.Formula
            let! neuron = problem.Neuron.Activation |> optional (within (input scope @ parameters scope))
            let! target = problem.Target |> targetFormula |> optional (within (input scope))
            let objectiveScope = { scope with Language = { Laws = true; Loss = Some loss } }
            let formula = problem.Energy.Objective |> Option.defaultValue (Formula.Create(Location.Nowhere, defaultObjective))
            let! written = Elaborate.formula objectiveScope formula
            let! objective = requireParts problem formula written

            return
                { Title = problem.Title
                  Blocks = scope.Blocks
                  InputLength = scope.InputLength
                  Neuron = neuron
                  Target = target
                  Loss = loss
                  Objective = objective
                  Scope = objectiveScope }
        }

    /// The other input of a kernel: x2, or the next such name that no constant or parameter bears.
    let secondInput (model: Model) =
        let taken name = Map.containsKey name model.Scope.Names || List.exists (fst >> (=) name) model.Blocks
        Seq.initInfinite (fun index -> $"x{index + 2}") |> Seq.find (taken >> not)

    /// Every sigma(x, neuron) that `which` admits, replaced by its formula.
    let private expandWhere which (model: Model) (term: Term) : Term =
        match model.Neuron with
        | None -> term
        | Some neuron ->
            let openOutput node =
                match node.Shape with
                | Output(at, who) when which who -> Some(neuron |> Binding.rename "w" who |> Binding.substituteInput "x" at)
                | _ -> None

            Binding.replaceTerm openOutput term

    /// Every sigma replaced by its formula.
    let expand model term = expandWhere (fun _ -> true) model term

    /// sigma(x, w) replaced by its formula for the free neuron w alone: fhat keeps its name.
    let expandOwnTerm model term = expandWhere ((=) (Free "w")) model term

    /// The same for a scalar.
    let expandOwn model scalar =
        match expandOwnTerm model (ScalarTerm scalar) with
        | ScalarTerm expanded -> expanded
        | VectorTerm _ -> Fault.raise (Fault.InternalBug("a scalar expanded to a vector", $"%A{scalar}"))
