namespace Hops;

/// <summary>What would make measuring possible here: a value. Programs that talk to people make a sentence of it that fits them.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Subject">With what: a path, a group, a version. <see cref="HopRemedyKind"/> says which; null where there is none.</param>
public sealed record HopRemedy(HopRemedyKind Kind, string? Subject = null)
{
    /// <summary><c>SharePins</c>, <c>JoinGroup: hops</c></summary>
    public override string ToString() => Subject is null ? $"{Kind}" : $"{Kind}: {Subject}";
}
