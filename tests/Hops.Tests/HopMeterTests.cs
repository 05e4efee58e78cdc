using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Hops.Lab;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed partial class HopMeterTests
{
    private const int AfInet = 2;
    private const int AfInet6 = 10;
    private const int SockStream = 1;
    private const int SockCloseOnExec = 0x80000;

    [Fact]
    public void A_process_has_one_source_of_each_kind()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Assert.Same(meter.TtlSource, HopMeter.Open().TtlSource);
        Assert.Same(meter.TtlSource, HopMeter.Open(HopMeterSource.SocketFilter).TtlSource);
        Assert.Equal(HopSource.SocketFilter, meter.Source);
    }

    /// <summary>Two that open at once make two filters; one is dropped, with its descriptors.</summary>
    [Fact]
    public void Many_that_open_at_once_get_one_source()
    {
        Requires.Root();
        ITtlSource[] sources = new ITtlSource[8];
        Parallel.For(0, sources.Length, i => sources[i] = HopMeter.Open(HopMeterSource.SocketFilter).TtlSource);
        Assert.All(sources, source => Assert.Same(sources[0], source));
    }

    [Fact]
    public void What_was_not_measured_is_unknown()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabServer server = LabServer.Start();
        using Socket neverArmed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        neverArmed.Connect(IPAddress.Loopback, server.Port);
        Assert.Null(meter.Read(neverArmed));

        using Socket neverConnected = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(neverConnected);
        Assert.Null(meter.Read(neverConnected));

        using Socket refused = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(refused);
        Assert.Throws<SocketException>(() => refused.Connect(IPAddress.Loopback, 1));
        Assert.Null(meter.Read(refused));
    }

    [Fact]
    public void Sockets_that_cannot_be_measured_are_refused()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabServer server = LabServer.Start();
        using Socket connected = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        connected.Connect(IPAddress.Loopback, server.Port);
        Assert.Throws<InvalidOperationException>(() => meter.Arm(connected));

        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Throws<ArgumentException>(() => meter.Arm(udp));
        using Socket local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Throws<ArgumentException>(() => meter.Arm(local));

        Socket disposed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => meter.Arm(disposed));
        Assert.Null(meter.Read(disposed));
    }

    [Theory]
    [InlineData(HopMeterSource.SocketFilter, AfInet)]
    [InlineData(HopMeterSource.SocketFilter, AfInet6)]
    [InlineData(HopMeterSource.SocketOption, AfInet6)]
    public void An_MPTCP_socket_is_refused_with_the_reason(HopMeterSource source, int family)
    {
        Requires.Root();
        const int IpProtoMptcp = 262;
        int descriptor = NewSocket(family, SockStream | SockCloseOnExec, IpProtoMptcp);
        Assert.SkipWhen(descriptor < 0, "needs a kernel with MPTCP (CONFIG_MPTCP, net.mptcp.enabled)");
        using Socket mptcp = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => HopMeter.Open(source).Arm(mptcp));
        Assert.Contains("MPTCP", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disarmed_connection_goes_on()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabServer server = LabServer.Start();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(socket);
        socket.Connect(IPAddress.Loopback, server.Port);
        Assert.Equal(0, meter.Read(socket)?.Hops);
        meter.Disarm(socket);
        Assert.Equal(1, socket.Send([1]));
        Assert.Equal(Errno.ENOENT, Assert.Throws<BpfException>(() => meter.Disarm(socket)).Errno);
    }

    [Fact]
    public void Arming_and_reading_allocate_nothing()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabServer server = LabServer.Start();
        long allocated = 0;
        int hops = 0;
        for (int i = 0; i < 200; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            long before = GC.GetAllocatedBytesForCurrentThread();
            meter.Arm(socket);
            long armed = GC.GetAllocatedBytesForCurrentThread();
            socket.Connect(IPAddress.Loopback, server.Port);
            long connected = GC.GetAllocatedBytesForCurrentThread();
            hops += meter.Read(socket)!.Value.Hops;
            // The first ones run code that is not compiled yet.
            allocated += i < 100 ? 0 : GC.GetAllocatedBytesForCurrentThread() - connected + armed - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(0, hops);
    }

    // .NET itself makes no sockets of a protocol that it does not know.
    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int NewSocket(int family, int type, int protocol);
}
