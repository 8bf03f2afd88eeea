using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace MeanField.Golden;

/// <summary>
/// The golden numbers of theory section 9 by key, as they stand in tests/golden.toml: "T1.greedy100.risk", "QQ.alpha".
/// An unknown key throws and names the keys of its problem.
/// </summary>
public static class GoldenFile
{
    private static readonly Dictionary<string, GoldenNumber[][]> Entries = Read();

    /// <summary>The single number under <paramref name="key"/>.</summary>
    public static GoldenNumber Number(string key) => List(key).Single();

    /// <summary>The numbers under <paramref name="key"/>: a list, or the rows of a matrix one after another.</summary>
    public static GoldenNumber[] List(string key) => [.. Rows(key).SelectMany(row => row)];

    /// <summary>The rows of the list of lists under <paramref name="key"/>; a plain list is one row.</summary>
    public static GoldenNumber[][] Rows(string key) =>
        Entries.TryGetValue(key, out var rows)
            ? rows
            : throw new KeyNotFoundException($"golden.toml has no '{key}'; it has {string.Join(", ", Siblings(key))}");

    /// <summary>Whether there is such a key.</summary>
    public static bool Has(string key) => Entries.ContainsKey(key);

    private static IEnumerable<string> Siblings(string key) => Entries.Keys.Where(known => known.Split('.')[0] == key.Split('.')[0]);

    private static Dictionary<string, GoldenNumber[][]> Read()
    {
        var document = SyntaxParser.ParseStrict(Resource.Text("golden.toml"), "golden.toml");
        return document
            .Tables.SelectMany(table => table.Items.Select(item => (Key: $"{Name(table.Name)}.{Name(item.Key)}", item.Value)))
            .ToDictionary(entry => entry.Key, entry => ToRows(entry.Value));
    }

    private static string Name(KeySyntax? key) => key!.ToString().Trim();

    private static GoldenNumber[][] ToRows(ValueSyntax? value) =>
        value is ArraySyntax { Items: var items } && items.Any(item => item.Value is ArraySyntax)
            ? [.. items.Select(item => ToList(item.Value))]
            : [ToList(value)];

    private static GoldenNumber[] ToList(ValueSyntax? value) =>
        value switch
        {
            ArraySyntax array => [.. array.Items.SelectMany(item => ToList(item.Value))],
            FloatValueSyntax number => [GoldenNumber.Parse(number.Token!.Text!)],
            _ => throw new FormatException($"golden.toml holds decimals and lists of them only, not '{value}'"),
        };
}
