namespace MeanField.Engine.Compile;

/// <summary>Counts of operations on numbers.</summary>
/// <param name="MultiplyAdds">Fused ones.</param>
/// <param name="Additions">Additions and subtractions.</param>
/// <param name="Multiplications">Multiplications.</param>
/// <param name="Divisions">Divisions and square roots.</param>
/// <param name="Others">Extrema, choices and operations on bits.</param>
public sealed record Arithmetic(int MultiplyAdds, int Additions, int Multiplications, int Divisions, int Others)
{
    internal static readonly Arithmetic None = new(0, 0, 0, 0, 0);
    internal static readonly Arithmetic MultiplyAdd = new(1, 0, 0, 0, 0);
    internal static readonly Arithmetic Addition = new(0, 1, 0, 0, 0);
    internal static readonly Arithmetic Multiplication = new(0, 0, 1, 0, 0);
    internal static readonly Arithmetic Division = new(0, 0, 0, 1, 0);
    internal static readonly Arithmetic Other = new(0, 0, 0, 0, 1);

    /// <summary>Instructions, one each.</summary>
    public int All => MultiplyAdds + Additions + Multiplications + Divisions + Others;

    /// <summary>Floating-point operations: a multiply-add is two, a division or a square root one, the others are none.</summary>
    public int FloatingPoint => 2 * MultiplyAdds + Additions + Multiplications + Divisions;

    /// <summary>Both together.</summary>
    public static Arithmetic operator +(Arithmetic left, Arithmetic right) =>
        new(
            left.MultiplyAdds + right.MultiplyAdds,
            left.Additions + right.Additions,
            left.Multiplications + right.Multiplications,
            left.Divisions + right.Divisions,
            left.Others + right.Others
        );

    /// <summary>So many times over.</summary>
    public static Arithmetic operator *(int times, Arithmetic count) =>
        new(
            times * count.MultiplyAdds,
            times * count.Additions,
            times * count.Multiplications,
            times * count.Divisions,
            times * count.Others
        );
}
