namespace Hops;

/// <summary>
/// The exception that is thrown if this process cannot measure hop distances on this machine. The message has the reason and a remedy for each source that was
/// tried.
/// </summary>
public sealed class HopMeterUnavailableException : Exception
{
    internal HopMeterUnavailableException(IReadOnlyList<HopSourceRefusal> refusals, Exception? innerException = null)
        : base(Describe(refusals), innerException) => Refusals = refusals;

    internal HopMeterUnavailableException(HopSource source, string reason, HopRemedy remedy, Exception? innerException = null)
        : this([new(source, reason, remedy)], innerException)
    {
    }

    /// <summary>Gets the sources that were tried, in order of preference, each with the reason why it cannot be used.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }

    private static string Describe(IReadOnlyList<HopSourceRefusal> refusals) =>
        string.Join(Environment.NewLine, refusals.Select(static refusal => $"  {refusal}").Prepend("Hop distances cannot be measured here."));
}
