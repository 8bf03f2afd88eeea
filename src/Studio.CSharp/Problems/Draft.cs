using MeanField.Core;

namespace MeanField.Studio.Problems;

/// <summary>The problem on the desk: a file and its text as it stands in the editor. One a browser window.</summary>
internal sealed class Draft
{
    private string saved = "";

    /// <summary>The file, from the working directory.</summary>
    public string File { get; private set; } = "";

    /// <summary>The text in the editor.</summary>
    public string Text { get; set; } = "";

    /// <summary>Whether the file holds another text.</summary>
    public bool IsChanged => Text != saved;

    /// <summary>Takes a file.</summary>
    /// <exception cref="FaultException">It cannot be read.</exception>
    public void Open(string file)
    {
        Text = saved = ProblemFiles.Read(file);
        File = file;
    }

    /// <summary>Writes the text, from now on to <paramref name="file"/>.</summary>
    /// <exception cref="FaultException">There is no place for it.</exception>
    public void Save(string file)
    {
        ProblemFiles.Save(file, Text);
        (File, saved) = (file, Text);
    }
}
