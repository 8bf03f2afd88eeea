/// Builds all mutants into one copy of the product, where an environment variable chooses the active one, and sees what `verify` says, or tests.
module internal MeanField.Core.Tests.Mutation

open System
open System.Collections.Concurrent
open System.Diagnostics
open System.IO
open System.Text.Json
open MeanField.Core.Tests.Mutant

let private variable = "WORKBENCH_MUTANT"

let root = MeanField.Golden.Repository.Root

let occurrences (text: string) (part: string) = text.Split(part).Length - 1

let source mutant = File.ReadAllText(Path.Combine(root, "src", mutant.File))

// ---- The copy with all mutants ----

let private choice isSharp (expression: string) (index, mutant) =
    if isSharp && mutant.Mutated = nothing then
        $"if (!MeanField.Core.Mutant.isActive({index})) {{ {expression} }}"
    elif isSharp then
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

let private copyTree (target: string) folders =
    let copy file =
        let name = Path.Combine(target, Path.GetRelativePath(root, file))
        Directory.CreateDirectory(nonNull (Path.GetDirectoryName name)) |> ignore
        File.Copy(file, name)

    for folder in folders do
        for file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories) do
            let parts = Path.GetRelativePath(root, file).Split Path.DirectorySeparatorChar

            if not (parts |> Array.exists (fun part -> part = "bin" || part = "obj")) then copy file

    for file in Directory.EnumerateFiles root do
        copy file

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

let private build target project =
    match dotnet longest "" target [ "build"; project; "-c"; "Release"; "-v"; "q"; "-nologo"; "-p:TreatWarningsAsErrors=false" ] with
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

/// The statements of `verify` that fail on a problem with a mutant active, or why there is no verdict.
let private failuresOfVerify target (active: string) (witness: string) : Result<string list, string> =
    let problem = Path.Combine(target, $"witness-{active}-{Guid.NewGuid()}.toml")
    File.WriteAllText(problem, witness)

    match dotnet patience active target [ "src/Cli.CSharp/bin/Release/net10.0/workbench.dll"; "verify"; problem; "--json" ] with
    | Some((0 | 1), output) -> Ok(failed output)
    | Some(code, output) -> Error $"verify ended with {code}: {output}"
    | None -> Error "verify did not end"

/// The tests that fail with a mutant active, or why there is no verdict.
let private failuresOfTests target active project (names: string list) : Result<string list, string> =
    let assembly = $"tests/{project}.Tests/bin/Release/net10.0/{project}.Tests.dll"
    let filter = names |> List.map (fun name -> $"FullyQualifiedName~{name}") |> String.concat "|"
    let failed (line: string) = line.StartsWith("  Failed ", StringComparison.Ordinal)

    match dotnet patience active target [ "test"; assembly; "--filter"; filter ] with
    | Some(0, output) when output.Contains("Passed!", StringComparison.Ordinal) -> Ok []
    | Some(1, output) when output.Split '\n' |> Array.exists failed ->
        Ok [ for line in output.Split '\n' |> Array.filter failed -> line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] ]
    | Some(code, output) -> Error $"the tests ended with {code}: {output}"
    | None -> Ok [ "the tests did not end" ]

let private failures target active witness =
    match witness with
    | Witness.Verify problem -> failuresOfVerify target active problem
    | Witness.Tests(project, names) -> failuresOfTests target active project names

let private names mutant (failed: string list) =
    mutant.Breaks.IsEmpty
    || failed
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
let private judge target (clean: ConcurrentDictionary<Witness, Lazy<Result<string list, string>>>) (index, mutant) =
    let without = clean.GetOrAdd(mutant.Witness, (fun witness -> lazy (failures target "" witness)))
    let verdict, detail = verdict mutant without.Value (failures target (string index) mutant.Witness)
    let _, expression, _ = parts mutant
    let line = $"{index, 3}  {verdict, -8} {mutant.File}: {expression} -> {mutant.Mutated}\n     {detail}"
    lock clean (fun () -> printfn "%s" line)
    verdict = "caught"

/// Judges the mutants with these numbers (from 0), two at a time, and prints a line each; 0 when every one is caught.
let run (chosen: Set<int>) =
    let target = Directory.CreateTempSubdirectory("mutants-").FullName

    let chosen = Mutants.all |> List.indexed |> List.filter (fst >> chosen.Contains)

    let projects =
        [ for _, mutant in chosen do
              match mutant.Witness with
              | Witness.Verify _ -> "src/Cli.CSharp"
              | Witness.Tests(project, _) -> $"tests/{project}.Tests" ]
        |> List.distinct

    try
        // The product carries pages and examples within.
        let product = [ "src"; "docs"; "examples" ]
        copyTree target (if projects = [ "src/Cli.CSharp" ] then product else "tests" :: product)
        infect target
        projects |> List.iter (build target)
        let clean = ConcurrentDictionary()
        let judged = Async.Parallel(chosen |> List.map (fun mutant -> async { return judge target clean mutant }), 2)
        let caught = judged |> Async.RunSynchronously |> Array.filter id |> Array.length
        printfn $"{caught} of {chosen.Length} mutants caught"
        if caught = chosen.Length then 0 else 1
    finally
        Directory.Delete(target, true)
