using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>
/// A SYN proxy completes the handshake itself, and passes on what the server says: the first segment comes from one distance, the later ones from
/// another.
/// </summary>
public sealed class SynProxyTests : IDisposable
{
    private const int ProxyDistance = 1;
    private const int ServerDistance = 3;
    private const int Connections = 2_000;

    private static readonly HopMeter Meter = OperatingSystem.IsLinux() ? HopMeter.Open(HopMeterSource.SocketOption) : null!;

    private readonly LabNetwork? _lab = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? LabNetwork.Create(ServerDistance) : null;

    /// <summary>The control is in it: the option alone tells the distance of the server.</summary>
    [Fact]
    public void What_the_server_behind_a_SYN_proxy_says_makes_a_reading_unknown()
    {
        Requires.Root();
        using GreetingServer server = StartBehindProxy();
        using Socket socket = Connecting.NewSocket(_lab!.Client, AddressFamily.InterNetworkV6);
        Meter.Arm(socket);
        socket.Connect(_lab.ServerAddress(AddressFamily.InterNetworkV6), server.Port);
        Assert.True(socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        Assert.Equal(64 - ServerDistance, TtlOfLastSegment(socket));
        Assert.Null(Meter.Read(socket));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task No_reading_behind_a_SYN_proxy_tells_the_distance_of_the_server(int parallel)
    {
        Requires.Root();
        using GreetingServer server = StartBehindProxy();
        int[] readings = new int[ServerDistance + 1];
        int unknown = 0;
        int left = Connections;
        IPAddress address = _lab!.ServerAddress(AddressFamily.InterNetworkV6);
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => Task.Factory.StartNew(
            () => _lab.Client.Run(() =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
                    // As a dialer reads, after a successful connect.
                    Meter.Arm(socket);
                    socket.Connect(address, server.Port);
                    HopDistance? distance = Meter.TtlSource.Read(socket) is > 0 and var ttl ? HopDistance.FromReceivedTtl(ttl) : null;
                    socket.LingerState = new LingerOption(true, 0);
                    Interlocked.Increment(ref distance is { } known ? ref readings[known.Hops] : ref unknown);
                }
            }),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        TestContext.Current.TestOutputHelper?.WriteLine($"unknown {unknown}, by distance {string.Join(' ', readings)}");
        Assert.Equal(Connections, readings[ProxyDistance] + unknown);
    }

    public void Dispose() => _lab?.Dispose();

    private static byte TtlOfLastSegment(Socket socket)
    {
        byte[] messages = new byte[256];
        int length = socket.GetRawSocketOption(41, 6, messages);
        return SocketOption.HopLimitOf(messages.AsSpan(0, length));
    }

    /// <seealso href="https://wiki.nftables.org/wiki-nftables/index.php/Synproxy"/>
    private GreetingServer StartBehindProxy()
    {
        string nft = Requires.Program("nftables", "nft");
        GreetingServer server = GreetingServer.Start(_lab!.Server);
        NetworkNamespace proxy = _lab.HostAt(ProxyDistance);
        ProcessStartInfo start = new(nft, ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using Process process = proxy.Run(() => Process.Start(start)!);
        process.StandardInput.Write($$"""
            table ip6 proxy {
                chain prerouting {
                    type filter hook prerouting priority raw;
                    tcp dport {{server.Port}} tcp flags syn notrack
                }
                chain forward {
                    type filter hook forward priority filter;
                    tcp dport {{server.Port}} ct state invalid,untracked synproxy mss 1440 wscale 7 timestamp sack-perm
                    ct state invalid drop
                }
            }
            """);
        process.StandardInput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        // The acknowledgement that ends the proxy's handshake belongs to no connection that was seen to begin (there are such settings in the namespace once
        // something is tracked).
        proxy.SetSysctl("net/netfilter/nf_conntrack_tcp_loose", 0);
        return server;
    }
}
