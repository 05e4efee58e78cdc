using System.Net;
using System.Net.Sockets;

namespace Hops.Http.Connecting;

/// <summary>The real network.</summary>
/// <param name="meter">Measures; null on a machine that cannot, where all distances are unknown.</param>
/// <param name="connectTimeout">For a connection.</param>
internal sealed class SocketNetwork(HopMeter? meter, TimeSpan connectTimeout) : IHopNetwork
{
    private readonly HopDialer? _dialer = meter is null ? null : new HopDialer(meter, new() { ConnectTimeout = connectTimeout });

    public string Source => meter is null ? "none" : meter.Source.ToString();

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);
}
