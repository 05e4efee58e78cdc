using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.Tests;
using Hops.TestSupport;

namespace Hops.Http.Tests;

/// <summary>Near servers, and machines that are not servers, that try to be let through.</summary>
public sealed class ServerAttackTests(GuardLab lab) : IClassFixture<GuardLab>
{
    private const int Minimum = 3;

    /// <summary>The position of the server, its initial TTL, and the guard's verdict.</summary>
    [Theory]
    [InlineData(0, 1, "Implausible")]
    [InlineData(0, 31, "Implausible")]
    [InlineData(0, 32, "Implausible")]
    [InlineData(0, 65, "Implausible")]
    [InlineData(0, 129, "Implausible")]
    [InlineData(1, 2, "Implausible")]
    [InlineData(1, 33, "Implausible")]
    [InlineData(1, 65, "Near")]
    [InlineData(1, 129, "Near")]
    [InlineData(2, 67, "Implausible")]
    [InlineData(2, 128, "Near")]
    [InlineData(2, 255, "Near")]
    [InlineData(5, 32, "Implausible")]
    [InlineData(5, 128, "200")]
    [InlineData(5, 255, "200")]
    public void An_odd_initial_TTL_does_not_make_a_near_server_far(int distance, int ttl, string expected)
    {
        lab.Start();
        NetworkNamespace host = lab.Network.HostAt(distance);
        try
        {
            SetInitialTtl(host, ttl);
            foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
            {
                Report report = lab.Run(GuardLab.Options(Minimum), $"https://{new IPEndPoint(lab.Address(distance, family), 443)}/");
                Assert.Equal(expected, Assert.Single(report.Fetches).Outcome);
                Arrivals arrived = lab.Take(distance);
                Assert.Equal((1, expected == "200"), (arrived.Connections, arrived.Bytes > 0));
            }
        }
        finally
        {
            SetInitialTtl(host, 64);
        }
    }

    /// <summary>
    /// The near server, or a host beside it that knows addresses and ports, sends a SYN+ACK that looks far before the real one. Then the distance is unknown,
    /// also when measured again.
    /// </summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_forged_answer_beside_the_real_one_makes_a_server_unknown_and_not_far(AddressFamily family)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        using GuardedService service = new(server.Lab.Client, []);
        using Socket sniffer = server.Lab.Server.Run(() => new Socket(family, SocketType.Raw, ProtocolType.Tcp));
        sniffer.Bind(new IPEndPoint(server.EndPoint.Address, 0));
        Errand errand = new(GuardLab.Options(Minimum), [$"https://{server.EndPoint}/"]);
        Task<Report> running = Task.Run(() => service.Run(errand), TestContext.Current.CancellationToken);
        for (int connection = 0; connection < 2; connection++)
        {
            await server.ReceiveSynAsync();
            server.Forge("synack");
            server.Send(Segment.Syn | Segment.Ack, HandMadeServer.Sequence, server.ClientSequence + 1, HandMadeServer.RealTtl);
        }

        Assert.Equal("Unknown", Assert.Single((await running).Fetches).Outcome);
        Assert.Equal(0, PayloadIn(sniffer, family));
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up()
    {
        lab.Start();
        foreach (int distance in (int[])[0, GuardLab.FarDistance])
        {
            using Socket silent = lab.Network.HostAt(distance).Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            IPEndPoint endPoint = SilentListener.Listen(silent, lab.Address(distance));
            long start = Stopwatch.GetTimestamp();
            Report report = lab.Run(GuardLab.Options(Minimum, ("ConnectTimeout", "00:00:01")), $"https://{endPoint}/");
            Assert.Contains(
                $"{endPoint.Address} port {endPoint.Port} did not answer within 1 s", Assert.Single(report.Fetches).Outcome, StringComparison.Ordinal);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void A_server_that_resets_what_it_accepted_fails_and_gets_nothing_when_it_is_near()
    {
        lab.Start();
        foreach ((int distance, string expected) in ((int, string)[])[(0, "^Near$|^HttpRequestException: "), (GuardLab.FarDistance, "^HttpRequestException: ")])
        {
            using Socket listener = lab.Network.HostAt(distance).Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            listener.Bind(new IPEndPoint(lab.Address(distance), 0));
            listener.Listen();
            _ = ResetAsync(listener);
            string[] urls = [.. Enumerable.Repeat($"https://{listener.LocalEndPoint}/", 20)];
            Report report = lab.Run(new Errand(GuardLab.Options(Minimum), urls, NewConnections: true));
            Assert.All(report.Fetches, fetch => Assert.Matches(expected, fetch.Outcome));
        }

        Assert.Equal(0, lab.Take(0).Bytes);
    }

    [Theory]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("ALL_PROXY")]
    public void A_proxy_that_the_environment_names_gets_nothing(string variable)
    {
        lab.Start();
        // Even a proxy that is far enough could connect to near servers for the client.
        foreach (int proxy in (int[])[0, 3])
        {
            using GuardedService service = lab.NewService((variable, $"http://{lab.Address(proxy)}:80"));
            string[] urls = [$"https://{lab.Address(GuardLab.FarDistance)}/", $"https://{lab.Address(0)}:8443/"];
            Report report = service.Run(new Errand(GuardLab.Options(Minimum), urls, lab.Certificate));
            Assert.Equal(["5", null], report.Fetches.Select(static fetch => fetch.Body));
            Assert.Equal("Near", report.Fetches[1].Outcome);
            Assert.Equal((0, Arrivals.None), (lab.Take(0).Bytes, lab.Take(3)));
            Assert.Contains(report.Log, line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains(variable, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// A server that offers HTTP/3 for its next requests. Where .NET finds no QUIC it would not take the offer anyway: <see cref="VersionTests"/> shows that it
    /// is not asked to.
    /// </summary>
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    [InlineData("3.0")]
    public void An_offer_of_HTTP_3_is_not_taken(string version)
    {
        lab.Start();
        string url = $"https://{lab.Address(GuardLab.FarDistance)}/h3";
        Report report = lab.Run(new Errand(GuardLab.Options(Minimum), [url, url, url], lab.Certificate, Version: version));
        Assert.All(report.Fetches, fetch => Assert.Equal(version == "3.0" ? (null, HopGuardReason.Version) : ("2.0", null), (fetch.Version, fetch.Reason)));
        Assert.Equal(0, lab.Take(GuardLab.FarDistance).Datagrams);
    }

    private static void SetInitialTtl(NetworkNamespace host, int ttl)
    {
        host.SetSysctl("net/ipv4/ip_default_ttl", ttl);
        host.SetSysctl("net/ipv6/conf/toclient/hop_limit", ttl);
    }

    private static async Task ResetAsync(Socket listener)
    {
        try
        {
            for (; ; )
            {
                Socket connection = await listener.AcceptAsync().ConfigureAwait(false);
                connection.LingerState = new LingerOption(true, 0);
                connection.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>Bytes of payload in all TCP segments that arrived: at least the two SYNs are there.</summary>
    private static int PayloadIn(Socket sniffer, AddressFamily family)
    {
        byte[] buffer = new byte[4096];
        int segments = 0;
        int payload = 0;
        while (sniffer.Available > 0)
        {
            int length = sniffer.Receive(buffer);
            int header = family == AddressFamily.InterNetwork ? (buffer[0] & 15) * 4 : 0;
            payload += length - header - ((buffer[header + 12] >> 4) * 4);
            segments++;
        }

        Assert.True(segments >= 2, segments.ToString(CultureInfo.InvariantCulture));
        return payload;
    }
}
