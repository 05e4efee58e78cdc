namespace Hops;

/// <summary>Represents the reason why a source cannot be used here, and the remedy.</summary>
/// <param name="Source">The source.</param>
/// <param name="Reason">What was tried and the kernel's answer, as a sentence without its full stop.</param>
/// <param name="Remedy">The action that would make the source usable.</param>
public sealed record HopSourceRefusal(HopSource Source, string Reason, HopRemedy Remedy)
{
    /// <summary>Returns a text such as <c>PinnedFilter: /run/hops is not there (remedy: SharePins)</c>.</summary>
    public override string ToString() => $"{Source}: {Reason} (remedy: {Remedy})";
}
