using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>An independent program looks at the same packets.</summary>
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
        HopMeter meter = HopMeter.Open();
        using LabNetwork lab = LabNetwork.Create(Routers);
        // Every TTL that survives the routers.
        LabServer[] servers = [.. Enumerable.Range(Routers + 1, 255 - Routers).Select(ttl => LabServer.Start(lab.Server, initialTtl: ttl))];
        string filter = family == AddressFamily.InterNetwork ? "tcp[tcpflags] == tcp-syn|tcp-ack" : "ip6 proto 6 and ip6[53] == 0x12";
        using Process witness = lab.Client.Run(() => Process.Start(new ProcessStartInfo(tcpdump, ["-i", "toserver", "-n", "-v", "-l", "--immediate-mode", "-s", "128", "-B", "4096", filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
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
                using Socket socket = Connecting.NewSocket(lab.Client, family);
                HopDistance? distance = Connecting.Measure(meter, socket, lab.ServerAddress(family), servers[i % servers.Length].Port);
                // The same local port may serve two connections: then the pair of ports tells them apart.
                int local = ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
                ours.Add((local << 16) | servers[i % servers.Length].Port, distance!.Value.ReceivedTtl);
            }

            Dictionary<int, int> theirs = [];
            while (theirs.Count < Connections && await ReadPacketAsync(witness.StandardOutput) is { } packet)
            {
                theirs.Add(packet.Ports, packet.Ttl);
            }

            Assert.Equal(Connections, theirs.Count);
            Assert.Equal(theirs.OrderBy(static p => p.Key), ours.OrderBy(static p => p.Key));
            Assert.Equal(servers.Length, ours.Values.Distinct().Count());
        }
        finally
        {
            witness.Kill();
            await witness.WaitForExitAsync(CancellationToken.None);
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
