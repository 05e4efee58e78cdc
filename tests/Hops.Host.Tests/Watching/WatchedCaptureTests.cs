using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>The reports of a watch agree with tcpdump, on a network where every packet starts with another TTL.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedCaptureTests
{
    private const int Routers = 3;

    [Theory]
    [InlineData(KernelSide.Header, false)]
    [InlineData(KernelSide.Packets, false)]
    [InlineData(KernelSide.Header, true)]
    [InlineData(KernelSide.Packets, true)]
    public Task Each_handshake_on_the_wire_is_told_once_at_both_ends_and_nothing_else(KernelSide side, bool withAll) =>
        JudgeAsync(side, withAll, WebClient.All, connections: 50);

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public Task Each_of_many_handshakes_on_the_wire_is_told_once_at_both_ends_and_nothing_else(KernelSide side) =>
        JudgeAsync(side, withAll: false, [.. Enumerable.Repeat(WebClient.All[0], 8), .. WebClient.All, .. WebClient.Large], connections: 6_250);

    [Theory]
    [InlineData(KernelSide.Header, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetworkV6)]
    public async Task Handshakes_of_a_server_that_connects_to_another_are_told_as_its_own(KernelSide side, AddressFamily family)
    {
        Requires.Root();
        const int Requests = 100;
        using LabNetwork network = LabNetwork.Create(Routers);
        using NginxServer server = new(network.Server, 1);
        IPEndPoint end = new(network.ServerAddress(family), server.Ports[0]);
        using NginxServer proxy = new(network.Client, 1, proxyOf: end);
        MixedTtls.Set(network.Client);
        MixedTtls.Set(network.Server);
        using HandshakeCapture capture = new(network);
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Outgoing });
        for (int i = 0; i < Requests; i++)
        {
            using Socket client = network.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            client.Connect(IPAddress.Loopback, proxy.Ports[0]);
            client.Send("GET / HTTP/1.0\r\n\r\n"u8);
            byte[] answer = new byte[1024];
            while (client.Receive(answer) > 0)
            {
            }
        }

        watch.Stop();
        List<WatchedConnection> told = await ToldConnections.ReadAsync(watch, one => one.RemoteEndPoint.Equals(end));
        List<Handshake> handshakes = [.. capture.Stop().Where(static handshake => handshake.IsAnsweredOnce)];
        Assert.InRange(handshakes.Count, Requests - 1, Requests);
        Assert.Equal(
            handshakes.Select(handshake => $"{EndsOf(handshake)}: TTL {handshake.AnswerTtl - Routers}, nginx {proxy.ProcessId}").Order(StringComparer.Ordinal),
            told.Where(one => handshakes.Any(handshake => EndsOf(handshake) == EndsOf(one)))
                .Select(static one => $"{EndsOf(one)}: TTL {one.Distance?.ReceivedTtl}, {one.Command} {one.ProcessId}").Order(StringComparer.Ordinal));
    }

    /// <param name="side">Of the kernel.</param>
    /// <param name="withAll">Whether all else is asked for that becomes of connections.</param>
    /// <param name="clients">Each one process that connects to a port of its own.</param>
    /// <param name="connections">Of curl for each family; others are slower and make a tenth if these are many.</param>
    private static async Task JudgeAsync(KernelSide side, bool withAll, WebClient[] clients, int connections)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(Routers);
        using NginxServer server = new(network.Server, clients.Length);
        MixedTtls.Set(network.Client);
        MixedTtls.Set(network.Server);
        network.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "10000 65000\n"));
        using HandshakeCapture capture = new(network);
        HostWatchOptions options = new() { Side = side, WithClosed = withAll, WithDrift = withAll, WithExisting = withAll, RingCapacity = 64 << 20 };
        using HostWatch watch = HostWatch.Start(options);
        IPAddress[] addresses = [network.ServerAddress(AddressFamily.InterNetwork), network.ServerAddress(AddressFamily.InterNetworkV6)];
        Task<List<WatchedConnection>> reading = ToldConnections.ReadAsync(
            watch,
            one => one.Event == ConnectionEvent.Opened && (addresses.Contains(one.LocalEndPoint.Address) || addresses.Contains(one.RemoteEndPoint.Address)));
        int[] processes;
        try
        {
            processes = RunToEnd(network, server, clients, connections);
        }
        finally
        {
            watch.Stop();
        }

        List<WatchedConnection> told = await reading;
        List<Handshake> handshakes = capture.Stop();
        Assert.Equal(clients.Sum(client => 2 * CountOf(client, connections)), handshakes.Count);
        Assert.Equal(0, watch.Lost);
        // A SYN+ACK that was sent again, on a machine that is busy with other things, had two TTLs.
        HashSet<string> leftOut = [.. handshakes.Where(static handshake => !handshake.IsAnsweredOnce).Select(static handshake => EndsOf(handshake))];
        Assert.InRange(leftOut.Count, 0, handshakes.Count / 1000);
        Assert.Equal(
            handshakes.Where(handshake => !leftOut.Contains(EndsOf(handshake))).SelectMany(Expected).Order(StringComparer.Ordinal),
            told.Where(one => !leftOut.Contains(EndsOf(one))).Select(Text).Order(StringComparer.Ordinal));
        // Programs that may not read the kernel's memory leave the command to /proc, which forgets it when the process ends.
        Assert.All(told, one => Assert.True(one.Command is null ? side == KernelSide.Packets : one.Command.StartsWith(NameOf(one), StringComparison.Ordinal)));

        IEnumerable<string> Expected(Handshake handshake)
        {
            int process = processes[Array.IndexOf(server.Ports, handshake.Server.Port)];
            yield return $"Outgoing {EndsOf(handshake)}: TTL {handshake.AnswerTtl - Routers}, process {process}";
            yield return $"Incoming {EndsOf(handshake)}: TTL {handshake.AcknowledgementTtl}, process {server.ProcessId}";
        }

        static string Text(WatchedConnection one) => $"{one.Direction} {EndsOf(one)}: TTL {one.Distance?.ReceivedTtl}, process {one.ProcessId}";

        string NameOf(WatchedConnection one) =>
            one.Direction == ConnectionDirection.Incoming ? "nginx" : clients[Array.IndexOf(server.Ports, one.RemoteEndPoint.Port)].Program;
    }

    private static string EndsOf(Handshake handshake) => $"{handshake.Client} to {handshake.Server}";

    private static string EndsOf(WatchedConnection told) => told.Direction == ConnectionDirection.Outgoing
        ? $"{told.LocalEndPoint} to {told.RemoteEndPoint}"
        : $"{told.RemoteEndPoint} to {told.LocalEndPoint}";

    private static int CountOf(WebClient client, int connections) => client.Program == "curl" || connections < 1000 ? connections : connections / 10;

    private static int[] RunToEnd(LabNetwork network, NginxServer server, WebClient[] clients, int connections)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hops-clients-");
        List<Process> running = [];
        try
        {
            running.AddRange(clients.Select((client, i) => client.Start(network, server.Ports[i], CountOf(client, connections), folder.FullName)));
            foreach (Process process in running)
            {
                string said = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, said);
            }

            return [.. running.Select(static process => process.Id)];
        }
        finally
        {
            foreach (Process process in running)
            {
                process.Kill();
                process.WaitForExit();
                process.StandardError.Dispose();
                process.Dispose();
            }

            folder.Delete(recursive: true);
        }
    }
}
