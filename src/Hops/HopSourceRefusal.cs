namespace Hops;

/// <summary>Why a source cannot be used here, and what would change that.</summary>
/// <param name="Source">The source.</param>
/// <param name="Reason">What was tried, and what the kernel said: a sentence without its full stop.</param>
/// <param name="Remedy">What to do: a command, a setting, or a sentence without its full stop.</param>
public sealed record HopSourceRefusal(HopSource Source, string Reason, string Remedy)
{
    /// <summary><c>PinnedFilter: there is no /run/hops (remedy: sudo hops system enable)</c></summary>
    public override string ToString() => $"{Source}: {Reason} (remedy: {Remedy})";
}
