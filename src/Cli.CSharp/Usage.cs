using System.CommandLine;
using System.CommandLine.Parsing;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>Wrong use of the command line as faults: where, found, expected, nearest name, remedy.</summary>
internal static class Usage
{
    public static FaultException Invalid(string where, string found, string expected, string nearest, string remedy) =>
        new(FaultModule.invalid(At(where), found, expected, nearest, remedy));

    public static FaultException Unsupported(string where, string found, string expected, string remedy) =>
        new(FaultModule.unsupported(At(where), found, expected, "", remedy));

    /// <summary>The first thing wrong with a command line that did not parse: a misspelt word before a missing one, which it may explain.</summary>
    public static FaultException FromErrors(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var strays = result.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--"));
        return (strays.FirstOrDefault()?.Value ?? result.UnmatchedTokens.FirstOrDefault()) is { } stray
            ? Unmatched(command, stray)
            : Missing(command, result.Errors[0]);
    }

    private static FaultException Unmatched(Command command, string word)
    {
        var name = word.Split('=')[0].TrimStart('-');
        var isOption = word.StartsWith('-');
        var candidates = isOption ? OptionNames(command) : [.. command.Subcommands.Select(known => known.Name)];
        var expected = (isOption, candidates.Length) switch
        {
            (true, _) => $"an option of '{FullName(command)}'",
            (false, 0) => "no further argument",
            (false, _) => $"a command: {string.Join(", ", candidates)}",
        };
        var nearest = FaultModule.nearest(name, candidates.Select(candidate => candidate.TrimStart('-')));
        return Invalid(FullName(command), $"'{word}'", expected, isOption && nearest != "" ? $"--{nearest}" : nearest, SeeHelp(command));
    }

    private static FaultException Missing(Command command, ParseError error) =>
        error.SymbolResult switch
        {
            OptionResult { Option: var option, IdentifierTokenCount: > 1 } => Invalid(
                $"{FullName(command)} {option.Name}",
                "the option more than once",
                "it once",
                "",
                SeeHelp(command)
            ),
            OptionResult { Option: var option } => Invalid(
                $"{FullName(command)} {option.Name}",
                "no value",
                $"{option.HelpName}: {option.Description}",
                "",
                SeeHelp(command)
            ),
            ArgumentResult { Argument: var argument } => Invalid(
                FullName(command),
                $"no {argument.Name}",
                argument.Description ?? argument.Name,
                "",
                SeeHelp(command)
            ),
            _ => Invalid(
                FullName(command),
                "no command",
                string.Join(", ", command.Subcommands.Select(known => known.Name)),
                "",
                SeeHelp(command)
            ),
        };

    /// <summary>All options that may follow the command, inherited ones included.</summary>
    public static string[] OptionNames(Command command) =>
        [
            .. command
                .Options.Concat(Ancestors(command).Skip(1).SelectMany(outer => outer.Options.Where(o => o.Recursive)))
                .Select(o => o.Name),
        ];

    /// <summary>The command as a user types it: "workbench run".</summary>
    public static string FullName(Command command) =>
        string.Join(" ", Ancestors(command).Reverse().Select(outer => outer is RootCommand ? "workbench" : outer.Name));

    private static IEnumerable<Command> Ancestors(Command command)
    {
        for (var outer = command; outer is not null; outer = outer.Parents.OfType<Command>().FirstOrDefault())
            yield return outer;
    }

    private static string SeeHelp(Command command) => $"see '{FullName(command)} --help'";

    private static Location At(string where) => Location.OfFile(where);
}
