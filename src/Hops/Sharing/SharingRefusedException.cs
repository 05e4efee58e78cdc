using Hops.Filters;

namespace Hops.Sharing;

/// <summary>
/// What is shared, or is to be shared, is not there or not as it must be. Inside the libraries: callers see a <see cref="HopSourceRefusal"/>.
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

    /// <summary>Nothing is there at all: nobody shared anything.</summary>
    public bool IsAbsence { get; private init; }

    public static SharingRefusedException NotShared(string reason)
    {
        (string told, HopRemedy remedy) = FilterKernel.Explain(reason, SharingRemedy.ForThisProcess);
        return new(told, remedy) { IsAbsence = true };
    }
}
