namespace MeanField.Cli.Tests.Gallery;

/// <summary>Writes the gallery: calls the commands of each page and keeps what they print and draw.</summary>
internal static class GalleryWriter
{
    private const int Refuted = 1;
    private const string TwoProcesses = "mpirun -n 2 workbench ";
    private const string Alone = "workbench ";

    private static string Folder => Path.Combine(Repository.Root, GalleryPage.Folder);

    /// <summary>Writes the pages whose names begin so, all for "", and the list of all pages; answers what went wrong.</summary>
    public static async Task<IReadOnlyList<string>> Write(string names)
    {
        List<string> wrong = [];
        foreach (var page in GalleryPages.All.Where(page => page.Name.StartsWith(names, StringComparison.Ordinal)))
            wrong.AddRange(await Write(page));
        await File.WriteAllTextAsync(Path.Combine(Folder, "README.md"), GalleryPages.Index());
        return wrong;
    }

    private static async Task<IReadOnlyList<string>> Write(GalleryPage page)
    {
        Console.WriteLine(page.Name);
        using var scratch = new ProblemFolder();
        Directory.CreateSymbolicLink(scratch.File("examples"), Repository.Examples);
        List<string> outputs = [];
        foreach (var command in page.Commands)
        {
            var end = await Call(scratch.Path, command);
            // A claim that is refuted is what a page wants to show.
            if (end.ExitCode is not (0 or Refuted))
                return [$"{command}: exit code {end.ExitCode}: {end.Error}"];
            // What is said beside the results; without --quiet that is how far they are, too.
            outputs.Add(GalleryPage.Shown(command.Contains("--quiet") ? end.Output + end.Error : end.Output));
        }
        File.Copy(scratch.File($"figures/{page.Figure}"), Path.Combine(Folder, page.Picture), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{page.Name}.md"), page.Markdown(outputs));
        return [];
    }

    /// <summary>Calls a command line as a page shows it, in a folder that has the examples.</summary>
    public static Task<WorkbenchProcess> Call(string folder, string command) =>
        command.StartsWith(TwoProcesses, StringComparison.Ordinal)
            ? MpiProcess.Run(folder, 2, Words(command[TwoProcesses.Length..]))
            : WorkbenchProcess.RunIn(folder, Words(command[Alone.Length..]));

    /// <summary>The words of a command line; double quotes hold blanks together.</summary>
    private static string[] Words(string line) =>
        [.. line.Split('"').SelectMany((part, index) => index % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
