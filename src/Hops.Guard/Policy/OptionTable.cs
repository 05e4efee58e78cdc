using System.Net.Sockets;

namespace Hops.Guard.Policy;

/// <summary>
/// Contains a row for each option of a guard, and reads a section of configuration strictly. .NET's binder ignores a text in place of a list, and reads
/// <c>5</c> as five days and <c>7</c> as a mode; in a guard, an ignored setting could allow connections.
/// </summary>
internal static class OptionTable
{
    private const string NoMinimum = $"{nameof(HopGuardOptions.MinimumHops)} is not set. "
        + "The right minimum depends on the network, so there is no default: "
        + "measure it with HopGuard.CalibrateAsync.";

    private const string NoScheme = $"{nameof(HopGuardOptions.AllowedSchemes)} is empty: no request would be allowed.";

    public static IReadOnlyList<OptionRow> Rows { get; } =
    [
        new ValueRow<int>(nameof(HopGuardOptions.MinimumHops), OptionKinds.Minimum,
            static o => o.MinimumHops, static (o, value) => o.MinimumHops = value, NoMinimum),
        new KeyedRow<int>(nameof(HopGuardOptions.MinimumHopsByHost), OptionKey.Host, OptionKinds.OwnMinimum, static o => o.MinimumHopsByHost),
        new KeyedRow<int>(nameof(HopGuardOptions.MinimumHopsByNetwork), OptionKey.Network, OptionKinds.OwnMinimum, static o => o.MinimumHopsByNetwork),
        new ListRow<string>(nameof(HopGuardOptions.AllowedNearHosts), OptionKinds.Host, static o => o.AllowedNearHosts),
        new ValueRow<bool>(nameof(HopGuardOptions.MatchNearHostsByAddress), OptionKinds.Flag,
            static o => o.MatchNearHostsByAddress, static (o, value) => o.MatchNearHostsByAddress = value),
        new ListRow<string>(nameof(HopGuardOptions.AllowedNearNetworks), OptionKinds.Network, static o => o.AllowedNearNetworks),
        new ListRow<string>(nameof(HopGuardOptions.AllowedSpecialPurposeNetworks), OptionKinds.Network, static o => o.AllowedSpecialPurposeNetworks),
        new ListRow<string>(nameof(HopGuardOptions.RefusedNetworks), OptionKinds.Network, static o => o.RefusedNetworks),
        new ListRow<string>(nameof(HopGuardOptions.AllowedHosts), OptionKinds.Host, static o => o.AllowedHosts),
        new ListRow<int>(nameof(HopGuardOptions.AllowedPorts), OptionKinds.Port, static o => o.AllowedPorts),
        new ListRow<string>(nameof(HopGuardOptions.AllowedSchemes), OptionKinds.Scheme, static o => o.AllowedSchemes, NoScheme),
        new ValueRow<bool>(nameof(HopGuardOptions.AllowMixed), OptionKinds.Flag, static o => o.AllowMixed, static (o, value) => o.AllowMixed = value),
        new CodeRow(nameof(HopGuardOptions.IsAllowed)),
        new ValueRow<bool>(nameof(HopGuardOptions.RequireMeasurement), OptionKinds.Flag,
            static o => o.RequireMeasurement, static (o, value) => o.RequireMeasurement = value),
        new ValueRow<bool>(nameof(HopGuardOptions.AllowCertificateDownloads), OptionKinds.Flag,
            static o => o.AllowCertificateDownloads, static (o, value) => o.AllowCertificateDownloads = value),
        new ValueRow<HopGuardMode>(nameof(HopGuardOptions.Mode), OptionKinds.Mode, static o => o.Mode, static (o, value) => o.Mode = value),
        new ValueRow<TimeSpan>(nameof(HopGuardOptions.ConnectTimeout), OptionKinds.Timeout,
            static o => o.ConnectTimeout, static (o, value) => o.ConnectTimeout = value),
        new ValueRow<TimeSpan>(nameof(HopGuardOptions.LookUpTimeout), OptionKinds.Timeout,
            static o => o.LookUpTimeout, static (o, value) => o.LookUpTimeout = value),
        new ValueRow<AddressFamily>(nameof(HopGuardOptions.AddressFamily), OptionKinds.Family,
            static o => o.AddressFamily, static (o, value) => o.AddressFamily = value),
        new ValueRow<HopMeterSource>(nameof(HopGuardOptions.Source), OptionKinds.Source, static o => o.Source, static (o, value) => o.Source = value),
    ];

    /// <summary>Reads settings into options. An invalid setting becomes a mistake of the options, which no guard accepts.</summary>
    /// <param name="section">A section with a child for each option.</param>
    /// <param name="options">The options to set.</param>
    public static void Read(Setting section, HopGuardOptions options)
    {
        if (section.Value is { Length: > 0 } text)
        {
            options.ConfigurationMistakes.Add(("", $"{section.Path} is '{text}'; it must be a section with the options of a guard."));
        }
        else if (!section.HasChildren)
        {
            options.ConfigurationMistakes.Add(("", $"{section.Path} has no options: the section is missing or empty."));
        }

        foreach (Setting setting in section.Children)
        {
            OptionRow? row = Rows.FirstOrDefault(row => row.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase));
            IEnumerable<string> mistakes = row?.Read(setting, options)
                ?? [$"{setting.Path} is not an option of a guard. The options are {string.Join(", ", Rows.Select(static row => row.Name))}."];
            options.ConfigurationMistakes.AddRange(mistakes.Select(mistake => (row?.Name ?? "", mistake)));
        }
    }

    /// <returns>All mistakes, those of configuration first.</returns>
    public static IReadOnlyList<string> MistakesOf(HopGuardOptions options) =>
        [.. options.ConfigurationMistakes.Select(static mistake => mistake.Sentence), .. Rows.SelectMany(row => row.MistakesOf(options))];
}
