using System.Net;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Links;

public sealed class SocketFilterExtensionsTests
{
    [Fact]
    public void A_filter_drops_packets_until_it_is_detached()
    {
        Requires.Root();
        using BpfProgram dropAll = Code.Load(BpfProgramType.SocketFilter, Code.Return(0));
        using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(receiver.LocalEndPoint!);

        receiver.AttachFilter(dropAll);
        sender.Send([1]);
        Assert.False(receiver.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead));

        receiver.DetachFilter();
        sender.Send([2]);
        byte[] received = new byte[1];
        Assert.Equal(1, receiver.Receive(received));
        Assert.Equal(2, received[0]);
        Assert.Equal(Errno.ENOENT, Assert.Throws<BpfException>(() => receiver.DetachFilter()).Errno);
    }

    [Fact]
    public void Attaching_and_detaching_allocate_nothing()
    {
        Requires.Root();
        using BpfProgram filter = Code.Load(BpfProgramType.SocketFilter, Code.Return(-1));
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.AttachFilter(filter);
        socket.DetachFilter();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            socket.AttachFilter(filter);
            socket.DetachFilter();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_program_of_another_type_is_refused_with_where_it_attaches()
    {
        Requires.Root();
        using BpfProgram packets = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1), name: "count");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Equal(
            "A socket takes programs of type SocketFilter. "
            + "This is the program 'count' of type CgroupSkb; it attaches to a cgroup with CgroupIngress or CgroupEgress.",
            Assert.Throws<InvalidOperationException>(() => socket.AttachFilter(packets)).Message);
    }
}
