using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Connecting;

/// <summary>The addresses of the hosts that may be near, looked up when one is asked for, and kept for a while.</summary>
/// <param name="hosts">Names and addresses.</param>
/// <param name="network">Looks names up.</param>
internal sealed class NearHostAddresses(IReadOnlyCollection<string> hosts, HopNetwork network)
{
    private static readonly long Lifetime = (long)TimeSpan.FromSeconds(30).TotalMilliseconds;

    private volatile Answer? _last;

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<bool> ContainsAsync(IPAddress address, CancellationToken cancellationToken)
    {
        Answer? known = _last;
        if (known is null || Environment.TickCount64 - known.Time > Lifetime)
        {
            long asked = Environment.TickCount64;
            IPAddress[][] found = await Task.WhenAll(hosts.Select(host => LookUpAsync(host, cancellationToken))).ConfigureAwait(false);
            _last = known = new(asked, [.. found.SelectMany(static each => each)]);
        }

        return known.Addresses.Contains(Plain(address));
    }

    /// <returns>None where there is no such name, or no answer: then nothing is near by it.</returns>
    private async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await network.ResolveAsync(host, cancellationToken).ConfigureAwait(false)).Select(Plain)];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private sealed record Answer(long Time, HashSet<IPAddress> Addresses);
}
