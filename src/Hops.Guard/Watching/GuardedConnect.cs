namespace Hops.Guard.Watching;

/// <summary>Marks the connections that guards make, while a watch for unguarded ones is on. Without a watch it costs the reading of a number.</summary>
internal static class GuardedConnect
{
    private static readonly AsyncLocal<bool> Marked = new();
    private static int _watches;

    /// <summary>Whether the code that runs now connects for a guard.</summary>
    public static bool IsRunning => Marked.Value;

    /// <summary>Marks what runs from here, also on other threads, until the result is disposed of.</summary>
    public static Mark Begin()
    {
        if (Volatile.Read(ref _watches) == 0)
        {
            return default;
        }

        bool before = Marked.Value;
        Marked.Value = true;
        return new Mark(before);
    }

    public static void WatchBegins() => Interlocked.Increment(ref _watches);

    public static void WatchEnds() => Interlocked.Decrement(ref _watches);

    /// <summary>One mark.</summary>
    internal readonly struct Mark(bool before) : IDisposable
    {
        private readonly bool _isSet = true;

        public void Dispose()
        {
            if (_isSet)
            {
                Marked.Value = before;
            }
        }
    }
}
