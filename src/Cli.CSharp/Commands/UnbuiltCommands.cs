using System.CommandLine;

namespace MeanField.Cli;

/// <summary>The commands whose names are reserved: they answer exit code 2 and name what exists, whatever follows them.</summary>
internal static class UnbuiltCommands
{
    private static readonly (string Name, string Description)[] Rows = [("studio", "the local web workbench")];

    public static IEnumerable<Command> All() => Rows.Select(row => Create(row.Name, row.Description));

    private static Command Create(string name, string description)
    {
        var command = new Command(name, $"{description} (not built yet)") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(result => Answer(name));
        return command;
    }

    private static int Answer(string name) =>
        throw Usage.Unsupported(
            "workbench",
            $"the command '{name}', which is not built yet",
            "a command that exists: bench, bridge, derive, lazy, predict, report, run, solve, sweep, verify",
            ""
        );
}
