namespace MeanField.Core

/// Problem files in and out.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Problem =
    /// Reads and resolves a problem file. Total: every text gives a problem or the first fault, with its place.
    /// `fileName` is for messages (and the default title); `overrides` are texts "key=value" (place: File = "--set");
    /// `columns` gives the header of a data file named in the problem, path as written there; a fault of it without a place gets that of the key.
    /// Not checked here: that formulas parse, that optional parts the objective mentions are there, that this version can do what is asked.
    /// Source: the contract of the problem file.
    val read:
        fileName: string ->
        text: string ->
        overrides: string list ->
        columns: (string -> Result<string list, Fault>) ->
            Result<Problem, Fault>

    /// The resolved problem as a problem file with every key, formulas as written. Reading it gives an equal problem;
    /// paths stay relative to the original file.
    val toToml: problem: Problem -> string

    /// The problem with the paths of its data files resolved against `folder`, so that a copy elsewhere means the same files.
    val resolvePaths: folder: string -> problem: Problem -> Problem
