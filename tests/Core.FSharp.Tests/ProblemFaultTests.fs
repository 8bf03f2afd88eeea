module MeanField.Core.Tests.ProblemFaultTests

open Expecto
open MeanField.Core
open MeanField.Core.Tests.ProblemFiles

/// A good file, an edit that spoils it, and the parts that the message must hold.
let private bad =
    [ "an objective without parameters",
      bridge + "beta = 1\nobjective = \"KL(mu, gamma)\"",
      [ "p.toml, key neuron.parameters"; "no key 'parameters'" ]
      "a misspelt key of another table",
      "bta = 3\n" + least,
      [ "line 1, column 1, key bta"; "unknown key 'bta'"; "did you mean 'beta'?"; "'beta' belongs to [energy]" ]
      "a misspelt loss",
      least + "loss = \"sqared\"",
      [ "line 14, column 8, key energy.loss"; "found the text \"sqared\""; "did you mean 'squared'?" ]
      "a column that stands twice",
      data.Replace("diabetes.csv", "twice.csv"),
      [ "line 7, column 10, key input.inputs"; "the column 'bmi' 2 times" ]
      "a target among the inputs",
      data.Replace("inputs = \"*\"", "inputs = [\"bmi\", \"progression\"]"),
      [ "line 7, column 18, key input.inputs"; "the column 'progression' that is the target"; "remove it from the inputs" ]
      "a file of columns with other separators",
      data.Replace("diabetes.csv", "semicolons.csv"),
      [ "key target.column"; "the column 'progression'"; "separate the cells by commas" ]
      "a misspelt key",
      least.Replace("beta", "betta"),
      [ "p.toml, line 12, column 1, key energy.betta"; "unknown key 'betta'"; "beta, tau, loss"; "did you mean 'beta'?" ]
      "a misspelt table", least.Replace("[energy]", "[enregy]"), [ "line 11, column 2"; "unknown table 'enregy'"; "did you mean 'energy'?" ]
      "a key in the wrong table",
      least.Replace("[energy]", "[energy]\nsteps = 3"),
      [ "line 12"; "unknown key 'steps'"; "'steps' belongs to [run]" ]
      "a wrong type",
      least.Replace("tau = 0.5", "tau = \"0.5\""),
      [ "line 13, column 7, key energy.tau"; "found the text \"0.5\""; "expected a number"; "without quotes" ]
      "a text where a table belongs", "run = 3\n" + least, [ "line 1, column 7, key run"; "found the number 3"; "the table [run]" ]
      "beta not positive",
      least.Replace("beta = 20", "beta = 0.0"),
      [ "line 12, column 8, key energy.beta"; "found the number 0.0"; "a positive number" ]
      "tau not positive", least.Replace("0.5", "-0.5"), [ "key energy.tau"; "found the number -0.5"; "a positive number" ]
      "a missing key", least.Replace("beta = 20\n", ""), [ "p.toml"; "key energy.beta"; "no key 'beta'"; "under [energy]"; "beta = 50.0" ]
      "a missing table", least.Replace("[energy]\nbeta = 20\ntau = 0.5\n", ""), [ "p.toml, key energy.beta"; "a required key" ]
      "a missing activation", least.Replace("activation = \"tanh(w*x)\"", ""), [ "key neuron.activation"; "for example" ]
      "a missing target", least.Replace("[target]\nexpression = \"x\"", ""), [ "key target.expression" ]
      "a reserved parameter",
      least.Replace("[\"w\"]", "[\"w\", \"mu\"]"),
      [ "line 3, column 20, key neuron.parameters"; "reserved word 'mu'"; "choose another" ]
      "a reserved constant", least + "[constants]\nZ = 1", [ "line 15, column 1, key constants.Z"; "reserved word 'Z'" ]
      "a reserved function", least + "[functions]\n\"exp(z)\" = \"z\"", [ "line 15, column 1"; "reserved word 'exp'" ]
      "a reserved argument", least + "[functions]\n\"g(beta)\" = \"beta\"", [ "line 15, column 1"; "reserved word 'beta'" ]
      "a function without arguments", least + "[functions]\ng = \"1\"", [ "line 15, column 1"; "a name with its arguments" ]
      "a name given twice", least + "[constants]\nw = 1", [ "line 3"; "the name 'w' a second time" ]
      "an argument given twice", least + "[functions]\n\"g(z, z)\" = \"z\"", [ "line 15"; "the name 'z' a second time" ]
      "a missing constants file",
      least + "[constants]\nk = \"thetta.npy\"",
      [ "p.toml, line 15, column 5, key constants.k: found no file 'thetta.npy'" ]

      "a constants file with a place of its own",
      least + "[constants]\nk = \"damaged.csv\"",
      [ "damaged.csv, line 4, column 1: found 'o.5'" ]

      "a constant that is not finite",
      least + "[constants]\nk = \"nan.npy\"",
      [ "line 15, column 5, key constants.k: found NaN as number 2 in \"nan.npy\""; "expected finite numbers" ]

      "a constants file without numbers", least + "[constants]\nk = \"empty.npy\"", [ "key constants.k: found no numbers in \"empty.npy\"" ]

      "a constants file of another format",
      least + "[constants]\nk = \"theta.txt\"",
      [ "found the text \"theta.txt\""; "a file name ending in .npy or .csv" ]
      "a parameter that is none", least.Replace("[\"w\"]", "[\"b[q]\"]"), [ "line 3, column 15"; "found the text \"b[q]\""; "\"b[p]\"" ]
      "a list of wrong length",
      least.Replace("low = -1", "low = [-1, -2]"),
      [ "line 7, column 7, key input.low"; "found a list of 2"; "a list of 1, the dimension" ]
      "an empty interval", least.Replace("low = -1", "low = 1"), [ "line 8, column 8, key input.high"; "a number above low = 1" ]
      "an unknown law",
      least.Replace("\"uniform\"", "\"unifrom\""),
      [ "line 6, column 7, key input.law"; "\"unifrom\""; "did you mean 'uniform'?" ]
      "a key of another law",
      least.Replace("high = 1", "high = 1\nradius = 1"),
      [ "line 9, column 1, key input.radius"; "law \"uniform\" does not have"; "low, high" ]
      "a rule of another law",
      least.Replace("high = 1", "high = 1\nrule = \"gauss-hermite\""),
      [ "line 9, column 8, key input.rule"; "\"gauss-legendre\", \"sobol\", \"random\"" ]
      "a part of a particle",
      least + "[run]\nparticles = 2.5",
      [ "line 15, column 13, key run.particles"; "the number 2.5"; "a whole number" ]
      "no particles", least + "[run]\nparticles = 0", [ "the number 0"; "from 1 to" ]
      "a negative seed", least + "[run]\nseed = -1", [ "line 15, column 8, key run.seed"; "the number -1" ]
      "a horizon beside tau",
      least + "[run]\nhorizon = 1.0",
      [ "line 15, column 11, key run.horizon"; "energy.tau = 0.5"; "remove the horizon" ]
      "a start that is none", least + "[run]\nstart = \"zeroo\"", [ "key run.start"; "did you mean 'zero'?" ]
      "a wrong column",
      data.Replace("\"*\"", "[\"age\", \"bmj\"]"),
      [ "line 7, column 18, key input.inputs"
        "the column 'bmj'"
        "age, bmi, blood pressure, progression"
        "did you mean 'bmi'?" ]
      "a wrong target column",
      data.Replace("\"progression\"", "\"progresion\""),
      [ "line 10, column 10, key target.column"; "did you mean 'progression'?" ]
      "a missing file", data.Replace("diabetes.csv", "diabets.csv"), [ "p.toml, line 6, column 8, key input.file"; "no file 'diabets.csv'" ]
      "a dimension beside the data",
      data.Replace("inputs = \"*\"", "inputs = \"*\"\ndimension = 4"),
      [ "line 8, column 13, key input.dimension"; "the dimension 4"; "expected 3, the number of inputs" ]
      "a column without data",
      least.Replace("expression = \"x\"", "column = \"y\""),
      [ "line 10, column 10, key target.column"; "law = \"data\"" ]
      "two targets",
      least.Replace("expression = \"x\"", "expression = \"x\"\nvalues = [1]"),
      [ "line 11, column 10, key target.values"; "a second target" ]
      "points of different length",
      atoms.Replace("[1, 0]", "[1]"),
      [ "line 6, column 19, key input.points"; "a point of 1 coordinates"; "expected 2" ]
      "values of wrong number",
      atoms.Replace("[0.2, 1, -0.6]", "[0.2, 1]"),
      [ "line 8, column 10, key target.values"; "a list of 2"; "a list of 3" ]
      "weights of a wrong sum",
      atoms.Replace("[target]", "weights = [0.5, 0.5, 0.5]\n[target]"),
      [ "line 7, column 11, key input.weights"; "sum 1.5"; "divide them" ]
      "a negative weight",
      atoms.Replace("[target]", "weights = [0.5, -0.5, 1]\n[target]"),
      [ "line 7, column 17"; "the number -0.5"; "not negative" ]
      "p without input",
      sampling.Replace("b[2]", "b[p]"),
      [ "line 2, column 15, key neuron.parameters"; "the width p"; "[input], which is absent" ]
      "half a bridge", bridge.Replace("to = \"normal(0, 1.3)\"\n", ""), [ "key bridge.to"; "no key 'to'" ]
      "held-out data without data", least + "[test]\nfraction = 0.2", [ "line 14, column 2, key test"; "only data can be held out" ]
      "a fraction above 1", data.Replace("0.2", "1.2"), [ "line 16, column 12, key test.fraction"; "between 0 and 1" ]
      "a convexity that is no word",
      sampling.Replace("\"declared\"", "true"),
      [ "key energy.convex"; "found the value true"; "\"declared\"" ] ]

let all =
    testList
        "bad files"
        [ for name, text, parts in bad do
              test $"{name} is refused" {
                  let message = message [] text

                  for part in parts do
                      Expect.stringContains message part ""
              }
          test "an override is placed by its key" {
              Expect.stringStarts (message [ "energy.beta=-1" ] least) "--set, key energy.beta: found the number -1" ""
              Expect.stringStarts (message [ "run.stepps=3" ] least) "--set, key run.stepps: found the unknown key 'stepps'" ""
          }
          test "a fault of the caller that has a place keeps it" {
              let own = Fault.invalid { Location.Nowhere with File = "diabetes.csv"; Line = 1 } "an empty header" "names" "" ""

              match Problem.read "p.toml" data [] (files (fun _ -> Error own) numbers) with
              | Error fault -> Expect.equal fault own ""
              | Ok _ -> failtest "the text was read"
          } ]
