using MeanField.Core;

namespace MeanField.Studio.Problems;

/// <summary>Where an editor marks a fault: on a line, from a column to the one after the last, counted from 1.</summary>
public sealed record Place(int Line, int From, int To)
{
    /// <summary>The word, number or sign at the place of a fault; the line of its key where only that is known; null where nothing is.</summary>
    public static Place? Of(Location where, string text)
    {
        var lines = text.Split('\n');
        return where.Line > 0 && where.Line <= lines.Length ? InLine(where, lines[where.Line - 1].TrimEnd('\r')) : OfKey(where.Key, lines);
    }

    private static Place InLine(Location where, string line)
    {
        if (where.Column == 0 || where.Column > line.Length)
            return new Place(where.Line, 1, Math.Max(2, line.Length + 1));
        var from = where.Column - 1;
        var to = from;
        while (to < line.Length && IsOfWord(line[to]))
            to++;
        return new Place(where.Line, where.Column, Math.Max(to, from + 1) + 1);
    }

    private static bool IsOfWord(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '.';

    /// <summary>The line "name = ..." after "[table]" for the key table.name, else that of the table.</summary>
    private static Place? OfKey(string key, string[] lines)
    {
        var (table, name) = key.LastIndexOf('.') is var dot && dot < 0 ? ("", key) : (key[..dot], key[(dot + 1)..]);
        var head = Array.FindIndex(lines, line => line.TrimStart().StartsWith($"[{table}]", StringComparison.Ordinal));
        var at = Array.FindIndex(lines, Math.Max(head, 0), line => line.TrimStart().Split('=', ' ')[0].Trim('"') == name);
        return (at >= 0 ? at : head) is var found and >= 0 && key != "" ? new Place(found + 1, 1, lines[found].TrimEnd().Length + 1) : null;
    }
}
