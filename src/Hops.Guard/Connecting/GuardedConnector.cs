using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Guard.Watching;

namespace Hops.Guard.Connecting;

/// <summary>
/// Makes the connections of a guard, and checks each before a byte is sent: first its address, then its distance. A name is looked up once for each connection,
/// and the address that is checked is the address that is used. In report-only mode it makes the same checks, reports the refusals, and uses the connection
/// anyway.
/// </summary>
internal sealed class GuardedConnector(GuardPolicy policy, HopNetwork network, GuardTelemetry telemetry)
{
    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    // The owner of a name decides how many addresses it has. All are judged; of those that are allowed, so many are tried.
    private static readonly int MaximumAddresses = new HopDialerOptions().MaximumAddresses;

    private readonly NearHostAddresses? _nearHosts = policy.MatchNearHostsByAddress ? new(policy.NearHosts, network) : null;

    /// <summary>The <see cref="ValueTask{TResult}"/> may be awaited once: what it holds is used again for the next connection.</summary>
    /// <exception cref="HopGuardException">Refused.</exception>
    /// <exception cref="SocketException">No connection.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint named, CancellationToken cancellationToken)
    {
        DnsEndPoint endPoint = HostName.WithoutBrackets(named);
        if (policy.JudgeName(endPoint) is { } refusedName)
        {
            telemetry.Decided(endPoint, refusedName.Reason, policy.Mode, refusedName);
            return policy.Mode == HopGuardMode.Enforce ? throw refusedName : await ConnectUnjudgedAsync(endPoint, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<IPAddress> addresses = await ResolveAsync(endPoint, cancellationToken).ConfigureAwait(false);
        Verdicts verdicts = new(endPoint);
        IReadOnlyList<IPAddress> allowed = JudgeAddresses(endPoint, addresses, ref verdicts);
        bool isMixed = verdicts.Refused && allowed.Count > 0 && !policy.AllowMixed;
        IReadOnlyList<IPAddress> candidates = HostAddresses.Interleave(allowed, MaximumAddresses);
        bool isSilent = false;
        Stream? refused = null;
        try
        {
            while (candidates.Count > 0 && (!verdicts.Refused || policy.AllowMixed))
            {
                long start = Stopwatch.GetTimestamp();
                MeasuredConnection connection;
                try
                {
                    using GuardedConnect.Mark mark = GuardedConnect.Begin();
                    connection = await network.ConnectAsync(candidates, endPoint.Port, cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException) when (verdicts.Refused)
                {
                    // Without the guard one of the refused addresses might have been used: it is the guard that fails this connection.
                    isSilent = true;
                    break;
                }

                HopGuardReason? reason = policy.Judge(endPoint.Host, connection.Address, connection.Distance);
                telemetry.Measured(connection.Distance, Stopwatch.GetElapsedTime(start));
                if (reason is not { } why || (_nearHosts is not null && await IsOfNearHostAsync(connection, cancellationToken).ConfigureAwait(false)))
                {
                    telemetry.Decided(endPoint, null, policy.Mode, null);
                    return connection.Stream;
                }

                // Nothing was sent, nothing is read. Of several the last is kept, which gives the reason.
                await DiscardAsync(refused).ConfigureAwait(false);
                refused = connection.Stream;
                verdicts.Add(connection.Address, why, connection.Distance, whyUnknown: connection.WhyUnknown);
                IPAddress[] left = Without(connection.Address, candidates);
                candidates = left.Length < candidates.Count ? left : [];
            }

            HopGuardException refusal = verdicts.ToException(policy, isMixed, isSilent);
            telemetry.Decided(endPoint, refusal.Reason, policy.Mode, refusal);
            if (policy.Mode == HopGuardMode.Enforce)
            {
                throw refusal;
            }

            Stream used = refused ?? await ConnectUnjudgedAsync(endPoint, addresses, cancellationToken).ConfigureAwait(false);
            refused = null;
            return used;
        }
        finally
        {
            await DiscardAsync(refused).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsOfNearHostAsync(MeasuredConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await _nearHosts!.ContainsAsync(connection.Address, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await DiscardAsync(connection.Stream).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Closes a connection with a reset. An ordinary close would leave a socket in TIME_WAIT here for a minute each, so that users who supply addresses could
    /// exhaust the ports (RFC 9293, section 3.3.2).
    /// </summary>
    private static ValueTask DiscardAsync(Stream? refused)
    {
        if (refused is not NetworkStream { Socket: Socket socket })
        {
            return refused?.DisposeAsync() ?? ValueTask.CompletedTask;
        }

        try
        {
            socket.LingerState = Reset;
        }
        catch (SocketException)
        {
            // The server has closed it already.
        }

        // Not the stream, which would begin an ordinary end before it closes.
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Connects without checks: for report-only mode, after the refusal has been reported.</summary>
    public ValueTask<Stream> ConnectUnjudgedAsync(DnsEndPoint named, CancellationToken cancellationToken) =>
        ConnectUnjudgedAsync(HostName.WithoutBrackets(named), null, cancellationToken);

    private async ValueTask<Stream> ConnectUnjudgedAsync(DnsEndPoint endPoint, IReadOnlyList<IPAddress>? addresses, CancellationToken cancellationToken)
    {
        addresses ??= await ResolveAsync(endPoint, cancellationToken).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<IPAddress> candidates = HostAddresses.Interleave(addresses, MaximumAddresses);
        using GuardedConnect.Mark mark = GuardedConnect.Begin();
        MeasuredConnection connection = await network.ConnectAsync(candidates, endPoint.Port, cancellationToken).ConfigureAwait(false);
        telemetry.Measured(connection.Distance, Stopwatch.GetElapsedTime(start));
        return connection.Stream;
    }

    /// <summary>An IPv4-mapped address is connected to as the IPv4 address.</summary>
    private static IPAddress[] Without(IPAddress connected, IReadOnlyList<IPAddress> candidates) =>
        [.. candidates.Where(candidate => !candidate.Equals(connected) && !(candidate.IsIPv4MappedToIPv6 && candidate.MapToIPv4().Equals(connected)))];

    /// <summary>For a client of one family there are no addresses of the other.</summary>
    private async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await network.ResolveAsync(endPoint.Host, cancellationToken).ConfigureAwait(false);
        if (policy.AddressFamily == AddressFamily.Unspecified)
        {
            return addresses;
        }

        // An IPv4-mapped address is connected to as the IPv4 address.
        bool ofIPv6 = policy.AddressFamily == AddressFamily.InterNetworkV6;
        IPAddress[] wanted = [.. addresses.Where(a => ofIPv6 == (a.AddressFamily == AddressFamily.InterNetworkV6 && !a.IsIPv4MappedToIPv6))];
        return wanted.Length > 0 ? wanted : throw new SocketException((int)SocketError.NoData, $"{endPoint.Host} has no {(ofIPv6 ? "IPv6" : "IPv4")} address");
    }

    /// <returns>The addresses that may be connected to.</returns>
    private IReadOnlyList<IPAddress> JudgeAddresses(DnsEndPoint endPoint, IReadOnlyList<IPAddress> addresses, ref Verdicts verdicts)
    {
        List<IPAddress>? allowed = null;
        for (int i = 0; i < addresses.Count; i++)
        {
            if (policy.Judge(endPoint, addresses[i], out Exception? failure) is { } reason)
            {
                verdicts.Add(addresses[i], reason, null, failure);
                if (failure is not null)
                {
                    telemetry.FailedToJudge(endPoint, addresses[i], failure);
                }

                allowed ??= [.. addresses.Take(i)];
            }
            else
            {
                allowed?.Add(addresses[i]);
            }
        }

        return allowed ?? addresses;
    }
}
