using Hops.Common.Addresses;

namespace Hops.Guard.Policy;

/// <summary>What an option has values for, and the words for it.</summary>
/// <param name="One">One of them: <c>host</c>.</param>
/// <param name="WithColon">One that cannot stand in configuration, which divides names at each colon.</param>
/// <param name="Kind">Which there are.</param>
/// <param name="Canonical">One as they are compared; null where it is none.</param>
internal sealed record OptionKey(string One, string WithColon, OptionKind<string> Kind, Func<string, string?> Canonical)
{
    public static OptionKey Host { get; } = new(
        "host", "A host with a ':', an IPv6 address,", OptionKinds.Host, static text => HostName.TryReadPattern(text, out string host, out _) ? host : null);

    public static OptionKey Network { get; } = new(
        "network",
        "A network with a ':', one of IPv6,",
        OptionKinds.Network,
        static text => AddressNotation.TryReadNetwork(text, out System.Net.IPNetwork network, out _) ? network.ToString() : null);
}
