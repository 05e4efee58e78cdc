namespace Hops.Sharing;

/// <summary>Sharing a filter, or ending that, was refused. The message says why.</summary>
public sealed class SharingException : Exception
{
    internal SharingException(string reason, string remedy, Exception? innerException = null)
        : base(reason, innerException) => Remedy = remedy;

    /// <summary>What to do: a command, or a sentence without its full stop.</summary>
    public string Remedy { get; }
}
