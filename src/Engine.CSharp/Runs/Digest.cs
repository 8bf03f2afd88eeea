using System.Security.Cryptography;

namespace MeanField.Engine.Runs;

/// <summary>The fingerprint of an ensemble's final particles, by which repeated runs are compared bit for bit.</summary>
public static class Digest
{
    /// <summary>
    /// SHA-256, hexadecimal in lower case, over the particles as little-endian numbers of the run's precision
    /// (<typeparamref name="T"/> is double or float): each replica row-major N x d without padding, replicas in order, in parts of any length.
    /// </summary>
    public static string Of<T>(IEnumerable<T[]> parts)
        where T : unmanaged
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        foreach (var part in parts.SelectMany(LittleEndian.Parts))
        {
            hash.AppendData(LittleEndian.Bytes(part.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
