namespace Hops.Guard.Policy;

/// <summary>A setting as configuration has it: a value, children, both or neither.</summary>
/// <param name="Path">Where it stands, for messages: <c>HopGuard:AllowedPorts:0</c>.</param>
/// <param name="Key">Its own name there: <c>0</c>.</param>
/// <param name="Value">Its text; null for none.</param>
/// <param name="Children">The settings below it, in order.</param>
internal sealed record Setting(string Path, string Key, string? Value, IReadOnlyList<Setting> Children)
{
    public bool HasChildren => Children.Count > 0;
}
