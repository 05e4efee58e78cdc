using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Hops.Http.Policy;

/// <summary>An option with a list of values. Configuration adds to what is set.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">The values that it takes.</param>
/// <param name="get">The list.</param>
/// <param name="empty">The sentence for an empty list; null if it may be empty.</param>
internal sealed class ListRow<T>(string name, OptionKind<T> kind, Func<HopGuardOptions, ICollection<T>> get, string? empty = null) : OptionRow(name)
    where T : notnull
{
    public override IReadOnlyList<string> Read(IConfigurationSection section, HopGuardOptions options)
    {
        // An empty list of JSON cannot be told from an empty text, and takes nothing away from another file's list.
        if (section.Value is { } text)
        {
            return [$"{section.Path} is {(text.Length == 0 ? "empty" : $"'{text}'")}; it must be a list{HowToWrite(section)}."];
        }

        IConfigurationSection[] entries = [.. section.GetChildren()];
        if (entries.Length == 0)
        {
            return [$"{section.Path} has no value; it must be a list{HowToWrite(section)}."];
        }

        List<string> mistakes = [];
        for (int i = 0; i < entries.Length; i++)
        {
            IConfigurationSection entry = entries[i];
            if (entry.Key != i.ToString(CultureInfo.InvariantCulture))
            {
                mistakes.Add($"{section.Path} has '{entry.Key}' where its entry {i} is expected; the entries of a list are numbered from 0, without holes.");
                break;
            }

            if (HasChildren(entry))
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

    private string HowToWrite(IConfigurationSection section) =>
        $", [ … ] in JSON or {section.Path.Replace(":", "__", StringComparison.Ordinal)}__0 in the environment, each entry {kind.Expected}";
}
