/// All wrong variants, numbered in this order.
module internal MeanField.Core.Tests.Mutants

let ofDerivations = DerivationMutants.all @ DualMutants.all @ FunctionMutants.all @ ProgramMutants.all

let all = ofDerivations @ PlantedFaults.all
