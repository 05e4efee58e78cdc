using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>A proxy that answers handshakes for a server is found by what comes after them.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class SynProxyTests
{
    [Theory]
    [InlineData(KernelSide.Header, true)]
    [InlineData(KernelSide.Header, false)]
    [InlineData(KernelSide.Packets, true)]
    [InlineData(KernelSide.Packets, false)]
    public async Task The_packets_of_the_server_come_with_another_ttl_than_the_handshake(KernelSide side, bool withProxy)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(2);
        IPAddress address = network.ServerAddress(AddressFamily.InterNetwork);
        using Socket listener = network.Server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 50 });
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        if (withProxy)
        {
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            string file = Path.GetTempFileName();
            File.WriteAllText(file, $$"""
                table ip hops {
                    chain before { type filter hook prerouting priority raw; tcp dport {{port}} tcp flags syn notrack; }
                    chain incoming {
                        type filter hook input priority filter
                        tcp dport {{port}} ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
                        ct state invalid drop
                    }
                }
                """);
            network.Server.Run(() => Command.Run(Requires.Program("nftables", "nft"), "-f", file));
            File.Delete(file);
            // The acknowledgement that ends the proxy's handshake belongs to no connection that was seen to begin. The setting is there once something is
            // tracked.
            network.Server.SetSysctl("net/netfilter/nf_conntrack_tcp_loose", 0);
        }

        using HostWatch watch = HostWatch.Start(new() { Side = side, WithDrift = true, Direction = ConnectionDirection.Outgoing });
        using Socket client = network.Client.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        server.Send(new byte[10]);
        client.Receive(new byte[10]);
        // Packets sent in answer to data certainly arrive in order.
        client.Send(new byte[10]);
        server.Receive(new byte[10]);
        server.Send(new byte[10]);
        client.Receive(new byte[10]);
        watch.Stop();
        List<(ConnectionEvent, int?, int?)> told = [];
        await foreach (WatchedConnection one in watch.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (one.LocalEndPoint.Equals(client.LocalEndPoint))
            {
                told.Add((one.Event, one.Distance?.ReceivedTtl, one.FormerDistance?.ReceivedTtl));
            }
        }

        // Two routers on the way.
        Assert.Equal(
            withProxy ? [(ConnectionEvent.Opened, 62, null), (ConnectionEvent.Drifted, 48, 62)] : [(ConnectionEvent.Opened, 48, null)], told);
    }
}
