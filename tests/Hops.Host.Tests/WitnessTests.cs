using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Filters;
using Hops.Host.Tests.Sharing;
using Hops.Lab;
using Hops.Probing;
using Hops.Sources;
using Hops.Tests;
using Hops.TestSupport;

namespace Hops.Host.Tests;

/// <summary>All sources agree with each other, and with an independent program that looks at the same packets.</summary>
public sealed partial class WitnessTests
{
    private const int Routers = 2;
    private const int Connections = 1000;

    [Theory(Timeout = 60_000)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Tcpdump_reads_the_same_TTL_from_each_SYN_ACK(AddressFamily family)
    {
        Requires.Root();
        string tcpdump = Requires.Program("tcpdump", "tcpdump");
        using TemporaryShare share = new();
        using SocketFilter pinned = PinnedFilter.Open(share.Paths);
        using SocketFilter own = new(HopSource.SocketFilter, FilterPair.Load());
        SocketOption option = new();
        using LabNetwork lab = LabNetwork.Create(Routers);
        // Every TTL that survives the routers.
        LabServer[] servers = [.. Enumerable.Range(Routers + 1, 255 - Routers).Select(ttl => LabServer.Start(lab.Server, initialTtl: ttl))];
        Connecting.WarmUp(lab, servers[0].Port);
        string filter = family == AddressFamily.InterNetwork ? "tcp[tcpflags] == tcp-syn|tcp-ack" : "ip6 proto 6 and ip6[53] == 0x12";
        ProcessStartInfo watch = new(tcpdump, ["-i", "toserver", "-n", "-v", "-l", "--immediate-mode", "-s", "128", "-B", "4096", filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process witness = lab.Client.Run(() => Process.Start(watch)!);
        // All stay open to the end, so that no pair of ports is taken twice.
        List<Socket> open = [];
        try
        {
            string? started;
            do
            {
                started = await witness.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            }
            while (started?.StartsWith("tcpdump: listening", StringComparison.Ordinal) is false);

            Dictionary<int, int> ours = [];
            for (int i = 0; i < Connections; i++)
            {
                // Each TTL by each filter: a socket has room for one. The socket option goes with both.
                SocketFilter source = i / servers.Length % 2 == 0 ? own : pinned;
                int port = servers[i % servers.Length].Port;
                Socket socket = Connecting.NewSocket(lab.Client, family);
                open.Add(socket);
                source.Arm(socket);
                if (option.Measures(family))
                {
                    option.Arm(socket);
                }

                socket.Connect(lab.ServerAddress(family), port);
                int ttl = source.Read(socket);
                Assert.Equal(ttl, option.Measures(family) ? option.Read(socket) : ttl);
                socket.LingerState = new LingerOption(true, 0);
                // The same local port may serve two connections: then the pair of ports tells them apart.
                ours.Add((((IPEndPoint)socket.LocalEndPoint!).Port << 16) | port, ttl);
            }

            Dictionary<int, int> theirs = [];
            while (theirs.Count < Connections && await ReadPacketAsync(witness.StandardOutput) is { } packet)
            {
                theirs.Add(packet.Ports, packet.Ttl);
            }

            Assert.Equal(Connections, theirs.Count);
            Assert.Equal(theirs.OrderBy(static p => p.Key), ours.OrderBy(static p => p.Key));
            Assert.Equal(servers.Length, ours.Values.Distinct().Count());

            // Connections of its own, so of a few TTLs.
            for (int i = 0; i < servers.Length; i += 28)
            {
                ProbeResult probed = await MinimumTtlProbe.MeasureAsync(
                    new IPEndPoint(lab.ServerAddress(family), servers[i].Port),
                    TimeSpan.FromSeconds(10),
                    f => Connecting.NewSocket(lab.Client, f),
                    TestContext.Current.CancellationToken);
                Assert.Equal((ProbeOutcome.Measured, i + 1), (probed.Outcome, probed.Distance?.ReceivedTtl));
            }
        }
        finally
        {
            witness.Kill();
            await witness.WaitForExitAsync(CancellationToken.None);
            open.ForEach(static socket => socket.Dispose());
            Array.ForEach(servers, static s => s.Dispose());
        }
    }

    private static async Task<(int Ports, int Ttl)?> ReadPacketAsync(StreamReader output)
    {
        string text = "";
        while (await output.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            text += line;
            if (SynAck().Match(text) is { Success: true } match)
            {
                int[] numbers = [.. match.Groups.Values.Skip(1).Select(static g => int.Parse(g.Value, CultureInfo.InvariantCulture))];
                return ((numbers[2] << 16) | numbers[1], numbers[0]);
            }
        }

        return null;
    }

    // … ttl 62, … 198.18.2.2.40001 > 198.18.0.1.51234: Flags [S.] …
    [GeneratedRegex(@"(?:ttl|hlim) (\d+),.*? \S+\.(\d+) > \S+\.(\d+): Flags \[S\.\]")]
    private static partial Regex SynAck();
}
