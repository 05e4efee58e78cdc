using Hops.Filters;

namespace Hops.Sharing;

/// <summary>
/// The exception that is thrown if a shared filter does not exist or is not valid, or cannot be shared. Used inside the libraries only; callers get a
/// <see cref="HopSourceRefusal"/>.
/// </summary>
/// <param name="reason">A sentence without its full stop.</param>
/// <param name="remedy">What to do.</param>
/// <param name="innerException">What the kernel said.</param>
internal sealed class SharingRefusedException(string reason, HopRemedy remedy, Exception? innerException = null) : Exception(reason, innerException)
{
    public SharingRefusedException(string reason, HopRemedyKind remedy, Exception? innerException = null)
        : this(reason, new HopRemedy(remedy), innerException)
    {
    }

    public HopRemedy Remedy { get; } = remedy;

    /// <summary>Gets whether nothing is shared at all.</summary>
    public bool IsAbsence { get; private init; }

    public static SharingRefusedException NotShared(string reason)
    {
        (string told, HopRemedy remedy) = FilterKernel.Explain(reason, SharingRemedy.ForThisProcess);
        return new(told, remedy) { IsAbsence = true };
    }
}
