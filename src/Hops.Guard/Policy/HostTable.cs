namespace Hops.Guard.Policy;

/// <summary>
/// Values of hosts, and of patterns of hosts: <c>*.partner.example</c> has all names below <c>partner.example</c>, and not that name itself. A host's own value
/// comes before those of patterns, and of several patterns the longest decides.
/// </summary>
internal sealed class HostTable<T>
{
    private readonly Dictionary<string, T> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _below;

    /// <param name="values">By hosts and patterns, as <see cref="HostName.TryReadPattern"/> reads them.</param>
    public HostTable(IEnumerable<KeyValuePair<string, T>> values)
    {
        Dictionary<string, T> below = new(StringComparer.Ordinal);
        foreach ((string text, T value) in values)
        {
            string pattern = HostName.TryReadPattern(text, out string read, out string? problem) ? read : throw new FormatException(problem);
            if (pattern.StartsWith(HostName.AnyBelow, StringComparison.Ordinal))
            {
                below.Add(pattern[HostName.AnyBelow.Length..], value);
            }
            else
            {
                _hosts.Add(pattern, value);
            }
        }

        _below = below.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _hosts.Count == 0 && _below.Dictionary.Count == 0;

    /// <summary>The hosts without a pattern.</summary>
    public IReadOnlyCollection<string> Hosts => _hosts.Keys;

    /// <param name="host">Of a request, in any notation.</param>
    /// <param name="value">Its own value, or that of the longest pattern.</param>
    public bool TryFind(string host, out T? value)
    {
        value = default;
        if (IsEmpty)
        {
            return false;
        }

        string name = HostName.Canonical(host);
        if (_hosts.TryGetValue(name, out value))
        {
            return true;
        }

        // An address has dots, too, and is below no name: no pattern ends in a number.
        ReadOnlySpan<char> rest = name;
        while (_below.Dictionary.Count > 0 && rest.IndexOf('.') is >= 0 and var dot)
        {
            rest = rest[(dot + 1)..];
            if (_below.TryGetValue(rest, out value))
            {
                return true;
            }
        }

        return false;
    }
}
