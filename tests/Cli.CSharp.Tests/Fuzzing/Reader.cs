namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>Something that reads what strangers wrote.</summary>
/// <param name="Name">For reports, and to ask for it alone.</param>
/// <param name="Share">How many inputs of a campaign it gets, relative to the others.</param>
/// <param name="Seeds">Inputs that it accepts, real ones.</param>
/// <param name="Words">What such inputs are made of; none for bytes that are no text.</param>
/// <param name="Sentence">A whole input by a grammar; null where none is known.</param>
/// <param name="Read">Reads an input. Returns where it is accepted; throws <see cref="Core.FaultException"/> where it is refused.</param>
internal sealed record Reader(
    string Name,
    int Share,
    IReadOnlyList<byte[]> Seeds,
    IReadOnlyList<string> Words,
    Func<Random, string>? Sentence,
    Action<byte[]> Read
)
{
    /// <summary>One that reads a file of a folder, in whose place the input stands meanwhile.</summary>
    public static Reader OfFile(string name, int share, string path, IReadOnlyList<string> words, Action read)
    {
        var sound = File.ReadAllBytes(path);
        return new Reader(name, share, [sound], words, null, Replaced);

        void Replaced(byte[] input)
        {
            File.WriteAllBytes(path, input);
            try
            {
                read();
            }
            finally
            {
                File.WriteAllBytes(path, sound);
            }
        }
    }
}
