/// Slips in what keeps runs and their numbers: checkpoints, locks, files that are whole or absent, checksums, numbers that are not finite.
/// Tests must see each.
module internal MeanField.Core.Tests.PlantedFaults

open MeanField.Core.Tests.Mutant

let private runs file = shown $"Engine.CSharp/Runs/{file}.cs"
let private engine names row file = runs file "Engine.CSharp" names row
let private cli names row file = runs file "Cli.CSharp" names row

let private wholeFiles =
    [ "AtomicFile" |> engine [ "AtomicFileTests" ] ("overwrite: ⟦true⟧", "false")
      "AtomicFile"
      |> engine
          [ "AtomicFileTests" ]
          ("⟦Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $\".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp\")⟧", "path")
      "AtomicFile" |> engine [ "AtomicFileTests" ] ("⟦File.Delete(temporary);⟧", nothing)
      "RunFolder"
      |> engine [ "RunFolderTests" ] ("⟦Directory.EnumerateFiles(path, Unfinished).ToList().ForEach(File.Delete);⟧", nothing)
      "RunFolder" |> engine [ "RunFolderTests" ] ("ForEach(File.Delete);\n        ⟦Checkpoint.DeleteAll(path);⟧", nothing)
      "RunFolder"
      |> engine
          [ "RunFolderTests" ]
          ("if (⟦mustBeEmpty && !FolderLock.IsAlone(path)⟧)\n        {\n            throw NotEmpty(path);\n        }\n\n        var run",
           "false")
      "Room" |> cli [ "FaultTests" ] ("when (⟦Full.Contains(failure.HResult)⟧)", "false")
      "Room" |> cli [ "FaultTests" ] ("length += ⟦counted.Length⟧", "0")
      "NpyFile" |> engine [ "NpyFileTests" ] ("if (⟦left < count * size⟧)", "false")
      "NpyFile" |> engine [ "NpyFileTests" ] ("(⟦Alignment - (unpadded % Alignment)⟧)", "Alignment") ]

let private locks =
    [ "FolderLock" |> engine [ "RunFolderTests" ] ("FileAccess.ReadWrite, ⟦FileShare.None⟧", "FileShare.ReadWrite")
      "FolderLock" |> engine [ "RunFolderTests" ] ("All(entry => ⟦Path.GetFileName(entry) == Name⟧)", "true")
      "FolderLock" |> cli [ "ResumeTests.A_second" ] ("⟦RecordedRun.ProcessOf(folder)⟧ is", "null")
      "FolderLinks" |> cli [ "HostileInputTests" ] ("if (⟦entry.LinkTarget is not null⟧)", "false") ]

let private checkpoints =
    [ "Checkpoint" |> engine [ "CheckpointTests" ] ("All(runFolder).Skip(⟦Kept⟧)", "1")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("All(runFolder).Skip(⟦Kept⟧)", "3")
      "Checkpoint"
      |> engine
          [ "CheckpointTests" ]
          ("⟦Directory.EnumerateDirectories(runFolder, $\"{Prefix}*\").Where(IsOurs).OrderByDescending(Step).ToArray()⟧",
           "Directory.EnumerateDirectories(runFolder, $\"{Prefix}*\").Where(IsOurs).OrderByDescending(name => name).ToArray()")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("return ⟦Step(folder) >= 0⟧", "true")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("&& (\n                ⟦names.Contains(SumsName)⟧", "true")
      "Checkpoint" |> engine [ "RunFolderTests" ] ("⟦$\".{Prefix}*.tmp\"⟧", "$\"{Prefix}*.tmp\"")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("if (⟦!Directory.Exists(runFolder)⟧)", "false")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("if (⟦Directory.Exists(temporary)⟧)", "false")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("if (⟦Directory.Exists(folder)⟧)\n            return;", "false")
      "Checkpoint" |> cli [ "ResumeTests.A_checkpoint_of_another_format" ] ("if (⟦version != known⟧)", "false")
      "Checkpoints" |> engine [ "SimulationRunTests.The_particles_kept" ] ("⟦last.Elapsed.TotalSeconds >= seconds⟧", "false")
      "CheckpointFiles" |> engine [ "CheckpointTests" ] ("Require(⟦head.Step == Checkpoint.Step(folder)⟧", "true")
      "CheckpointFiles" |> engine [ "CheckpointTests" ] ("(long)row[3], ⟦row[4]⟧", "row[5]")
      "CheckpointFiles" |> engine [ "CheckpointTests" ] ("⟦(int)row[0]⟧,\n            (long)row[1]", "0")
      "ParticleSnapshot"
      |> engine [ "CheckpointTests" ] ("!parts.MoveNext() || ⟦parts.Current.Length != count * layout.Dimension⟧", "false")
      "ParticleSnapshot" |> engine [ "CheckpointTests" ] ("if (⟦parts.MoveNext()⟧)\n            throw", "false")
      "Resumption" |> cli [ "ResumeTests.What_would_change" ] ("if (⟦differences.Length > 0⟧)", "false")
      "Resumption" |> cli [ "ResumeTests.Data_that_have_changed" ] ("&& ⟦hash != run.InputHash⟧", "false")
      "Resumption" |> cli [ "ResumeTests.A_run_that_left" ] ("if (⟦recorded.HasEnded⟧)", "false")
      "Resumption"
      |> cli [ "ResumeTests.Another_version" ] ("if (⟦recorded.Workbench != Platform.Here().Workbench⟧)", "false")
      "Resumption" |> cli [ "ResumeTests.A_checkpoint_beyond" ] ("if (⟦Runs.Checkpoint.Step(checkpoint) > steps⟧)", "false")
      "StepLoop" |> engine [ "SimulationRunTests.The_particles_kept" ] ("⟦done < step⟧; done++", "done < step - 1") ]

let private journals =
    let journal file names row = shown $"Engine.CSharp/Journals/{file}.cs" "Engine.CSharp" names row
    let call names row = shown "Engine.CSharp/Journals/KeptCall.cs" "Cli.CSharp" names row

    [ journal "JournalPages" [ "JournalTests" ] ("⟦finished.GetValueOrDefault(name)⟧", "null")
      journal "JournalPages" [ "JournalTests" ] ("⟦before.Noted.GetValueOrDefault(name)⟧", "null")
      journal "JournalPages" [ "JournalTests" ] ("⟦noted.Remove(inner);⟧", nothing)
      journal "JournalPages" [ "JournalTests" ] ("if (⟦last.Elapsed.TotalSeconds >= seconds⟧)", "false")
      journal
          "PageFormat"
          [ "JournalTests" ]
          ("⟦BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * k)))⟧",
           "(float)BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * k)))")
      call [ "KeepingTests.A_checkpoint_of_a_newer" ] ("⟦JournalState.VersionOf(checkpoint)⟧", "JournalState.FormatVersion")
      call [ "KeepingTests.Another_call" ] ("if (⟦command != Command⟧)", "false")
      call [ "KeepingTests.Another_call" ] ("&& ⟦now != then⟧", "false") ]

let private checksums =
    [ "Checkpoint" |> engine [ "CheckpointTests" ] ("if (⟦Difference(folder)⟧ is not", "null")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("⟦Sum(Path.Combine(folder, line[1])) != line[0]⟧", "false")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("⟦!files.ToHashSet().SetEquals(lines.Select(line => line[1]))⟧", "false")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("if (⟦!File.Exists(sums)⟧)", "false")
      "Checkpoint" |> engine [ "CheckpointTests" ] ("{⟦Sum(Path.Combine(temporary, name))⟧}  {name}", "name")
      "InputHash"
      |> cli [ "ResumeTests.Data_that_have_changed" ] ("hash.AppendData(⟦LittleEndian.Bytes(part.Span)⟧)", "default") ]

let private notFinite =
    [ "ParticleUpdate"
      |> engine [ "BreakdownTests" ] ("finite &= ⟦T.IsFinite(TensorPrimitives.SumOfMagnitudes<T>(part.Next))⟧", "true")
      "Observation" |> engine [ "BreakdownTests" ] ("&& ⟦double.IsFinite(Potential)⟧", "true")
      "Observation" |> engine [ "BreakdownTests" ] ("=> ⟦double.IsFinite(ControlSquare)⟧", "true")
      "Breakdown" |> engine [ "BreakdownTests" ] ("if (⟦!T.IsFinite(next[(int)layout.Index(particle, component)])⟧)", "true")
      "RunStatus" |> engine [ "RunStatusTests" ] ("⟦double.IsNaN(value)⟧ ? \"no number\"", "false")
      "NumberTable" |> engine [ "NumberTableTests" ] ("&& ⟦double.IsFinite(number)⟧ ? number", "true")
      "MetricsTable" |> engine [ "MetricsTableTests" ] ("⟦double.IsFinite(number)⟧ ? number : (double?)null", "true")
      "Quantity" |> engine [ "ReplicaStatisticsTests" ] ("⟦double.IsFinite(value)⟧ ? new(value, null)", "true")
      "StartLaw" |> cli [ "RunStartTests" ] ("? ⟦float.IsFinite((float)value)⟧", "true")
      "WrittenJson" |> engine [ "WrittenJsonTests" ] ("&& ⟦!double.IsFinite(json.GetValue<double>())⟧", "false")
      shown "Engine.CSharp/InputLaws/CsvFile.cs" "Engine.CSharp" [ "DataLawTests" ] ("return ⟦double.IsFinite(number)⟧", "true")
      shown
          "Engine.CSharp/InputLaws/NodesOfProblem.cs"
          "Cli.CSharp"
          [ "FaultMessageTests" ]
          ("Array.FindIndex(values, value => ⟦!double.IsFinite(value)⟧)", "false")
      shown "Engine.CSharp/InputLaws/AtomsLaw.cs" "Engine.CSharp" [ "AtomsLawTests" ] ("weight >= 0 && ⟦double.IsFinite(weight)⟧", "true") ]

let private goingOn =
    let sweeps names row = shown "Engine.CSharp/Sweeps/SweepFolder.cs" "Engine.CSharp" names row

    [ "RunFolder" |> engine [ "RunFolderTests" ] ("if (⟦ours is { IsHeld: false }⟧)", "false")
      "RunFolder" |> engine [ "RunFolderTests" ] ("|| ⟦command == files.Command⟧", "false")
      "RunFolder"
      |> cli [ "ResumeTests.A_run_that_was_killed_while" ] ("Reopen(path);\n            ⟦Checkpoint.DeleteAll(path);⟧", nothing)
      "Checkpoint" |> engine [ "CheckpointTests" ] ("⟦BoundedText.Read(sums, LargestSums)⟧ is not", "File.ReadAllText(sums)")
      "RunDifferences"
      |> cli [ "ResumeTests.How_the_minimiser" ] ("var solves = ⟦now.Compares || problem.Run.Dynamics == Dynamics.Foellmer⟧", "false")
      sweeps [ "SweepFolderTests" ] ("⟦cell.Number < 1 || cell.Number > cells⟧ ?", "false")
      sweeps [ "SweepFolderTests" ] ("&& ⟦workbench != Platform.Here().Workbench⟧", "false")
      shown "Cli.CSharp/Keeping.cs" "Cli.CSharp" [ "KeepingTests.What_is_killed" ] ("⟦call.RequireSame(call.Resume!);⟧", nothing)
      shown
          "Cli.CSharp/SweepCellCall.cs"
          "Cli.CSharp"
          [ "SweepTests.A_cell_that_was_killed" ]
          ("var left = ⟦Resumption.Left(Folder.RunOf(Number), run, options.Recorded, Keeping.Warn)⟧", "(Resumption?)null") ]

let all = wholeFiles @ locks @ checkpoints @ journals @ checksums @ notFinite @ goingOn
