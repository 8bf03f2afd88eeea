using MeanField.Core;
using MeanField.Report.Figures;
using MeanField.Report.Tables;

namespace MeanField.Report.Pages;

/// <summary>What a report says, in order, without a form: pages and exports are made from it.</summary>
/// <param name="Title">Of the problem.</param>
/// <param name="Lead">What was done and how it ended, in a sentence or two.</param>
/// <param name="Sections">The parts.</param>
/// <param name="Provenance">By what it was made and can be made again, as names and values.</param>
public sealed record Report(
    string Title,
    string Lead,
    IReadOnlyList<Section> Sections,
    IReadOnlyList<KeyValuePair<string, string>> Provenance
)
{
    /// <summary>All figures, frames included.</summary>
    public IEnumerable<Figure> Figures => Parts.SelectMany(part => part.Figures);

    /// <summary>All tables.</summary>
    public IEnumerable<Table> Tables => Parts.OfType<TablePart>().Select(part => part.Table);

    /// <summary>All parts.</summary>
    public IEnumerable<Part> Parts => Sections.SelectMany(section => section.Parts);
}

/// <summary>A part of a report under a head. What takes long to compute is computed when it is asked for: a figure of another section does not wait for it.</summary>
public sealed class Section(string title, Func<IReadOnlyList<Part>> parts)
{
    private readonly Lazy<IReadOnlyList<Part>> parts = new(parts);

    /// <summary>Of parts that are known.</summary>
    public Section(string title, IReadOnlyList<Part> parts)
        : this(title, () => parts) => IsKnown = true;

    /// <summary>Whether its parts are there without further work.</summary>
    public bool IsKnown { get; }

    /// <summary>The head.</summary>
    public string Title => title;

    /// <summary>What stands under it.</summary>
    public IReadOnlyList<Part> Parts => parts.Value;
}

/// <summary>Something in a section.</summary>
public abstract record Part
{
    /// <summary>The figures in it.</summary>
    public virtual IEnumerable<Figure> Figures => [];
}

/// <summary>A paragraph.</summary>
public sealed record Prose(string Text) : Part;

/// <summary>A text as it stands in a file.</summary>
public sealed record Listing(string Title, string Text) : Part;

/// <summary>A figure.</summary>
public sealed record FigurePart(Figure Figure) : Part
{
    public override IEnumerable<Figure> Figures => [Figure];
}

/// <summary>Figures of one kind at several times, shown one after another.</summary>
public sealed record FramesPart(string Title, string Caption, IReadOnlyList<(string Time, Figure Figure)> Frames) : Part
{
    public override IEnumerable<Figure> Figures => Frames.Select(frame => frame.Figure);
}

/// <summary>A table.</summary>
public sealed record TablePart(Table Table) : Part;

/// <summary>A derivation, its statements typeset.</summary>
public sealed record DerivationPart(Derivation Derivation) : Part;
