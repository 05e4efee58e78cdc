namespace Hops;

/// <summary>Why a source cannot be used here, and what would change that.</summary>
/// <param name="Source">The source.</param>
/// <param name="Reason">What was tried, and what the kernel said: a sentence without its full stop.</param>
/// <param name="Remedy">What to do.</param>
public sealed record HopSourceRefusal(HopSource Source, string Reason, HopRemedy Remedy)
{
    /// <summary><c>PinnedFilter: /run/hops is not there (remedy: SharePins)</c></summary>
    public override string ToString() => $"{Source}: {Reason} (remedy: {Remedy})";
}
