using System.Net;
using Hops.Guard.Connecting;

namespace Hops.Recipes.Tests.Support;

/// <summary>A network with a few names of its own; all else is the other network's.</summary>
internal sealed class NamedNetwork(HopNetwork inner, Dictionary<string, string> names) : HopNetwork
{
    public override string Source => inner.Source;

    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        names.TryGetValue(host, out string? address) ? [IPAddress.Parse(address)] : await inner.ResolveAsync(host, cancellationToken);

    public override ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken) =>
        inner.ConnectAsync(addresses, port, cancellationToken);

    public override ValueTask VerifyAsync(CancellationToken cancellationToken) => inner.VerifyAsync(cancellationToken);
}
