/// Builds all mutants into one copy of the product, where an environment variable chooses the active one, and sees what `verify` says.
module internal MeanField.Core.Tests.Mutation

open System
open System.Collections.Concurrent
open System.Diagnostics
open System.IO
open System.Text.Json
open MeanField.Core.Tests.Mutant

let private variable = "WORKBENCH_MUTANT"

let root =
    let rec up folder =
        if File.Exists(Path.Combine(folder, "Workbench.sln")) then
            folder
        else
            up (nonNull (Path.GetDirectoryName folder))

    up AppContext.BaseDirectory

let occurrences (text: string) (part: string) = text.Split(part).Length - 1

let source mutant = File.ReadAllText(Path.Combine(root, "src", mutant.File))

// ---- The copy with all mutants ----

let private choice isSharp (expression: string) (index, mutant) =
    if isSharp then
        $"(MeanField.Core.Mutant.isActive({index}) ? {mutant.Mutated} : {expression})"
    else
        $"(if MeanField.Core.Mutant.isActive {index} then ({mutant.Mutated}) else ({expression}))"

/// Where the mutated expression starts in the text, and the expression.
let position (text: string) mutant =
    let before, expression, _ = parts mutant
    text.IndexOf(place mutant, StringComparison.Ordinal) + before.Length, expression

/// The text with every mutant of its file, from the last place to the first so that places stay; mutants of one place are tried in turn.
let private schema isSharp (text: string) mutants =
    mutants
    |> List.groupBy (snd >> position text)
    |> List.sortByDescending (fun ((start, _), _) -> start)
    |> List.fold
        (fun (text: string) ((start, expression: string), variants) ->
            text.Remove(start, expression.Length).Insert(start, List.fold (choice isSharp) expression variants))
        text

let private switch =
    $"namespace MeanField.Core\n\n/// Which mutant is active.\nmodule Mutant =\n    let private active =\n        match System.Int32.TryParse(System.Environment.GetEnvironmentVariable \"{variable}\") with\n        | true, index -> index\n        | _ -> -1\n\n    /// Whether it is this one.\n    let isActive (index: int) = active = index\n"

let private copyTree (target: string) =
    for file in Directory.EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories) do
        let relative = Path.GetRelativePath(root, file)

        if not (relative.Split(Path.DirectorySeparatorChar) |> Array.exists (fun part -> part = "bin" || part = "obj")) then
            let copy = Path.Combine(target, relative)
            Directory.CreateDirectory(nonNull (Path.GetDirectoryName copy)) |> ignore
            File.Copy(file, copy)

    for name in [ "Directory.Build.props"; "Directory.Packages.props"; "global.json"; ".editorconfig" ] do
        File.Copy(Path.Combine(root, name), Path.Combine(target, name))

let private infect (target: string) =
    for file, mutants in Mutants.all |> List.indexed |> List.groupBy (fun (_, mutant) -> mutant.File) do
        let path = Path.Combine(target, "src", file)
        let isSharp = file.EndsWith(".cs", StringComparison.Ordinal)
        File.WriteAllText(path, schema isSharp (File.ReadAllText path) mutants)

    let core = Path.Combine(target, "src", "Core.FSharp")
    File.WriteAllText(Path.Combine(core, "Mutant.fs"), switch)
    let project = Path.Combine(core, "Core.FSharp.fsproj")
    let first = "<Compile Include=\"Errors.fs\" />"
    File.WriteAllText(project, File.ReadAllText(project).Replace(first, "<Compile Include=\"Mutant.fs\" />\n    " + first))

/// A mutant may send a search round for ever; the build of them all takes minutes on a busy machine.
let private patience, longest = TimeSpan.FromMinutes 3.0, TimeSpan.FromMinutes 15.0

/// Exit code and standard output of dotnet with the arguments; None where it does not end in time.
let private dotnet (time: TimeSpan) (active: string) (folder: string) (arguments: string list) =
    let command =
        ProcessStartInfo("dotnet", arguments, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true)

    command.Environment[variable] <- active
    use child = nonNull (Process.Start command)
    let output, errors = child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync()

    if child.WaitForExit time then
        Some(child.ExitCode, output.Result + errors.Result)
    else
        child.Kill true
        None

let private build target =
    match
        dotnet longest "" target [ "build"; "src/Cli.CSharp"; "-c"; "Release"; "-v"; "q"; "-nologo"; "-p:TreatWarningsAsErrors=false" ]
    with
    | Some(0, _) -> ()
    | found -> failwith $"{found}"

// ---- Verdicts ----

let private failed (output: string) =
    use json = JsonDocument.Parse output

    [ for check in json.RootElement.GetProperty("checks").EnumerateArray() do
          if check.GetProperty("holds").ValueKind = JsonValueKind.False then
              let text (key: string) = nonNull (check.GetProperty(key).GetString())
              text "name" + " (" + text "kind" + ")" ]
    |> List.distinct

/// The statements that fail on a witness with a mutant active, or why there is no verdict.
let private failures target (active: string) (witness: string) : Result<string list, string> =
    let problem = Path.Combine(target, $"witness-{active}-{Guid.NewGuid()}.toml")
    File.WriteAllText(problem, witness)

    match dotnet patience active target [ "src/Cli.CSharp/bin/Release/net10.0/workbench.dll"; "verify"; problem; "--json" ] with
    | Some((0 | 1), output) -> Ok(failed output)
    | Some(code, output) -> Error $"verify ended with {code}: {output}"
    | None -> Error "verify did not end"

let private names mutant (failed: string list) =
    failed
    |> List.exists (fun failure -> mutant.Breaks |> List.exists (fun name -> failure.StartsWith(name, StringComparison.Ordinal)))

/// The verdict on a mutant and its reason, from what fails without it and with it.
let private verdict mutant clean found =
    match clean, found with
    | Ok [], Ok(_ :: _ as failed) when names mutant failed -> "caught", String.concat ", " failed
    | Ok [], Ok(_ :: _ as failed) -> "MISNAMED", String.concat ", " failed
    | Ok [], Ok [] -> "MISSED", "every check holds"
    | Ok [], Error reason -> "BROKEN", reason
    | Ok failed, _ -> "ALARM", "without the mutant: " + String.concat ", " failed
    | Error reason, _ -> "ALARM", "without the mutant: " + reason

/// Judges one mutant with a line of the report; `clean` remembers what fails without any.
let private judge target (clean: ConcurrentDictionary<string, Lazy<Result<string list, string>>>) (index, mutant) =
    let without = clean.GetOrAdd(mutant.Witness, (fun witness -> lazy (failures target "" witness)))
    let verdict, detail = verdict mutant without.Value (failures target (string index) mutant.Witness)
    let _, expression, _ = parts mutant
    let line = $"{index, 3}  {verdict, -8} {mutant.File}: {expression} -> {mutant.Mutated}\n     {detail}"
    lock clean (fun () -> printfn "%s" line)
    verdict = "caught"

/// Judges the mutants with these numbers (from 0), two at a time, and prints a line each; 0 when every one is caught.
let run (chosen: Set<int>) =
    let target = Directory.CreateTempSubdirectory("mutants-").FullName

    try
        copyTree target
        infect target
        build target
        let chosen = Mutants.all |> List.indexed |> List.filter (fst >> chosen.Contains)
        let clean = ConcurrentDictionary()
        let judged = Async.Parallel(chosen |> List.map (fun mutant -> async { return judge target clean mutant }), 2)
        let caught = judged |> Async.RunSynchronously |> Array.filter id |> Array.length
        printfn $"{caught} of {chosen.Length} mutants caught"
        if caught = chosen.Length then 0 else 1
    finally
        Directory.Delete(target, true)
