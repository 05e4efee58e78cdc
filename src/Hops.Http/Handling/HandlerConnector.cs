using System.Net.Sockets;
using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;

namespace Hops.Http.Handling;

/// <summary>Connects a <see cref="SocketsHttpHandler"/> as a guard does.</summary>
internal sealed class HandlerConnector(GuardPolicy policy, HopNetwork network, GuardTelemetry telemetry)
{
    /// <summary>The address of a request whose scheme has been reported: what a redirect makes of it has not.</summary>
    public static readonly HttpRequestOptionsKey<Uri> Reported = new("Hops.Http.Reported");

    private readonly GuardedConnector _connector = new(policy, network, telemetry);

    /// <summary>The connect callback of <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="HopGuardException">Refused.</exception>
    /// <exception cref="SocketException">No connection.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler follows redirects from http to any scheme, behind the handler that judges requests. On a connection that is there, another
        // scheme is only a word.
        HttpRequestMessage request = context.InitialRequestMessage;
        if (request.RequestUri is not { } uri || policy.JudgeScheme(uri) is not { } refusal)
        {
            return _connector.ConnectAsync(context.DnsEndPoint, cancellationToken);
        }

        if (!request.Options.TryGetValue(Reported, out Uri? reported) || !ReferenceEquals(reported, uri))
        {
            telemetry.Decided(refusal.EndPoint, refusal.Reason, policy.Mode, refusal);
        }

        return policy.Mode == HopGuardMode.Enforce
            ? ValueTask.FromException<Stream>(refusal)
            : _connector.ConnectUnjudgedAsync(context.DnsEndPoint, cancellationToken);
    }
}
