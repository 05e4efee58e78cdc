using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Many connections that wait for their answer at the same time: none gets the process of another.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedWaitingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The kernel asks again after a second, and after two more: some seconds pass.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public async Task Of_20000_that_wait_at_once_each_has_its_process(KernelSide side)
    {
        (List<WatchedConnection>[] told, WaitingClients[] _) = await RunAsync(side, 10_000);
        Assert.All(told, static ofOne => Assert.All(ofOne, static one => Assert.NotNull(one.ProcessId)));
    }

    /// <summary>With more than there are slots for, some are unknown.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public async Task Of_90000_that_wait_at_once_none_has_the_process_of_another(KernelSide side)
    {
        (List<WatchedConnection>[] told, WaitingClients[] _) = await RunAsync(side, 18_000, processes: 5);
        int unknown = told.Sum(static ofOne => ofOne.Count(static one => one.ProcessId is null));
        // A slot for each 65,536th cookie; other sockets of this host take cookies, too.
        Assert.InRange(unknown, 90_000 - 65_536, 90_000);
    }

    private static async Task<(List<WatchedConnection>[] Told, WaitingClients[] Clients)> RunAsync(KernelSide side, int connections, int processes = 2)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(0);
        // Room for those that are answered at once and that nobody accepts.
        network.Server.SetSysctl("net/core/somaxconn", 65_536);
        network.Server.SetSysctl("net/ipv4/tcp_max_syn_backlog", 65_536);
        network.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "10000 65000\n"));
        Socket[] listeners = [.. Enumerable.Range(0, processes).Select(_ => network.Server.Run(Listen))];
        WaitingClients[] clients = [];
        try
        {
            NftRules.Apply(network.Server, """
                table ip silence {
                    chain input {
                        type filter hook input priority 0
                        tcp flags syn drop
                    }
                }
                """);
            using HostWatch watch = HostWatch.Start(new() { Side = side, RingCapacity = 64 << 20 });
            clients =
            [
                .. listeners.Select((listener, i) => new WaitingClients(network.Client, $"waits-{i}", (IPEndPoint)listener.LocalEndPoint!, connections)),
            ];
            Array.ForEach(clients, static client => client.WaitUntilBegun());
            NftRules.Apply(network.Server, "delete table ip silence");
            Array.ForEach(clients, static client => client.WaitUntilConnected());
            watch.Stop();
            int[] ports = [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndPoint!).Port)];
            List<WatchedConnection>[] told = [.. clients.Select(static _ => new List<WatchedConnection>())];
            await foreach (WatchedConnection one in watch.WithCancellation(Cancel))
            {
                if (one.Direction == ConnectionDirection.Outgoing && Array.IndexOf(ports, one.RemoteEndPoint.Port) is >= 0 and var i)
                {
                    told[i].Add(one);
                }
            }

            Assert.Equal(0, watch.Lost);
            for (int i = 0; i < processes; i++)
            {
                Assert.Equal(connections, told[i].Select(static one => one.LocalEndPoint).Distinct().Count());
                Assert.Equal(connections, told[i].Count);
                WatchedConnection[] wrong =
                [
                    .. told[i].Where(one => one.ProcessId is { } process && (process != clients[i].ProcessId || one.Command != clients[i].Name)),
                ];
                Assert.Empty(wrong);
            }

            return (told, clients);
        }
        finally
        {
            Array.ForEach(clients, static client => client.Dispose());
            Array.ForEach(listeners, static listener => listener.Dispose());
        }

        Socket Listen()
        {
            Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(network.ServerAddress(AddressFamily.InterNetwork), 0));
            listener.Listen(65_536);
            return listener;
        }
    }
}
