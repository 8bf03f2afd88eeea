/// Builds all mutants into one copy of the product, where an environment variable chooses the active one, and sees what `verify` says.
module internal MeanField.Core.Tests.Mutation

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open MeanField.Core.Tests.Mutants

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

let private choice index mutant =
    if mutant.File.EndsWith(".cs", StringComparison.Ordinal) then
        $"(MeanField.Core.Mutant.isActive({index}) ? {mutant.Mutated} : {mutant.Original})"
    else
        $"(if MeanField.Core.Mutant.isActive {index} then ({mutant.Mutated}) else ({mutant.Original}))"

/// The text with every mutant of its file, from the last place to the first so that places stay.
let private schema (text: string) mutants =
    mutants
    |> List.map (fun (index, mutant) -> text.IndexOf(mutant.Original, StringComparison.Ordinal), index, mutant)
    |> List.sortByDescending (fun (place, _, _) -> place)
    |> List.fold
        (fun (text: string) (place, index, mutant) -> text.Remove(place, mutant.Original.Length).Insert(place, choice index mutant))
        text

let private switch =
    $"namespace MeanField.Core\n\n/// Which mutant is active.\nmodule Mutant =\n    let private active = System.Environment.GetEnvironmentVariable \"{variable}\"\n    /// Whether it is this one.\n    let isActive (index: int) = active = string index\n"

let private copyTree (target: string) =
    for folder in [ "src" ] do
        for file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories) do
            let relative = Path.GetRelativePath(root, file)

            if not (relative.Split(Path.DirectorySeparatorChar) |> Array.exists (fun part -> part = "bin" || part = "obj")) then
                let copy = Path.Combine(target, relative)
                Directory.CreateDirectory(nonNull (Path.GetDirectoryName copy)) |> ignore
                File.Copy(file, copy)

    for name in [ "Directory.Build.props"; "Directory.Packages.props"; "global.json"; ".editorconfig" ] do
        File.Copy(Path.Combine(root, name), Path.Combine(target, name))

let private infect (target: string) =
    for file, mutants in all |> List.indexed |> List.groupBy (fun (_, mutant) -> mutant.File) do
        let path = Path.Combine(target, "src", file)
        File.WriteAllText(path, schema (File.ReadAllText path) mutants)

    let core = Path.Combine(target, "src", "Core.FSharp")
    File.WriteAllText(Path.Combine(core, "Mutant.fs"), switch)
    let project = Path.Combine(core, "Core.FSharp.fsproj")
    let first = "<Compile Include=\"Errors.fs\" />"
    File.WriteAllText(project, File.ReadAllText(project).Replace(first, "<Compile Include=\"Mutant.fs\" />\n    " + first))

/// Exit code and standard output of dotnet with the arguments.
let private dotnet (active: string) (folder: string) (arguments: string list) =
    let command = ProcessStartInfo("dotnet", arguments, WorkingDirectory = folder, RedirectStandardOutput = true)
    command.Environment[variable] <- active
    use child = nonNull (Process.Start command)
    let output = child.StandardOutput.ReadToEnd()
    child.WaitForExit()
    child.ExitCode, output

let private build target =
    match dotnet "" target [ "build"; "src/Cli.CSharp"; "-c"; "Release"; "-v"; "q"; "-nologo"; "-p:TreatWarningsAsErrors=false" ] with
    | 0, _ -> ()
    | _, log -> failwith log

/// The names of the statements that fail, or None where the command itself broke down.
let private failures target active mutant =
    let problem = Path.Combine(target, "witness.toml")
    File.WriteAllText(problem, Mutants.problem mutant)

    match dotnet active target [ "src/Cli.CSharp/bin/Release/net10.0/workbench.dll"; "verify"; problem; "--json" ] with
    | (0 | 1), output ->
        use json = JsonDocument.Parse output

        Some
            [ for check in json.RootElement.GetProperty("checks").EnumerateArray() do
                  if check.GetProperty("holds").ValueKind = JsonValueKind.False then
                      let text (key: string) = nonNull (check.GetProperty(key).GetString())
                      text "name" + " (" + text "kind" + ")" ]
    | _ -> None

let private names mutant (failed: string list) =
    failed
    |> List.exists (fun failure -> mutant.Breaks |> List.exists (fun name -> failure.StartsWith(name, StringComparison.Ordinal)))

/// One line of the report, and whether the mutant was caught with its statement named.
let private judge target index mutant =
    let report verdict detail = printfn $"{index, 3}  {verdict, -10} {mutant.File}: {mutant.Original} -> {mutant.Mutated}\n     {detail}"

    match failures target "" mutant, failures target (string index) mutant with
    | Some [], Some(_ :: _ as failed) when names mutant failed ->
        report "caught" (String.concat ", " (List.distinct failed))
        true
    | Some [], Some(_ :: _ as failed) ->
        report "MISNAMED" (String.concat ", " (List.distinct failed))
        false
    | Some [], Some [] ->
        report "MISSED" "every check holds"
        false
    | Some [], None ->
        report "BROKEN" "verify ended without a verdict"
        false
    | Some failed, _ ->
        report "ALARM" ("without the mutant: " + String.concat ", " failed)
        false
    | None, _ ->
        report "ALARM" "without the mutant verify ended without a verdict"
        false

/// Judges the mutants first..last (from 0) and prints a line each; 0 when every one is caught.
let run first last =
    let target = Directory.CreateTempSubdirectory("mutants-").FullName

    try
        copyTree target
        infect target
        build target
        let chosen = all |> List.indexed |> List.filter (fun (index, _) -> index >= first && index <= last)
        let caught = chosen |> List.filter (fun (index, mutant) -> judge target index mutant) |> List.length
        printfn $"{caught} of {chosen.Length} mutants caught"
        if caught = chosen.Length then 0 else 1
    finally
        Directory.Delete(target, true)
