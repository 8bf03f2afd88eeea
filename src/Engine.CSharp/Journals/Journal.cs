namespace MeanField.Engine.Journals;

/// <summary>
/// What a long computation has found so far, by name: its finished parts, and where those under way stand. Every part is a function of the problem,
/// the options and seeds, so that one which an earlier process has finished is read in the place of being found again, with the same bits. Thread-safe.
/// </summary>
public sealed class Journal
{
    private readonly JournalPages? pages;
    private readonly string prefix;

    internal Journal(JournalPages? pages, string prefix = "") => (this.pages, this.prefix) = (pages, prefix);

    /// <summary>A journal that keeps nothing.</summary>
    public static Journal Unkept { get; } = new(null);

    /// <summary>Whether it goes on with what an earlier process has found.</summary>
    public bool GoesOn => pages is { GoesOn: true };

    /// <summary>The journal of a part, whose names are its own; once that part is finished they are forgotten.</summary>
    public Journal Within(string part) => new(pages, $"{prefix}{part}/");

    /// <summary>A part as it was found before, else as <paramref name="find"/> finds it: a record of numbers, texts and records.</summary>
    /// <exception cref="IOException">The disk refuses a checkpoint; the earlier ones stand.</exception>
    public T Of<T>(string part, Func<T> find)
        where T : class
    {
        if (pages is null)
            return find();
        if (pages.Finished(prefix + part) is { } page)
            return PageFormat.Read<T>(part, page);
        var found = find();
        pages.Finish(prefix + part, PageFormat.Of(found));
        return found;
    }

    /// <summary>Notes where a part stands, in the place of what was noted of it before; <paramref name="state"/> answers at once, what nobody changes
    /// afterwards.</summary>
    /// <exception cref="IOException">As of <see cref="Of"/>.</exception>
    public void Note<T>(string part, Func<T> state)
        where T : class
    {
        if (pages is null)
            return;
        var standing = state();
        pages.Note(prefix + part, () => PageFormat.Of(standing));
    }

    /// <summary>Where an earlier process left a part; null where it has noted nothing.</summary>
    public T? Noted<T>(string part)
        where T : class => pages?.Noted(prefix + part) is { } page ? PageFormat.Read<T>(part, page) : null;

    /// <summary>Writes a checkpoint now, as before the end of a process that is interrupted.</summary>
    public void Write() => pages?.Write();
}
