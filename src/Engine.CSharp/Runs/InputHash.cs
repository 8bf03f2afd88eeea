using System.Security.Cryptography;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>A fingerprint of the numbers that a run takes from its law and its files: nodes, targets, held-out rows, the start.</summary>
internal static class InputHash
{
    /// <summary>SHA-256, hexadecimal in lower case, over the tables' columns in order, then the rows of the start.</summary>
    public static string Of(InputNodes? input, double[] start)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var columns = (input?.Nodes.Columns ?? []).Concat(input?.HeldOut?.Columns ?? []).Select(column => column.Values);
        foreach (var part in columns.Append(start).SelectMany(LittleEndian.Parts))
            hash.AppendData(LittleEndian.Bytes(part.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
