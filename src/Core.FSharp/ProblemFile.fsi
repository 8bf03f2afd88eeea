namespace MeanField.Core

/// What reading a problem asks of its caller about the files it names, since Core does no input or output.
/// Paths come as they are written in the problem file. A fault without a place gets that of the key which names the file.
type IDataFiles =
    /// The header of a CSV file: the names of its columns, in order.
    abstract Columns: path: string -> Result<string list, Fault>

    /// The numbers of a .npy or .csv file of constants, in order: one for a scalar, more for a vector. They count as exact.
    abstract Numbers: path: string -> Result<float[], Fault>

/// Problem files in and out.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Problem =
    /// Reads and resolves a problem file. Total: every text gives a problem or the first fault, with its place.
    /// `fileName` is for messages (and the default title); `overrides` are texts "key=value" (place: File = "--set");
    /// `files` answers for the data files and constants files that the problem names.
    /// Not checked here: that formulas parse, that optional parts the objective mentions are there, that this version can do what is asked.
    /// Source: the contract of the problem file.
    val read: fileName: string -> text: string -> overrides: string list -> files: IDataFiles -> Result<Problem, Fault>

    /// The resolved problem as a problem file with every key, formulas as written. Reading it gives an equal problem;
    /// paths stay relative to the original file.
    val toToml: problem: Problem -> string

    /// The problem with the paths of the files it names resolved against `folder`, so that a copy elsewhere means the same files.
    val resolvePaths: folder: string -> problem: Problem -> Problem

    /// The paths of the files that the problem names, as they are written, each once.
    val files: problem: Problem -> string list

    /// The problem with a finer rule for its input law: half as many more nodes an axis, or twice as many samples. None where the nodes are the law.
    val refined: problem: Problem -> Problem option

    /// The problem with a run of this kind from 0 over the horizon tau, in double precision; everything else of [run] stays.
    val withRun:
        dynamics: Dynamics ->
        scheme: Scheme ->
        batch: Batch ->
        particles: int ->
        steps: int ->
        replicas: int ->
        seed: int64 ->
        problem: Problem ->
            Problem

    /// The problem with another horizon of its run: that many times beta*tau, the time scale of Langevin's dynamics.
    val withHorizon: times: int -> problem: Problem -> Problem

    /// The problem with other numbers of particles, steps and replicas in [run].
    val resized: particles: int -> steps: int -> replicas: int -> problem: Problem -> Problem
