namespace MeanField.Core

/// How a check ended.
type Outcome =
    | Holds = 0
    | Fails = 1
    /// It could not be made; the detail says why.
    | Skipped = 2

/// One derived statement, compared with what independent means say about it.
/// `Name` is the step of the derivation (or the part of the chain behind it); `Kind` names the means. `Error` and `Tolerance` are
/// differences in the scale that `Detail` states; both are 0 for a proof, NaN where nothing was measured.
type Check = { Name: string; Kind: string; Outcome: Outcome; Error: float; Tolerance: float; Detail: string }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Check =
    /// An error that must not exceed its tolerance; NaN fails.
    let measured name kind error tolerance detail =
        { Name = name
          Kind = kind
          Outcome = (if error <= tolerance then Outcome.Holds else Outcome.Fails)
          Error = error
          Tolerance = tolerance
          Detail = detail }

    /// A statement that must hold exactly.
    let exact name kind holds detail =
        { Name = name
          Kind = kind
          Outcome = (if holds then Outcome.Holds else Outcome.Fails)
          Error = 0.0
          Tolerance = 0.0
          Detail = detail }

    let skipped name kind reason =
        { Name = name
          Kind = kind
          Outcome = Outcome.Skipped
          Error = nan
          Tolerance = nan
          Detail = reason }
