using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// A watch beside tcpdump, which looks at the same packets of other people's programs: every handshake that one sees the other tells, with the same TTL.
/// </summary>
[Collection(nameof(HostWatchTests))]
public sealed class CaptureTests
{
    // So many connections, with reading to the end: the server closes first, and the client's ports are free again.
    private const string Perl = """
        use Socket qw(:DEFAULT getaddrinfo);
        my ($host, $port, $count) = @ARGV;
        my ($error, $to) = getaddrinfo($host, $port, { socktype => SOCK_STREAM });
        die $error if $error;
        for (1..$count) {
            socket(my $socket, $to->{family}, SOCK_STREAM, 0) or die "socket: $!";
            connect($socket, $to->{addr}) or die "connect: $!";
            syswrite($socket, "GET / HTTP/1.0\r\n\r\n");
            while (sysread($socket, my $bytes, 4096)) {}
            close($socket);
        }
        """;

    private const string Python = """
        import socket, sys
        for _ in range(int(sys.argv[3])):
            with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
                s.sendall(b"GET / HTTP/1.0\r\n\r\n")
                while s.recv(4096): pass
        """;

    private const string Java = """
        import java.net.Socket;
        class Connect {
            public static void main(String[] args) throws Exception {
                for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                    try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]))) {
                        socket.getOutputStream().write("GET / HTTP/1.0\\r\\n\\r\\n".getBytes());
                        socket.getInputStream().readAllBytes();
                    }
                }
            }
        }
        """;

    private const string Bash = """
        for ((i = 0; i < $3; i++)); do
            exec 3<>"/dev/tcp/$1/$2"; printf 'GET / HTTP/1.0\r\n\r\n' >&3; while read -r -u 3 _; do :; done; exec 3>&-
        done
        """;

    private const int Port = 80;
    private const int ProxyPort = 81;

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-capture-").FullName;

    [Theory]
    [InlineData(KernelSide.Header, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Header, AddressFamily.InterNetworkV6)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetworkV6)]
    public Task Each_handshake_that_tcpdump_sees_is_told_with_its_ttl_and_no_other(KernelSide side, AddressFamily family) =>
        JudgeAsync(side, family, rounds: 2, 10, 50);

    [Theory]
    [InlineData(KernelSide.Header, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetworkV6)]
    [Trait("Length", "Long")]
    public Task Each_of_tens_of_thousands_of_handshakes_is_told(KernelSide side, AddressFamily family) => JudgeAsync(side, family, rounds: 5, 100, 5_000);

    private async Task JudgeAsync(KernelSide side, AddressFamily family, int rounds, int ofSlowClients, int ofQuickClients)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(2);
        string server = network.ServerAddress(family).ToString();
        bool isIpv6 = family == AddressFamily.InterNetworkV6;
        string authority = $"{(isIpv6 ? $"[{server}]" : server)}:{Port}";
        using Process nginx = StartNginx(network.Server, $"listen {authority}; return 200;", server);
        using Process proxy = StartNginx(
            network.Client, $"listen 127.0.0.1:{ProxyPort}; location / {{ proxy_pass http://{authority}; }}", "127.0.0.1", ProxyPort);
        using Process atClient = StartCapture(network.Client, "toserver", "client.pcap");
        using Process atServer = StartCapture(network.Server, "toclient", "server.pcap");
        using HostWatch watch = HostWatch.Start(new() { Side = side, RingCapacity = 128 << 20 });
        List<string> clients = [];
        foreach ((int ofServer, int ofClient) in (((int, int)[])[(128, 101), (99, 250), (64, 64), (255, 55), (200, 128)]).Take(rounds))
        {
            SetTtl(network.Server, "toclient", isIpv6, ofServer);
            SetTtl(network.Client, "toserver", isIpv6, ofClient);
            clients = network.Client.Run(() => RunClients(server, authority, ofSlowClients, ofQuickClients));
        }

        watch.Stop();
        Handshakes seenByClient = Handshakes.Read(End(atClient, "client.pcap"), atServer: false);
        Handshakes seenByServer = Handshakes.Read(End(atServer, "server.pcap"), atServer: true);
        (Dictionary<(IPEndPoint, IPEndPoint), List<int>> outgoing, Dictionary<(IPEndPoint, IPEndPoint), List<int>> incoming) = ([], []);
        HashSet<string?> commands = [];
        await foreach (WatchedConnection told in watch.WithCancellation(TestContext.Current.CancellationToken))
        {
            bool isOutgoing = told.Direction == ConnectionDirection.Outgoing;
            (IPEndPoint client, IPEndPoint to) = isOutgoing ? (told.LocalEndPoint, told.RemoteEndPoint) : (told.RemoteEndPoint, told.LocalEndPoint);
            if (to.Port != Port || to.Address.ToString() != server)
            {
                continue;
            }

            Dictionary<(IPEndPoint, IPEndPoint), List<int>> all = isOutgoing ? outgoing : incoming;
            if (!all.TryGetValue((client, to), out List<int>? ttls))
            {
                all[(client, to)] = ttls = [];
            }

            ttls.Add(told.Distance?.ReceivedTtl ?? 0);
            if (isOutgoing)
            {
                commands.Add(told.Command);
            }
            else
            {
                Assert.Equal(nginx.Id, told.ProcessId);
            }
        }

        End(nginx);
        End(proxy);
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(0, watch.Lost);
        Assert.InRange(outgoing.Values.Sum(static ttls => ttls.Count), rounds * 2 * ofQuickClients, int.MaxValue);
        AssertSame(seenByClient.Completed, outgoing);
        AssertSame(seenByServer.Completed, incoming);
        // With packets they are read while the processes live.
        Assert.Subset(new HashSet<string?>([.. clients, side == KernelSide.Packets ? null : ""]), commands);
        Assert.True(side == KernelSide.Packets || commands.Count == clients.Count, string.Join(", ", commands));
        TestContext.Current.TestOutputHelper?.WriteLine($"{outgoing.Values.Sum(static t => t.Count)} connections of {string.Join(", ", clients)}");
    }

    private static void AssertSame(Dictionary<(IPEndPoint, IPEndPoint), List<int>> seen, Dictionary<(IPEndPoint, IPEndPoint), List<int>> told)
    {
        Assert.Equal(seen.Count, told.Count);
        Assert.All(seen, pair => Assert.Equal(pair.Value, told.GetValueOrDefault(pair.Key)));
    }

    /// <returns>The commands that connected.</returns>
    private List<string> RunClients(string server, string authority, int ofSlowClients, int ofQuickClients)
    {
        string perl = Requires.Program("perl-base", "perl");
        string quick = $"{ofQuickClients}";
        Command.Run(perl, "-e", Perl, server, $"{Port}", quick);
        // nginx connects for each of them.
        Command.Run(perl, "-e", Perl, "127.0.0.1", $"{ProxyPort}", quick);
        Command.Run(Requires.Program("bash", "bash"), "-c", Bash, "bash", server, $"{Port}", $"{ofSlowClients}");
        List<string> commands = ["perl", "nginx", "bash"];
        // Where they are installed.
        if (Find("python3") is { } python)
        {
            Command.Run(python, "-c", Python, server, $"{Port}", quick);
            commands.Add("python3");
        }

        if (Find("curl") is { } curl)
        {
            for (int i = 0; i < ofSlowClients; i++)
            {
                Command.Run(curl, "--silent", "--show-error", "--output", "/dev/null", $"http://{authority}/");
            }

            commands.Add("curl");
        }

        // It takes seconds to start.
        if (ofQuickClients >= 5_000 && Find("java") is { } java)
        {
            string file = Path.Combine(_folder, "Connect.java");
            File.WriteAllText(file, Java);
            Command.Run(java, file, server, $"{Port}", quick);
            commands.Add("java");
        }

        return commands;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static void SetTtl(NetworkNamespace at, string device, bool isIpv6, int ttl) =>
        at.SetSysctl(isIpv6 ? $"net/ipv6/conf/{device}/hop_limit" : "net/ipv4/ip_default_ttl", ttl);

    private Process StartNginx(NetworkNamespace at, string inServer, string address, int port = Port)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, $"nginx-{port}")).FullName;
        string file = Path.Combine(folder, "nginx.conf");
        string[] kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        File.WriteAllText(file, $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            events { worker_connections 4096; }
            http {
                access_log off;
                {{string.Join('\n', kinds.Select(kind => $"{kind}_temp_path {folder}/{kind};"))}}
                server { {{inServer}} }
            }
            """);
        ProcessStartInfo start = new(Requires.Program("nginx", "nginx"), ["-c", file, "-p", folder, "-e", Path.Combine(folder, "error.log")]);
        Process process = at.Run(() => Process.Start(start)!);
        for (; ; Thread.Sleep(20))
        {
            try
            {
                using Socket socket = at.Run(() => new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp));
                socket.Connect(IPAddress.Parse(address), port);
                return process;
            }
            catch (SocketException) when (!process.HasExited)
            {
            }
        }
    }

    private Process StartCapture(NetworkNamespace at, string device, string file)
    {
        string filter = $"tcp port {Port} and (ip6 or tcp[tcpflags] & (tcp-syn|tcp-ack) != 0)";
        string[] arguments = ["-i", device, "-n", "-s", "96", "-B", "65536", "-U", "-Z", "root", "-w", Path.Combine(_folder, file), filter];
        ProcessStartInfo start = new(Requires.Program("tcpdump", "tcpdump"), arguments) { RedirectStandardError = true };
        Process process = at.Run(() => Process.Start(start)!);
        Assert.Contains("listening on", process.StandardError.ReadLine(), StringComparison.Ordinal);
        return process;
    }

    /// <returns>The file, to which all was written and nothing lost.</returns>
    private string End(Process capture, string file)
    {
        // What it has not read yet is counted as received and not as captured.
        Thread.Sleep(1000);
        Command.Run(Requires.Program("bash", "bash"), "-c", $"kill -INT {capture.Id}");
        string said = capture.StandardError.ReadToEnd();
        capture.WaitForExit();
        Assert.Contains("\n0 packets dropped by kernel", said, StringComparison.Ordinal);
        return Path.Combine(_folder, file);
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }
}
