using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>An option for a whole number from a least one on.</summary>
internal sealed class WholeOption : Option<string>
{
    private readonly int least;

    public WholeOption(string name, string hint, int least, string description)
        : base(name)
    {
        (this.least, HelpName, Description) = (least, hint, description);
    }

    /// <summary>The number that was given; null for none.</summary>
    public int? Read(ParseResult result) =>
        result.GetValue(this) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
        : throw Usage.Invalid(Name, $"'{text}'", $"a whole number from {least}", "", "leave it out for its default");
}
