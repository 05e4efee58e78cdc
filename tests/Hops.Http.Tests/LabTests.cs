using System.Net;
using System.Net.Sockets;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;
using Hops.TestSupport;

namespace Hops.Http.Tests;

/// <summary>Real web servers, over TLS, at several distances.</summary>
public sealed class LabTests(GuardLab lab) : IClassFixture<GuardLab>
{
    private static readonly int[] Distances = [0, 1, 2, 3, GuardLab.FarDistance];

    [Theory]
    [InlineData(1, AddressFamily.InterNetwork)]
    [InlineData(2, AddressFamily.InterNetwork)]
    [InlineData(3, AddressFamily.InterNetwork)]
    [InlineData(4, AddressFamily.InterNetwork)]
    [InlineData(5, AddressFamily.InterNetwork)]
    [InlineData(6, AddressFamily.InterNetwork)]
    [InlineData(1, AddressFamily.InterNetworkV6)]
    [InlineData(2, AddressFamily.InterNetworkV6)]
    [InlineData(3, AddressFamily.InterNetworkV6)]
    [InlineData(4, AddressFamily.InterNetworkV6)]
    [InlineData(5, AddressFamily.InterNetworkV6)]
    [InlineData(6, AddressFamily.InterNetworkV6)]
    public void Exactly_the_near_are_refused_and_get_not_a_byte(int minimum, AddressFamily family)
    {
        lab.Start();
        string[] urls = [.. Distances.Select(distance => $"https://{new IPEndPoint(lab.Address(distance, family), 443)}/")];
        Report report = lab.Run(GuardLab.Options(minimum), urls);
        for (int i = 0; i < urls.Length; i++)
        {
            Fetch fetch = report.Fetches[i];
            Arrivals arrived = lab.Take(Distances[i]);
            if (Distances[i] >= minimum)
            {
                Assert.Equal((200, $"{Distances[i]}", "2.0"), (fetch.Status, fetch.Body, fetch.Version));
                Assert.Equal((1, true), (arrived.Connections, arrived.Bytes > 0));
                continue;
            }

            // The handshake of TCP, which measures, and the end of the connection.
            Assert.Equal(("Near", new Arrivals(Connections: 1, Open: 0, Bytes: 0, Datagrams: 0)), (fetch.Outcome, arrived));
            IPAddress address = lab.Address(Distances[i], family);
            Assert.Contains(
                $"{address} port 443 was refused: {address} is {Distances[i]} {(Distances[i] == 1 ? "hop" : "hops")} (TTL {64 - Distances[i]} of 64), "
                    + $"and the minimum is {minimum}",
                fetch.Error,
                StringComparison.Ordinal);
        }

        Assert.Equal(
            [$"Information: Hop guard 'strangers': measures by SocketFilter, minimum {minimum} hops, Enforce"],
            report.Log.Where(static line => line.Contains("measures", StringComparison.Ordinal)));
    }

    /// <summary>Otherwise users who may name addresses could use up the ports of the service, because each port waits for a minute.</summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_thousand_refusals_leave_no_socket_in_TIME_WAIT(AddressFamily family)
    {
        const int refusals = 1000;
        lab.Start();
        IPEndPoint near = new(lab.Address(0, family), 8443);
        int before = Waiting();
        Report report = lab.Run(GuardLab.Options(3), [.. Enumerable.Repeat($"https://{near}/", refusals)]);
        Assert.All(report.Fetches, static fetch => Assert.Equal("Near", fetch.Outcome));
        Assert.Equal(before, Waiting());

        // Ports are free at once, and used again: there are fewer of them than connections.
        Arrivals arrived = lab.Take(0);
        Assert.Equal((0, 0), (arrived.Bytes, arrived.Datagrams));
        Assert.InRange(arrived.Connections, 1, refusals);

        // A connection that ends in the ordinary way waits.
        using (Socket plain = lab.Network.Client.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp)))
        {
            plain.Connect(near);
        }

        Assert.Equal(before + 1, Waiting());

        int Waiting() => lab.Network.Client.Run(() => Command.Run("ss", "-Htan", "state", "time-wait", "dst", $"{near}")).Count(static c => c == '\n');
    }
}
