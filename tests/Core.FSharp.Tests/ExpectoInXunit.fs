/// Runs every Expecto test of this assembly as a case of one xUnit theory, because
/// `dotnet test` of a solution silently skips a pure Expecto project.
module MeanField.Core.Tests.ExpectoInXunit

open Expecto
open Xunit

let all =
    testList
        "core"
        [ DocumentTests.all
          ProblemTests.all
          ProblemFaultTests.all
          BridgeReaderTests.all
          SweepTests.all
          InfixTests.all
          SymbolicsCasesTests.all
          ExprTests.all
          BindingTests.all
          FunctionsTests.all
          VectorTests.all
          CalculusTests.all
          IllCasesTests.all
          RandomExpressionTests.all
          ElaborateTests.all
          ModelTests.all
          FunctionalTests.all
          VariationTests.all
          MixtureTests.all
          RangeTests.all
          ConvexityTests.all
          GrowthTests.all
          GibbsTests.all
          HessianTests.all
          ConjugateTests.all
          DualTests.all
          MarginalTests.all
          MarginalLawTests.all
          DynamicsTests.all
          NonFiniteTests.all
          ControlTests.all
          SectionTests.all
          PrintedProgramTests.all
          TranscendentalsTests.all
          ProgramSizeTests.all
          ProgramRulesTests.all
          ExampleProgramTests.all
          LoweringTests.all
          CriticalProgramsTests.all
          FrozenTests.all
          MagnitudesTests.all
          SumOrderTests.all
          DifferencesTests.all
          RoundingTests.all
          EnclosureTests.all
          BoundsTests.all
          AttainmentTests.all
          EvaluateTests.all
          DerivativeCheckTests.all
          PrintedFormTests.all
          LatexTests.all
          MathMlTests.all
          TheoryTests.all
          IllFormedTests.all
          KernelCaseTests.all
          MutantTests.all
          ExamplesTests.all
          ProofTests.all
          IdentityTests.all
          NormalFormTests.all
          ClaimTests.all
          GaussianMeanTests.all
          ClaimCorpusTests.all
          ClaimMessageTests.all
          FiniteMinimiserTests.all
          VerificationTests.all ]

let names: seq<obj[]> = Test.toTestCodeList all |> Seq.map (fun test -> [| String.concat " / " test.name :> obj |])

/// One report a test, without the live display that would fill the log.
let private quietly = [ CLIArguments.No_Spinner; CLIArguments.Colours 0; CLIArguments.Verbosity Logging.LogLevel.Error ]

[<Theory; MemberData(nameof names)>]
let ``an Expecto test holds`` (name: string) =
    let one = Test.filter " / " (fun parts -> String.concat " / " parts = name) all
    Assert.Equal(0, runTestsWithCLIArgs quietly [||] one)
