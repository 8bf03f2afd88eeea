using System.Text.Json.Serialization;

namespace MeanField.Engine.Runs;

/// <summary>A finite number, or the reason why there is none. NaN and infinity cannot be held.</summary>
public sealed record Quantity
{
    [JsonConstructor]
    private Quantity(double? value, string? reason)
    {
        Value = value;
        Reason = reason;
    }

    /// <summary>An exact zero: the error of what is known exactly.</summary>
    public static Quantity Zero { get; } = new(0, null);

    /// <summary>The number, finite; null where there is none.</summary>
    public double? Value { get; }

    /// <summary>Why there is no number; null where there is one.</summary>
    public string? Reason { get; }

    /// <summary>The number, or its absence when it is NaN or infinite.</summary>
    public static Quantity Of(double value) => double.IsFinite(value) ? new(value, null) : Absent("the number is not finite");

    /// <summary>No number, for a reason that a user understands.</summary>
    public static Quantity Absent(string reason) => new(null, reason);
}
