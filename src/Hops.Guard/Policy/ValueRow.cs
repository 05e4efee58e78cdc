namespace Hops.Guard.Policy;

/// <summary>An option with one value.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">The values that it takes.</param>
/// <param name="get">Null while it is not set.</param>
/// <param name="set">Sets it.</param>
/// <param name="unset">The sentence for an option that must be set and is not; null for one that need not be.</param>
internal sealed class ValueRow<T>(string name, OptionKind<T> kind, Func<HopGuardOptions, T?> get, Action<HopGuardOptions, T> set, string? unset = null)
    : OptionRow(name)
    where T : struct
{
    public override IReadOnlyList<string> Read(Setting setting, HopGuardOptions options)
    {
        if (setting.HasChildren)
        {
            return [$"{setting.Path} is a section or a list; it must be one value, {kind.Expected}."];
        }

        if (kind.Read(setting.Path, setting.Value, out T value) is { } mistake)
        {
            return [mistake];
        }

        set(options, value);
        return [];
    }

    public override IEnumerable<string> MistakesOf(HopGuardOptions options)
    {
        string? mistake = get(options) is { } value ? kind.MistakeOf($"{Name} is", value)
            // Set, but not understood.
            : options.ConfigurationMistakes.Any(unread => unread.Option == Name) ? null
            : unset;
        return mistake is null ? [] : [mistake];
    }
}
