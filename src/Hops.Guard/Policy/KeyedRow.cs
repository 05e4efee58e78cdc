namespace Hops.Guard.Policy;

/// <summary>An option with a value for each of several hosts or networks.</summary>
/// <param name="name">Its name.</param>
/// <param name="keys">What it has values for.</param>
/// <param name="kind">The values that it takes.</param>
/// <param name="get">The values by their keys.</param>
internal sealed class KeyedRow<T>(string name, OptionKey keys, OptionKind<T> kind, Func<HopGuardOptions, IDictionary<string, T>> get) : OptionRow(name)
    where T : notnull
{
    public override IReadOnlyList<string> Read(Setting setting, HopGuardOptions options)
    {
        if (setting.Value is { } text)
        {
            return [$"{setting.Path} is {(text.Length == 0 ? "empty" : $"'{text}'")}; it must be a section of {keys.One}s, each with {kind.Expected}."];
        }

        IReadOnlyList<Setting> entries = setting.Children;
        if (entries.Count == 0)
        {
            return [$"{setting.Path} has no value; it must be a section of {keys.One}s, each with {kind.Expected}."];
        }

        List<string> mistakes = [.. Doubles(setting.Path, entries.Select(static entry => entry.Key))];
        foreach (Setting entry in entries)
        {
            T value = default!;
            string? mistake = entry.HasChildren
                ? $"{entry.Path} is a section; it must be {kind.Expected}. "
                    + $"{keys.WithColon} cannot be a key in configuration, which splits keys there: set {Name} in code."
                : keys.Kind.MistakeOf($"{setting.Path} has", entry.Key) ?? kind.Read(entry.Path, entry.Value, out value);
            if (mistake is not null)
            {
                mistakes.Add(mistake);
            }
            else if (mistakes.Count == 0)
            {
                get(options)[entry.Key] = value;
            }
        }

        return mistakes;
    }

    public override IEnumerable<string> MistakesOf(HopGuardOptions options) =>
    [
        .. get(options)
            .Select(pair => keys.Kind.MistakeOf($"{Name} has", pair.Key) ?? kind.MistakeOf($"{Name} of '{pair.Key}' is", pair.Value))
            .OfType<string>(),
        .. Doubles(Name, get(options).Keys),
    ];

    /// <summary>Those that are one: <c>a.example</c> and <c>a.example.</c>.</summary>
    private IEnumerable<string> Doubles(string where, IEnumerable<string> all) => all
        .GroupBy(key => keys.Canonical(key) ?? key, StringComparer.Ordinal)
        .Where(static same => same.Count() > 1)
        .Select(same => $"{where} has {string.Join(" and ", same.Select(static key => $"'{key}'"))}, which are one {keys.One}: {same.Key}.");
}
