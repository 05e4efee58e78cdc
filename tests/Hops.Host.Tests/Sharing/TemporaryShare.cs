using System.Net;
using System.Net.Sockets;
using Hops.Host.Sharing;
using Hops.Lab;
using Hops.Sharing;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

/// <summary>A place of a test's own where a filter is shared. The host's own stays as it is.</summary>
internal sealed class TemporaryShare : IDisposable
{
    private static int _count;

    /// <param name="enabled">Whether to share with a group right away.</param>
    public TemporaryShare(bool enabled = true)
    {
        Requires.Root();
        // Below a folder that only root may write to: a filter below /tmp would not be trusted.
        Paths = new($"/run/hops-test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        if (enabled)
        {
            Folder = SharedFilter.Enable(Paths, new() { Group = "65534" }).Folder!;
        }
    }

    public SharedPaths Paths { get; }

    /// <summary>Where the pins are.</summary>
    public string Folder { get; } = "";

    public string Filter => SharedPaths.FilterPin(Folder);

    public string Slots => SharedPaths.SlotsPin(Folder);

    /// <summary>Opens what is shared, and says what is wrong with it.</summary>
    public HopSourceRefusal Refusal() => Assert.Single(Assert.Throws<HopMeterUnavailableException>(() => PinnedFilter.Open(Paths)).Refusals);

    /// <summary>The TTL of a connection over loopback, by the shared filter.</summary>
    public byte Measure()
    {
        using SocketFilter filter = PinnedFilter.Open(Paths);
        return Measure(filter);
    }

    public static byte Measure(SocketFilter filter)
    {
        using LabServer server = LabServer.Start();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filter.Arm(socket);
        socket.Connect(IPAddress.Loopback, server.Port);
        return filter.Read(socket);
    }

    public void Dispose()
    {
        foreach (string folder in Mounts.OfType("bpf").Where(folder => folder == Paths.FileSystem))
        {
            Command.Run("umount", folder);
        }

        if (Directory.Exists(Paths.Root))
        {
            Directory.Delete(Paths.Root, recursive: true);
        }
    }
}
