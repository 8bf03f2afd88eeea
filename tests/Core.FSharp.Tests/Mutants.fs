/// All wrong variants, numbered in this order.
module internal MeanField.Core.Tests.Mutants

let all = DerivationMutants.all @ DualMutants.all @ FunctionMutants.all @ ProgramMutants.all
