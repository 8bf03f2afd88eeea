namespace MeanField.Core

/// Where each key of the problem was written. No part of what a problem says: all are equal.
[<Sealed>]
type Places internal (file: string, known: Map<string, Location>) =
    /// The place of a key such as "run.dynamics"; only file and key where the key was left to its default. O(log keys).
    member _.Of(key: string) = known |> Map.tryFind key |> Option.defaultValue { File = file; Line = 0; Column = 0; Key = key }

    override _.Equals other = other :? Places
    override _.GetHashCode() = 0

/// A function of the user, `Name(Arguments) = Body`. It may call functions that stand before it.
type UserFunction = { Name: string; Arguments: string list; Body: Formula }

/// A constant of the user: one number for a scalar (`IsVector` false), else a vector of as many components, at least two.
/// `Path` names the file of the numbers as written, "" where they stand in the problem file.
type UserConstant = { Name: string; Components: Number list; IsVector: bool; Path: string }

/// A block of a neuron's parameters with its number of components ("a": 1, "b[3]": 3, "b[p]": the input dimension).
type Parameter = { Name: string; Width: int }

/// sigma(x; w) and w. No activation: the objective mentions no sigma. No parameters: a bridge alone.
type Neuron = { Activation: Formula option; Parameters: Parameter list }

/// How the input law becomes nodes: two Gauss rules (nodes per axis, tensor), two sampled ones (nodes in total), or the points themselves.
type InputRule =
    | GaussLegendre = 0
    | GaussHermite = 1
    | Sobol = 2
    | Random = 3
    | Exact = 4

/// One case per input law.
type IInputLawVisitor<'result> =
    abstract Uniform: low: Number list * high: Number list -> 'result
    abstract Normal: mean: Number list * scale: Number list -> 'result
    abstract Sphere: radius: Number -> 'result
    abstract Signs: dimension: int -> 'result
    abstract Atoms: points: Number list list * weights: Number list -> 'result
    abstract Data: file: string * inputs: string list * standardize: bool -> 'result

/// The data law pi on R^p. Lists have p entries.
[<RequireQualifiedAccess>]
type InputLaw =
    /// On the box; low < high in each coordinate.
    | Uniform of low: Number list * high: Number list
    /// Independent coordinates; `scale` holds standard deviations, positive.
    | Normal of mean: Number list * scale: Number list
    /// Uniform on the sphere around 0.
    | Sphere of radius: Number
    /// Uniform on {-1, 1}^p.
    | Signs of dimension: int
    /// `points` are n lists of p; `weights` n numbers, not negative, of sum 1.
    | Atoms of points: Number list list * weights: Number list
    /// The rows of a CSV file (path as written, relative to the problem file), the p named columns;
    /// `standardize`: each to mean zero and variance one.
    | Data of file: string * inputs: string list * standardize: bool

    /// Calls the member of the visitor that bears this case's name.
    member law.Accept(visitor: IInputLawVisitor<'result>) =
        match law with
        | Uniform(low, high) -> visitor.Uniform(low, high)
        | Normal(mean, scale) -> visitor.Normal(mean, scale)
        | Sphere radius -> visitor.Sphere radius
        | Signs dimension -> visitor.Signs dimension
        | Atoms(points, weights) -> visitor.Atoms(points, weights)
        | Data(file, inputs, standardize) -> visitor.Data(file, inputs, standardize)

/// The input law and its nodes. With rule `Exact`, `Nodes` is 0 and `Seed` 1: neither has a meaning there.
type Input = { Dimension: int; Law: InputLaw; Rule: InputRule; Nodes: int; Seed: int64 }

/// One case per kind of target.
type ITargetVisitor<'result> =
    abstract Expression: formula: Formula -> 'result
    abstract Column: name: string * standardize: bool -> 'result
    abstract Values: values: Number list -> 'result

/// The target f.
[<RequireQualifiedAccess>]
type Target =
    /// A formula in x.
    | Expression of formula: Formula
    /// A column of the data file.
    | Column of name: string * standardize: bool
    /// A value per atom.
    | Values of values: Number list

    /// Calls the member of the visitor that bears this case's name.
    member target.Accept(visitor: ITargetVisitor<'result>) =
        match target with
        | Expression formula -> visitor.Expression formula
        | Column(name, standardize) -> visitor.Column(name, standardize)
        | Values values -> visitor.Values values

/// Which of the named losses was written, or a formula.
type LossKind =
    | Squared = 0
    | Logistic = 1
    | Custom = 2

/// l(y, yhat), always with its formula: the named losses are (y - yhat)^2/2 and log(1 + exp(-y*yhat)).
type Loss = { Kind: LossKind; Formula: Formula }

/// Inverse temperature and prior variance (both positive; beta is 1 and without a role in a file that is a bridge alone), loss and objective.
type Energy =
    {
        Beta: Number
        Tau: Number
        Loss: Loss
        /// The user's own; None: the default, E[x~pi](loss(f(x), E[w~mu](sigma(x, w)))) + KL(mu, gamma)/beta.
        Objective: Formula option
        /// convex = "declared": the certificate becomes conditional on it.
        DeclaredConvex: bool
    }

/// How expectations over the Gibbs law are computed.
type SolveMethod =
    | Auto = 0
    | Quadrature = 1
    | Importance = 2
    | SequentialMonteCarlo = 3
    | Langevin = 4

/// Defaults of `workbench solve`.
type Solve =
    {
        Method: SolveMethod
        /// None: that of the method in the end used, 1e-8, or 1e-2 where it samples.
        Tolerance: Number option
        /// Of methods that sample.
        Seed: int64
    }

/// The dynamics of theory.md section 5.
type Dynamics =
    | Greedy = 0
    | Sgd = 1
    | Langevin = 2
    | Foellmer = 3

/// The arithmetic of kernels.
type Precision =
    | Double = 0
    | Single = 1
    | Mixed = 2

/// The time stepping; `Exponential` treats Langevin's linear part exactly.
type Scheme =
    | Euler = 0
    | Heun = 1
    | Exponential = 2

/// Where particles begin.
type StartKind =
    | Zero = 0
    | Prior = 1
    | File = 2

/// Where particles begin; `Path` (of a .npy file, N x d) is "" unless the kind is File.
type Start = { Kind: StartKind; Path: string }

/// What a step averages over: all nodes (`IsFull`, `Samples` 0) or fresh samples of the law. Greedy and Foellmer are always full.
type Batch = { IsFull: bool; Samples: int }

/// Defaults of `workbench run`. `Horizon` is the total time, equal to tau except for Langevin; `Steps`, `Particles`, `Replicas` are at least 1.
type Run =
    {
        Dynamics: Dynamics
        Particles: int
        Steps: int
        Horizon: Number
        Seed: int64
        Precision: Precision
        Scheme: Scheme
        Start: Start
        Batch: Batch
        Replicas: int
        /// About how many rows of metrics, at least 1.
        Record: int
        /// How many particle snapshots, 0 for none.
        Snapshots: int
    }

/// One case per kind of held-out data.
type IHeldOutVisitor<'result> =
    abstract File: path: string -> 'result
    abstract Fraction: share: Number * seed: int64 -> 'result

/// Held-out data for `riskTest`; only with the law "data".
[<RequireQualifiedAccess>]
type HeldOut =
    /// A CSV file of the same columns, path as written.
    | File of path: string
    /// A share of the rows, between 0 and 1, drawn with a seed.
    | Fraction of share: Number * seed: int64

    /// Calls the member of the visitor that bears this case's name.
    member heldOut.Accept(visitor: IHeldOutVisitor<'result>) =
        match heldOut with
        | File path -> visitor.File path
        | Fraction(share, seed) -> visitor.Fraction(share, seed)

/// A normal law on R^d: its standard deviations in independent coordinates, or the Cholesky factor of its covariance (d lists of d, lower
/// triangular, positive on the diagonal); the one that is not given is empty.
type Gaussian = { Mean: Number list; Deviations: Number list; Factor: Number list list }

/// A normal law with its weight in a mixture.
type MixturePart = { Weight: Number; Law: Gaussian }

/// One case per kind of law that a bridge may join.
type IBridgeLawVisitor<'result> =
    abstract Normal: law: Gaussian -> 'result
    abstract Mixture: parts: MixturePart list -> 'result
    abstract Atoms: file: string * coordinates: string list -> 'result
    abstract Data: file: string * columns: string list -> 'result
    abstract Gibbs: unit -> 'result

/// A law at an end of a Schroedinger bridge.
[<RequireQualifiedAccess>]
type BridgeLaw =
    | Normal of law: Gaussian
    /// Weights are positive, of sum 1.
    | Mixture of parts: MixturePart list
    /// The rows of a CSV file (path as written, relative to the problem file): coordinates in the named columns, and weights in one called weight.
    | Atoms of file: string * coordinates: string list
    /// The rows of a CSV file, equally likely: the named columns.
    | Data of file: string * columns: string list
    /// The minimiser of the problem in the same file. No nullary case: C# sees a class.
    | Gibbs of dimension: int

    /// Calls the member of the visitor that bears this case's name.
    member law.Accept(visitor: IBridgeLawVisitor<'result>) =
        match law with
        | Normal law -> visitor.Normal law
        | Mixture parts -> visitor.Mixture parts
        | Atoms(file, coordinates) -> visitor.Atoms(file, coordinates)
        | Data(file, columns) -> visitor.Data(file, columns)
        | Gibbs _ -> visitor.Gibbs()

/// The two laws of a Schroedinger bridge on R^d, and how it is computed.
type Bridge =
    {
        From: BridgeLaw
        To: BridgeLaw
        Dimension: int
        /// The largest sum of |error| over the points of a marginal, where laws are points.
        Tolerance: Number
        /// How many points are drawn of a law that is neither points nor integrated by a rule, and their seed.
        Points: int
        Seed: int64
    }

/// A problem file, resolved: overrides applied, defaults filled, types, names and ranges checked. Formulas are texts still.
/// Source: the contract of the problem file.
type Problem =
    {
        Title: string
        /// In the order of the file.
        Functions: UserFunction list
        Constants: UserConstant list
        Neuron: Neuron
        /// None only where there is an objective or a bridge alone; `Target` likewise.
        Input: Input option
        Target: Target option
        Energy: Energy
        Solve: Solve
        Run: Run
        HeldOut: HeldOut option
        Bridge: Bridge option
        Places: Places
    }
