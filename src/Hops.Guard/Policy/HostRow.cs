namespace Hops.Guard.Policy;

/// <summary>An option with a value for each of several hosts.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">The values that it takes.</param>
/// <param name="get">The values by their hosts.</param>
internal sealed class HostRow<T>(string name, OptionKind<T> kind, Func<HopGuardOptions, IDictionary<string, T>> get) : OptionRow(name)
    where T : notnull
{
    public override IReadOnlyList<string> Read(Setting setting, HopGuardOptions options)
    {
        if (setting.Value is { } text)
        {
            return [$"{setting.Path} is {(text.Length == 0 ? "empty" : $"'{text}'")}; it must be a section of hosts, each with {kind.Expected}."];
        }

        IReadOnlyList<Setting> hosts = setting.Children;
        if (hosts.Count == 0)
        {
            return [$"{setting.Path} has no value; it must be a section of hosts, each with {kind.Expected}."];
        }

        List<string> mistakes = [.. Doubles(setting.Path, hosts.Select(static host => host.Key))];
        foreach (Setting host in hosts)
        {
            T value = default!;
            string? mistake = host.HasChildren
                ? $"{host.Path} is a section; it must be {kind.Expected}. "
                    + $"A host with a ':', an IPv6 address, cannot stand in configuration, which divides names there: set {Name} in code."
                : OptionKinds.Host.MistakeOf($"{setting.Path} has", host.Key) ?? kind.Read(host.Path, host.Value, out value);
            if (mistake is not null)
            {
                mistakes.Add(mistake);
            }
            else if (mistakes.Count == 0)
            {
                get(options)[host.Key] = value;
            }
        }

        return mistakes;
    }

    public override IEnumerable<string> MistakesOf(HopGuardOptions options) =>
    [
        .. get(options)
            .Select(pair => OptionKinds.Host.MistakeOf($"{Name} has", pair.Key) ?? kind.MistakeOf($"{Name} of '{pair.Key}' is", pair.Value))
            .OfType<string>(),
        .. Doubles(Name, get(options).Keys),
    ];

    /// <summary>Hosts that are one: <c>a.example</c> and <c>a.example.</c>.</summary>
    private static IEnumerable<string> Doubles(string where, IEnumerable<string> hosts) => hosts
        .GroupBy(static host => HostName.TryRead(host, out string canonical, out _) ? canonical : host, StringComparer.Ordinal)
        .Where(static same => same.Count() > 1)
        .Select(same => $"{where} has {string.Join(" and ", same.Select(static host => $"'{host}'"))}, which are one host: {same.Key}.");
}
