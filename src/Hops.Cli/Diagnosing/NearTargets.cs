using System.Net;
using System.Net.NetworkInformation;
using Hops.Cli.Measuring;

namespace Hops.Cli.Diagnosing;

/// <summary>Detects something near that answers in place of far hosts.</summary>
internal static class NearTargets
{
    /// <summary>The greatest distance from which only a machine in between could answer for different hosts.</summary>
    private const int Near = 1;

    /// <returns>
    /// The suspicion, or null if there is none: fewer than two hosts outside this host's own networks answered, or one of them from farther away.
    /// </returns>
    public static string? Suspect(IReadOnlyList<Measurement> measurements)
    {
        Measurement[] outside =
        [
            .. measurements.Where(static m => m.Distance is not null && m.Reading?.RemoteEndPoint is { } remote && !IsOnLink(remote.Address)),
        ];
        int hosts = outside.Select(static m => m.Reading!.RemoteEndPoint.Address).Distinct().Count();
        return hosts >= 2 && outside.All(static m => m.Distance is { IsPlausible: true, Hops: <= Near })
            ? $"{hosts} addresses outside this host's own networks all answer from distance {Near} or less. Unless they really are that near, "
                + "something close by answers for them: a service mesh's sidecar, a transparent proxy or firewall, "
                + "a virtual machine that translates connections (Docker Desktop, WSL, user-mode networking)"
            : null;
    }

    private static bool IsOnLink(IPAddress address) => IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal
        || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static device => device.GetIPProperties().UnicastAddresses)
            .Any(own => own.Address.AddressFamily == address.AddressFamily && new IPNetwork(Prefix(own), own.PrefixLength).Contains(address));

    // IPNetwork does not accept an address with bits after its prefix.
    private static IPAddress Prefix(UnicastIPAddressInformation own)
    {
        byte[] bytes = own.Address.GetAddressBytes();
        for (int bit = own.PrefixLength; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
