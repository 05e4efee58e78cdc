using Hops.Common.Addresses;

namespace Hops.Guard.Policy;

/// <summary>Describes the keys of an option with a value for each host or network.</summary>
/// <param name="One">The word for a key: <c>host</c>.</param>
/// <param name="WithColon">The words for keys that configuration cannot contain, because it splits keys at each colon.</param>
/// <param name="Kind">The kind of the keys.</param>
/// <param name="Canonical">Returns a key in the form in which keys are compared; null if it is not valid.</param>
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
