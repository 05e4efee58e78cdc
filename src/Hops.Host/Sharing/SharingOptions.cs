namespace Hops.Host.Sharing;

/// <summary>Who may use a shared filter.</summary>
public sealed record SharingOptions
{
    /// <summary>The group that is made where it does not exist.</summary>
    internal const string UsualGroup = "hops";

    /// <summary>
    /// The group whose members may. A name: up to 32 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, which is not first; the group must exist. Or a number
    /// from 0 to 4,294,967,294: the group may have its name elsewhere only, as for containers. Default: <c>hops</c>, which is made if it does not exist.
    /// </summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public string Group
    {
        get;
        init => field = GroupName.IsValid(value)
            ? value
            : throw new ArgumentException(
                $"'{value}' is not the name of a group (up to 32 letters, digits, '.', '_' and '-', which is not first) or a number from 0 to 4294967294.",
                nameof(value));
    }

    = UsualGroup;

    /// <summary>
    /// Whether all users may. Any of them can then make readings unknown, those of others too, with connections of their own that take the same slots; none can
    /// make them wrong. Default: false.
    /// </summary>
    public bool Everyone { get; init; }
}
