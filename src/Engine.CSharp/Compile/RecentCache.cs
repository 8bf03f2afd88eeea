namespace MeanField.Engine.Compile;

/// <summary>
/// The values of the keys asked for last, at most so many: the one not asked for the longest goes first. A value is made once, however many
/// ask for it at a time; who holds it keeps it. Cost O(capacity) a call. Thread-safe.
/// </summary>
internal sealed class RecentCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly OrderedDictionary<TKey, Lazy<TValue>> values = [];

    /// <summary>Values held.</summary>
    public int Count
    {
        get
        {
            lock (values)
                return values.Count;
        }
    }

    /// <summary>The value of a key, made now if it is not here. What making it throws is thrown again as long as the key is here.</summary>
    public TValue Get(TKey key, Func<TKey, TValue> make) => Find(key, make).Value;

    private Lazy<TValue> Find(TKey key, Func<TKey, TValue> make)
    {
        lock (values)
        {
            if (!values.Remove(key, out var value))
                value = new Lazy<TValue>(() => make(key));
            values.Add(key, value);
            if (values.Count > capacity)
                values.RemoveAt(0);
            return value;
        }
    }
}
