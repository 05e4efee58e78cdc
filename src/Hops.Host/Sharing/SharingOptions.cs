namespace Hops.Host.Sharing;

/// <summary>Represents the options of a shared filter: who may use it.</summary>
public sealed record SharingOptions
{
    /// <summary>The group that is created if it does not exist.</summary>
    internal const string UsualGroup = "hops";

    /// <summary>
    /// Gets the group whose members may use the filter: the name of an existing group (up to 32 letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, which is not
    /// first), or a number from 0 to 4,294,967,294, which needs no name on this host, as for containers. Default: <c>hops</c>, which is created if it does not
    /// exist.
    /// </summary>
    /// <exception cref="ArgumentException">The value is neither a name nor a number.</exception>
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
    /// Gets whether all users may use the filter. Any of them can then make readings unknown, also those of others, with own connections that take the same
    /// slots; none can make them wrong, except as <see cref="SharedFilter"/> says. Default: false.
    /// </summary>
    public bool Everyone { get; init; }
}
