namespace Hops;

/// <summary>
/// This process, on this machine, cannot measure hop distances. The message says, for each source that was tried, why and what would change it.
/// </summary>
public sealed class HopMeterUnavailableException : Exception
{
    internal HopMeterUnavailableException(IReadOnlyList<HopSourceRefusal> refusals, Exception? innerException = null)
        : base(Describe(refusals), innerException) => Refusals = refusals;

    internal HopMeterUnavailableException(HopSource source, string reason, HopRemedy remedy, Exception? innerException = null)
        : this([new(source, reason, remedy)], innerException)
    {
    }

    /// <summary>The sources that were tried, the best first.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }

    private static string Describe(IReadOnlyList<HopSourceRefusal> refusals) =>
        string.Join(Environment.NewLine, refusals.Select(static refusal => $"  {refusal}").Prepend("Hop distances cannot be measured here."));
}
