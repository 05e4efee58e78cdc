using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Http.Policy;
using Hops.Http.Telemetry;

namespace Hops.Http.Connecting;

/// <summary>
/// Makes the connections of a guarded handler, and judges each before a byte is sent: first its address, then its distance. A name is looked up once for each connection, and the
/// address that is judged is the address that is used.
/// </summary>
internal sealed class GuardedConnector(GuardPolicy policy, IHopNetwork network, GuardTelemetry telemetry)
{
    // The owner of a name decides how many addresses it has. All are judged; of those that are allowed, so many are tried.
    private static readonly int MaximumAddresses = new HopDialerOptions().MaximumAddresses;

    /// <summary>The connect callback of <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="HopGuardException">Refused.</exception>
    /// <exception cref="SocketException">No connection.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler follows redirects from http to any scheme, behind the handler that judges requests. On a connection that is there, another scheme is only a word.
        if (policy.Mode == HopGuardMode.Enforce && context.InitialRequestMessage.RequestUri is { } uri && policy.JudgeScheme(uri) is { } refusal)
        {
            telemetry.Decided(refusal.EndPoint, refusal.Reason, policy.Mode, refusal);
            return ValueTask.FromException<Stream>(refusal);
        }

        return ConnectAsync(context.DnsEndPoint, cancellationToken);
    }

    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        // An IPv6 address of a URL comes in its brackets.
        if (HostName.WithoutBrackets(endPoint.Host) is { } address)
        {
            endPoint = new DnsEndPoint(address, endPoint.Port);
        }

        Verdicts verdicts = new(endPoint);
        IReadOnlyList<IPAddress> addresses = OfFamily(endPoint.Host, await network.ResolveAsync(endPoint.Host, cancellationToken).ConfigureAwait(false));
        IReadOnlyList<IPAddress> candidates = HostAddresses.Interleave(JudgeAddresses(addresses, verdicts), MaximumAddresses);
        bool anyMeasured = false;
        while (true)
        {
            if (candidates.Count == 0 || (verdicts.Refused && !policy.AllowMixed && policy.Mode == HopGuardMode.Enforce))
            {
                // Of addresses that were not measured nobody knows whether they are allowed.
                throw Refuse(verdicts, anyLeft: candidates.Count > 0 && !anyMeasured);
            }

            long start = Stopwatch.GetTimestamp();
            MeasuredConnection connection;
            try
            {
                connection = await network.ConnectAsync(candidates, endPoint.Port, cancellationToken).ConfigureAwait(false);
            }
            catch when (verdicts.Refused && policy.Mode == HopGuardMode.ReportOnly)
            {
                // Where refusing is on, it would not have come to this failure.
                Report(verdicts, anyLeft: false);
                throw;
            }

            HopGuardReason? reason = policy.Judge(endPoint.Host, connection.Address, connection.Distance);
            anyMeasured = true;
            telemetry.Measured(connection.Distance, Stopwatch.GetElapsedTime(start));
            verdicts.Add(connection.Address, reason, connection.Distance, connection.WhyUnknown);
            if (reason is null || policy.Mode == HopGuardMode.ReportOnly)
            {
                Report(verdicts, anyLeft: candidates.Count > 1);
                return connection.Stream;
            }

            // Nothing was sent, nothing is read.
            await connection.Stream.DisposeAsync().ConfigureAwait(false);
            int before = candidates.Count;
            candidates = Without(connection.Address, candidates);
            if (candidates.Count == before)
            {
                throw Refuse(verdicts, anyLeft: false);
            }
        }
    }

    /// <summary>An IPv4-mapped address is connected to as the IPv4 address.</summary>
    private static IPAddress[] Without(IPAddress connected, IReadOnlyList<IPAddress> candidates) =>
        [.. candidates.Where(candidate => !candidate.Equals(connected) && !(candidate.IsIPv4MappedToIPv6 && candidate.MapToIPv4().Equals(connected)))];

    /// <summary>For a client of one family there are no addresses of the other.</summary>
    private IReadOnlyList<IPAddress> OfFamily(string host, IReadOnlyList<IPAddress> addresses)
    {
        if (policy.AddressFamily == AddressFamily.Unspecified)
        {
            return addresses;
        }

        // An IPv4-mapped address is connected to as the IPv4 address.
        bool ofIPv6 = policy.AddressFamily == AddressFamily.InterNetworkV6;
        IPAddress[] wanted = [.. addresses.Where(a => ofIPv6 == (a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv4MappedToIPv6))];
        return wanted.Length > 0 ? wanted : throw new SocketException((int)SocketError.NoData, $"{host} has no {(ofIPv6 ? "IPv6" : "IPv4")} address");
    }

    /// <returns>The addresses that may be connected to; in report-only mode all.</returns>
    private IReadOnlyList<IPAddress> JudgeAddresses(IReadOnlyList<IPAddress> addresses, Verdicts verdicts)
    {
        List<IPAddress>? allowed = null;
        for (int i = 0; i < addresses.Count; i++)
        {
            if (policy.Judge(addresses[i]) is { } reason)
            {
                verdicts.Add(addresses[i], reason, null);
                allowed ??= [.. addresses.Take(i)];
            }
            else
            {
                allowed?.Add(addresses[i]);
            }
        }

        return allowed is null || policy.Mode == HopGuardMode.ReportOnly ? addresses : allowed;
    }

    private HopGuardException Refuse(Verdicts verdicts, bool anyLeft)
    {
        HopGuardException refusal = verdicts.ToException(policy, anyLeft);
        telemetry.Decided(verdicts.EndPoint, refusal.Reason, policy.Mode, refusal);
        return refusal;
    }

    private void Report(Verdicts verdicts, bool anyLeft)
    {
        if (verdicts.Refused && policy.Mode == HopGuardMode.ReportOnly)
        {
            HopGuardException wouldBe = verdicts.ToException(policy, anyLeft && policy.AllowMixed);
            telemetry.Decided(verdicts.EndPoint, wouldBe.Reason, policy.Mode, wouldBe);
        }
        else
        {
            telemetry.Decided(verdicts.EndPoint, null, policy.Mode, null);
        }
    }
}
