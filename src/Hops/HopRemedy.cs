namespace Hops;

/// <summary>Represents an action that would make measuring possible here. It is a value, from which a program makes a sentence for its users.</summary>
/// <param name="Kind">The action.</param>
/// <param name="Subject">
/// The object of the action, such as a path, a group or a version, as documented for <see cref="HopRemedyKind"/>; null if it has none.
/// </param>
public sealed record HopRemedy(HopRemedyKind Kind, string? Subject = null)
{
    /// <summary>Returns a text such as <c>SharePins</c> or <c>JoinGroup: hops</c>.</summary>
    public override string ToString() => Subject is null ? $"{Kind}" : $"{Kind}: {Subject}";
}
