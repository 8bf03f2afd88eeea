/// The order of sums in every precision, by numbers with which another order gives other bits: beside 2^24 (binary32) or 2^53
/// (binary64) a single 1 is lost, being half a unit of the last place of an even number.
module MeanField.Core.Tests.SumOrderTests

open Expecto
open MeanField.Core

let private named name width : NamedWidth = { Name = name; Width = width }

/// What a value over particles a, c, inputs x and weights is, in every row.
let private evaluate precision build (x: float[]) (a: float[]) =
    let builder = ProgramBuilder()
    let output: Output = { Name = "out"; Value = build builder }
    let blocks = [ named "a" 1; named "c" 1 ]
    let program = KernelProgram.create blocks [ named "x" 1 ] [] builder.Code [ output ]
    let column (numbers: float[]) = Array.map Array.singleton numbers
    let own, ones, inputs = column a, column (Array.map (fun _ -> 1.0) a), column x
    let particles block = if block = "a" then own else ones
    let results = Interpreter.run (fun _ -> DiscreteLaws.functionValue) precision program (fun _ -> [||]) (fun _ -> inputs) particles
    results["out"] |> Array.map Array.head

let private a (builder: ProgramBuilder) = builder.Input(Source.Parameter "a", Axes.Particle, 1)
let private one (builder: ProgramBuilder) = builder.Input(Source.Parameter "c", Axes.Particle, 1)
let private x (builder: ProgramBuilder) = builder.Input(Source.NodeColumn "x", Axes.Node, 1)
let private other (builder: ProgramBuilder) = builder.Input(Source.OtherParameter "a", Axes.Other, 1)

let private overNodes (builder: ProgramBuilder) = builder.Contract(x builder, one builder, Axes.Node)
let private overOthers (builder: ProgramBuilder) = builder.Contract(other builder, one builder, Axes.Other)
let private ofNodesAlone (builder: ProgramBuilder) = builder.Contract(x builder, builder.Literal 1.0, Axes.Node)
let private overParticles (builder: ProgramBuilder) = builder.Contract(builder.Literal 1.0, a builder, Axes.Particle)

/// A value for each node: x is 1 there.
let private ofNodes (builder: ProgramBuilder) = builder.Contract(a builder, x builder, Axes.Particle)

let private ofDot (builder: ProgramBuilder) =
    let ones = builder.Join [ { Value = builder.Literal 1.0; Width = 3 } ]
    let parts = [ builder.Multiply(builder.Literal 16777216.0, one builder); one builder; one builder ]
    builder.Dot(ones, builder.Join(parts |> List.map (fun value -> { Value = value; Width = 1 })))

let private large = 16777216.0

/// Zeros but for these.
let private numbers count (places: (int * float) list) =
    Array.init count (fun index -> places |> List.tryFind (fst >> (=) index) |> Option.map snd |> Option.defaultValue 0.0)

/// 2^24 and so many ones after it.
let private largeAndOnes ones = Array.append [| large |] (Array.create ones 1.0)

let private cases =
    [ // 2^24 absorbs the ones of its run; runs of 32 and 5 ones follow: 37, rounded to an even number in binary32
      "runs over nodes", overNodes, largeAndOnes 68, [| 0.0 |], (16777284.0, 16777252.0, 16777253.0)
      "runs over other particles", overOthers, [||], largeAndOnes 68, (16777284.0, 16777252.0, 16777253.0)
      "no runs where the terms are no pairs", ofNodesAlone, largeAndOnes 68, [| 0.0 |], (16777284.0, 16777216.0, 16777284.0)
      // 2^53 first absorbs what comes after it; two ones first are kept in binary64, not in a run of binary32
      "other particles in their order",
      overOthers,
      [||],
      [| 9007199254740992.0; 1.0; 1.0 |],
      (9007199254740992.0, 9007199254740992.0, 9007199254740992.0)
      "other particles from the first",
      overOthers,
      [||],
      [| 1.0; 1.0; 9007199254740992.0 |],
      (9007199254740994.0, 9007199254740992.0, 9007199254740992.0)
      // lanes 1 and 3 meet before lane 0 sees them
      "lanes in halves",
      overParticles,
      [||],
      numbers 16 [ 0, 9007199254740992.0; 1, 1.0; 3, 1.0 ],
      (9007199254740994.0, 9007199254740992.0, 9007199254740994.0)
      // particle 16 is absorbed in lane 0; lanes 0, 1 and 2 are added in binary64
      "lanes in the format of the terms",
      overParticles,
      [||],
      numbers 20 [ 0, large; 16, 1.0; 1, 1.0; 2, 1.0 ],
      (16777219.0, 16777218.0, 16777219.0)
      "lanes of pairs", ofNodes, [| 1.0; 1.0 |], numbers 20 [ 0, large; 16, 1.0; 1, 1.0 ], (16777218.0, 16777216.0, 16777217.0)
      // particles 512 and 528 begin a lane of their own
      "superblocks of their own lanes",
      overParticles,
      [||],
      numbers 600 [ 0, large; 512, 1.0; 528, 1.0 ],
      (16777218.0, 16777218.0, 16777218.0)
      "components in their order", ofDot, [||], [| 0.0 |], (16777218.0, 16777216.0, 16777218.0) ]

let private byHand =
    [ for name, build, inputs, particles, (double, single, mixed) in cases do
          for precision, expected in [ Precision.Double, double; Precision.Single, single; Precision.Mixed, mixed ] do
              testCase $"{name} in {precision} precision" (fun () ->
                  let rows = evaluate precision build inputs particles
                  Expect.allEqual rows expected "in every row") ]

/// From 2097153 particles on a superblock has 1024.
let private chunks =
    testCase "chunks of 512 particles of a superblock have lanes of their own in single precision" (fun () ->
        let count = 2097153
        Expect.equal (ReductionOrder.superblock count) 1024 "two chunks"
        let particles = Array.zeroCreate count
        particles[0] <- large
        particles[512] <- 1.0
        particles[528] <- 1.0
        // lane 0 of one run would absorb both ones
        Expect.allEqual (evaluate Precision.Single overParticles [||] particles) 16777218.0 "2^24 + 2")

let all = testList "order of sums" (chunks :: byHand)
