namespace Hops.Sharing;

/// <summary>Who may use a shared filter.</summary>
public sealed record SharingOptions
{
    /// <summary>The group whose members may: a name, or a number. A group that does not exist is made. Default: <c>hops</c>.</summary>
    public string Group { get; init; } = "hops";

    /// <summary>
    /// Whether all users may. Any of them can then make readings unknown, those of others too, with connections of their own that take the same slots; none can make them wrong. Default: false.
    /// </summary>
    public bool Everyone { get; init; }
}
