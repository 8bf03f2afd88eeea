using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>The options that every command understands.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<bool> json = new("--json") { Description = "print one JSON object on standard output and nothing else there" };

    private readonly Option<bool> quiet = new("--quiet") { Description = "no progress" };

    private readonly Option<string> threads = new("--threads")
    {
        Description = "number of threads, 1 to 1024 (default: all cores); results do not depend on it",
        HelpName = "N",
    };

    private readonly Option<string> output = new("--out")
    {
        Description = "output folder (default: a new one under runs/, named by time and title)",
        HelpName = "DIR",
    };

    private readonly Option<bool> force = new("--force") { Description = "overwrite an existing output folder" };

    private readonly Option<string[]> set = new("--set")
    {
        Description = "replace a key of the problem file, such as energy.beta=10; may be repeated",
        HelpName = "KEY=VALUE",
    };

    /// <summary>Makes the options available on the root and on every command under it.</summary>
    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[json, quiet, threads, output, force, set])
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    /// <summary>What was asked, checked; <paramref name="settings"/> of the command itself come after those of --set.</summary>
    public CommonRequest Read(ParseResult result, params IEnumerable<string> settings) =>
        new(
            result.GetValue(json),
            result.GetValue(quiet),
            ReadThreads(result.GetValue(threads)),
            result.GetValue(output),
            result.GetValue(force),
            [.. (result.GetValue(set) ?? []).Select(CheckSetting), .. settings],
            [.. settings.Select(setting => setting[..setting.IndexOf('=')])]
        );

    // More than any machine has, and few enough that the system grants them.
    private const int MostThreads = 1024;

    private static int ReadThreads(string? text)
    {
        if (text is null)
            return Environment.ProcessorCount;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostThreads
            ? count
            : throw Usage.Invalid("--threads", $"'{text}'", $"a whole number from 1 to {MostThreads}", "", "leave it out to use all cores");
    }

    private static string CheckSetting(string text) =>
        text.IndexOf('=') > 0
            ? text
            : throw Usage.Invalid("--set", $"'{text}'", "KEY=VALUE", "", "write the table, the key and the value, such as energy.beta=10");
}
