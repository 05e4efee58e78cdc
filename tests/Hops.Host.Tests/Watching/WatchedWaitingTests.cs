using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Connections of several processes that wait for their answer at the same time: none gets the process of another.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedWaitingTests
{
    // Slots for connecting sockets, found by the lowest bits of their cookies.
    private const int Slots = 65_536;

    /// <summary>The kernel asks again each second: some seconds pass.</summary>
    [Theory]
    [InlineData(KernelSide.Header, 2, 10_000)]
    [InlineData(KernelSide.Packets, 2, 10_000)]
    [InlineData(KernelSide.Header, 5, 18_000)]
    [InlineData(KernelSide.Packets, 5, 18_000)]
    [Trait("Length", "Long")]
    public async Task Each_has_its_process_and_is_unknown_only_where_its_slot_was_taken(KernelSide side, int processes, int connections)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(0);
        // Room for connections that are answered at once and not accepted.
        network.Server.SetSysctl("net/core/somaxconn", Slots);
        network.Server.SetSysctl("net/ipv4/tcp_max_syn_backlog", Slots);
        network.Client.SetSysctl("net/ipv4/tcp_syn_retries", 30);
        network.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "10000 65000\n"));
        Socket[] listeners = [.. Enumerable.Range(0, processes).Select(_ => network.Server.Run(Listen))];
        int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndPoint!).Port)];
        WaitingClients[] clients = [];
        try
        {
            SetSilence(network.Server);
            using HostWatch watch = HostWatch.Start(new() { Side = side, RingCapacity = 64 << 20, Direction = ConnectionDirection.Outgoing });
            Task<List<WatchedConnection>> reading = ToldConnections.ReadAsync(watch, static _ => true);
            try
            {
                clients =
                [
                    .. listeners.Select((listener, i) => new WaitingClients(network.Client, $"waits-{i}", (IPEndPoint)listener.LocalEndPoint!, connections)),
                ];
                Array.ForEach(clients, static client => client.WaitUntilBegun());
                NftRules.Apply(network.Server, "delete table ip silence");
                Array.ForEach(clients, static client => client.WaitUntilConnected());
            }
            finally
            {
                watch.Stop();
            }

            List<WatchedConnection> all = await reading;
            Assert.Equal(0, watch.Lost);
            WatchedConnection[] ours = [.. all.Where(one => ports.Contains(one.RemoteEndPoint.Port))];
            Assert.Equal(processes * connections, ours.DistinctBy(static one => one.LocalEndPoint.Port | (one.RemoteEndPoint.Port << 16)).Count());
            Assert.Equal(processes * connections, ours.Length);
            Assert.DoesNotContain(ours, one => one.ProcessId is not null && !IsRight(one));
            // Includes those of other processes on this host that connected meanwhile.
            HashSet<ulong> contested = [.. all.CountBy(static one => one.Cookie % Slots).Where(static slot => slot.Value > 1).Select(static slot => slot.Key)];
            Assert.DoesNotContain(ours, one => one.ProcessId is null && !contested.Contains(one.Cookie % Slots));
            Assert.InRange(ours.Count(static one => one.ProcessId is null), Math.Max(0, ours.Length - Slots), ours.Length - 1);
        }
        finally
        {
            Array.ForEach(clients, static client => client.Dispose());
            Array.ForEach(listeners, static listener => listener.Dispose());
        }

        bool IsRight(WatchedConnection one)
        {
            WaitingClients client = clients[Array.IndexOf(ports, one.RemoteEndPoint.Port)];
            return one.ProcessId == client.ProcessId && one.Command == client.Name;
        }

        Socket Listen()
        {
            Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(network.ServerAddress(AddressFamily.InterNetwork), 0));
            listener.Listen(Slots);
            return listener;
        }
    }

    private static void SetSilence(NetworkNamespace at) => NftRules.Apply(at, """
        table ip silence {
            chain input {
                type filter hook input priority 0
                tcp flags syn drop
            }
        }
        """);
}
