using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>A watch keeps no memory of connections that it has reported.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchMemoryTests
{
    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public async Task After_many_connections_it_has_as_much_memory_and_as_many_descriptors_as_after_some(KernelSide side)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithClosed = true, WithDrift = true });
        await using IAsyncEnumerator<WatchedConnection> told = watch.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await TellAsync(told, 20_000);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await TellAsync(told, 200_000);
        // An entry for each would take as many bytes at least.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 200_000);
        Assert.Equal(0, watch.Lost);
    }

    private static async Task TellAsync(IAsyncEnumerator<WatchedConnection> told, int connections)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Task connecting = Task.Factory.StartNew(() => Connect(listener, connections), TaskCreationOptions.LongRunning);
        // Both ends are told when they are opened, and when they are over.
        for (int left = 4 * connections; left > 0;)
        {
            Assert.True(await told.MoveNextAsync());
            left -= told.Current.LocalEndPoint.Port == port || told.Current.RemoteEndPoint.Port == port ? 1 : 0;
        }

        await connecting;
    }

    private static void Connect(Socket listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndPoint!);
            using Socket server = listener.Accept();
            // Closed with a reset, so that no pair of ports stays in use.
            server.LingerState = new(true, 0);
        }
    }
}
