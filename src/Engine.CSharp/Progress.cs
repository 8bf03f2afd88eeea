namespace MeanField.Engine;

/// <summary>What a long calculation tells on its way: a line for people, and in numbers what it says.</summary>
/// <param name="Text">The line; empty where it would tell people nothing.</param>
public sealed record Progress(string Text)
{
    /// <summary>How much of the present work is done, from 0 to 1; null where no one can tell.</summary>
    public double? Share { get; init; }

    /// <summary>The replica that the quantities are of; 0 where there is but one.</summary>
    public int Replica { get; init; }

    /// <summary>The time of a run; null for quantities that just follow one another.</summary>
    public double? Time { get; init; }

    /// <summary>The quantities by their names.</summary>
    public IReadOnlyList<Reached> Reached { get; init; } = [];

    /// <summary>The folder in which what was found is kept; null while that is not known.</summary>
    public string? Folder { get; init; }

    /// <summary>A line alone.</summary>
    public static implicit operator Progress(string text) => new(text);
}

/// <summary>A quantity on its way.</summary>
/// <param name="Quantity">Its name.</param>
/// <param name="Value">Its value by now.</param>
/// <param name="Within">The ends of an interval for it, or of its error; null for none.</param>
public sealed record Reached(string Quantity, double Value, (double Low, double High)? Within = null);
