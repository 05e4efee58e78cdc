using System.Globalization;

namespace Hops.Guard.Policy;

/// <summary>An option with a list of values. Configuration adds to what is set.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">The values that it takes.</param>
/// <param name="get">The list.</param>
/// <param name="empty">The sentence for an empty list; null if it may be empty.</param>
internal sealed class ListRow<T>(string name, OptionKind<T> kind, Func<HopGuardOptions, ICollection<T>> get, string? empty = null) : OptionRow(name)
    where T : notnull
{
    public override IReadOnlyList<string> Read(Setting setting, HopGuardOptions options)
    {
        // An empty list of JSON cannot be told from an empty text, and takes nothing away from another file's list.
        if (setting.Value is { } text)
        {
            return [$"{setting.Path} is {(text.Length == 0 ? "empty" : $"'{text}'")}; it must be a list{HowToWrite(setting)}."];
        }

        IReadOnlyList<Setting> entries = setting.Children;
        if (entries.Count == 0)
        {
            return [$"{setting.Path} has no value; it must be a list{HowToWrite(setting)}."];
        }

        List<string> mistakes = [];
        for (int i = 0; i < entries.Count; i++)
        {
            Setting entry = entries[i];
            if (entry.Key != i.ToString(CultureInfo.InvariantCulture))
            {
                mistakes.Add($"{setting.Path} has '{entry.Key}' where its entry {i} is expected; the entries of a list are numbered from 0, without gaps.");
                break;
            }

            if (entry.HasChildren)
            {
                mistakes.Add($"{entry.Path} is a section or a list; it must be {kind.Expected}.");
            }
            else if (kind.Read(entry.Path, entry.Value, out T value) is { } mistake)
            {
                mistakes.Add(mistake);
            }
            else
            {
                get(options).Add(value);
            }
        }

        return mistakes;
    }

    public override IEnumerable<string> MistakesOf(HopGuardOptions options)
    {
        ICollection<T> values = get(options);
        return values.Count == 0 && empty is not null ? [empty] : values.Select(value => kind.MistakeOf($"{Name} has", value)).OfType<string>();
    }

    private string HowToWrite(Setting setting) =>
        $", [ … ] in JSON or {setting.Path.Replace(":", "__", StringComparison.Ordinal)}__0 in the environment, each entry {kind.Expected}";
}
