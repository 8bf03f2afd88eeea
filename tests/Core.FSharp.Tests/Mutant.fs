/// Wrong variants of the product, one place each: `verify`, or tests, must fail on every one and name the statement that it breaks.
module internal MeanField.Core.Tests.Mutant

open System

/// What shows a wrong variant.
[<RequireQualifiedAccess>]
type Witness =
    /// `verify` on a problem file with this text.
    | Verify of problem: string
    /// Tests whose full names contain one of these, in a project below tests.
    | Tests of project: string * names: string list

/// `Original` occurs once in the file (a path below src); `Mutated` stands for the part between ⟦ and ⟧, an expression, or for all of it;
/// `nothing` takes the place of a statement. `Breaks` are statements of `verify`, of which one must fail; of tests any.
type Mutant = { File: string; Original: string; Mutated: string; Witness: Witness; Breaks: string list }

/// In place of a statement that is left out.
let nothing = ""

/// What stands before the mutated expression, the expression, and what stands after it.
let parts mutant =
    match mutant.Original.Split('⟦', '⟧') with
    | [| before; expression; after |] -> before, expression, after
    | _ -> "", mutant.Original, ""

/// The text to look for in the file.
let place mutant =
    let before, expression, after = parts mutant
    before + expression + after

// ---- Witnesses ----

let private names (parameters: string list) = parameters |> List.map (fun name -> $"\"{name}\"") |> String.concat ", "

/// The problem file of a net; `energy` stands last.
let net energy dimension parameters activation =
    $"""title = "Witness"
[neuron]
activation = "{activation}"
parameters = [{names parameters}]
[input]
dimension = {dimension}
law = "uniform"
low = -1
high = 1
[target]
expression = "sum(x) + norm2(x)"
[energy]
beta = 5.0
tau = 1.5
{energy}
"""

/// A net on an interval with the parameters a, b, c.
let scalar activation = net "" 1 [ "a"; "b"; "c" ] activation

/// A net on the square, b and q of its dimension.
let planar activation = net "" 2 [ "a"; "b[p]"; "q[p]" ] activation

/// The sine net with another loss.
let withLoss loss = net $"loss = \"{loss}\"" 1 [ "a"; "b"; "c" ] "a*tanh(b*x + c)"

/// The sine net with another objective.
let withObjective objective = net $"objective = \"{objective}\"" 1 [ "a"; "b"; "c" ] "a*tanh(b*x + c)"

/// The net of `planar` with another objective.
let planarObjective objective = net $"objective = \"{objective}\"" 2 [ "a"; "b[p]"; "q[p]" ] "a*tanh(dot(b, x))"

/// The net that most examples have.
let sine = scalar "a*tanh(b*x + c)"

// ---- Rows ----

let core name = "Core.FSharp/" + name + ".fs"

let row file witness breaks (original, mutated) =
    { File = file
      Original = original
      Mutated = mutated
      Witness = Witness.Verify witness
      Breaks = breaks }

/// A row that tests must see.
let shown file project names (original, mutated) =
    { File = file
      Original = original
      Mutated = mutated
      Witness = Witness.Tests(project, names)
      Breaks = [] }
