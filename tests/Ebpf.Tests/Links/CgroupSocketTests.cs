using System.Net;
using System.Net.Sockets;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Links;

/// <summary>Events of sockets in a cgroup: made, bound, closed; their options, their names; pairs for IPv4 and IPv6.</summary>
public sealed class CgroupSocketTests
{
    private const int SolSocket = 1;
    private const int SoMark = 36;
    private const int SoPriority = 12;

    [Fact]
    public void A_program_marks_sockets_as_they_are_made_or_refuses_them()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram marks = Code.Load(BpfProgramType.CgroupSock, Assembler.Parse($"""
                r2 = 77
                *(u32 *)(r1 + {Sock.Mark}) = r2
                r0 = 1
                exit
            """), BpfAttachType.CgroupSocketCreate);
        using BpfProgram refuses = Code.Load(BpfProgramType.CgroupSock, Code.Return(0), BpfAttachType.CgroupSocketCreate);
        cgroup.Within(() =>
        {
            using (CgroupLink.Attach(marks, cgroup.Path))
            {
                using Socket marked = Tcp();
                Assert.Equal(77, Option(marked, SoMark));
            }

            using (Socket plain = Tcp())
            {
                Assert.Equal(0, Option(plain, SoMark));
            }

            using (CgroupLink.Attach(refuses, cgroup.Path))
            {
                Assert.Throws<SocketException>(static () => Tcp().Dispose());
            }
        });
    }

    [Fact]
    public void Binding_and_closing_are_seen_and_a_port_is_refused()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfMap<uint, ulong> closed = Code.Counter();
        using BpfProgram bound = Code.Load(BpfProgramType.CgroupSock, Assembler.Parse($"""
                        r2 = *(u32 *)(r1 + {Sock.SourcePort})
                        r0 = 1
                        if r2 != 7654 goto done
                        r0 = 0
                done:   exit
            """), BpfAttachType.CgroupPostBind4);
        using BpfProgram released = Code.Load(BpfProgramType.CgroupSock, Code.CountAndReturn(closed, 1), BpfAttachType.CgroupSocketRelease);
        cgroup.Within(() =>
        {
            using BpfLink binding = CgroupLink.Attach(bound, cgroup.Path);
            using BpfLink closing = CgroupLink.Attach(released, cgroup.Path);
            using (Socket socket = Tcp())
            {
                Assert.Throws<SocketException>(() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 7654)));
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                Assert.Equal(0ul, closed[0]);
            }

            Assert.Equal(1ul, closed[0]);
        });
    }

    [Fact]
    public void Options_are_refused_or_answered_by_a_program()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        // SO_PRIORITY may not be set; others go on as they are.
        using BpfProgram sets = Code.Load(BpfProgramType.CgroupSockopt, Assembler.Parse($"""
                        r0 = 1
                        r2 = *(u32 *)(r1 + {SockOpt.Level})
                        if r2 != {SolSocket} goto done
                        r2 = *(u32 *)(r1 + {SockOpt.Name})
                        if r2 != {SoPriority} goto done
                        r0 = 0
                done:   exit
            """), BpfAttachType.CgroupSetSocketOption);
        using BpfProgram gets = Code.Load(BpfProgramType.CgroupSockopt, Assembler.Parse($"""
                        r2 = *(u32 *)(r1 + {SockOpt.Name})
                        if r2 != {SoPriority} goto done
                        r2 = *(u64 *)(r1 + {SockOpt.Value})
                        r3 = *(u64 *)(r1 + {SockOpt.ValueEnd})
                        r4 = r2
                        r4 += 4
                        if r4 > r3 goto done
                        *(u32 *)(r2 + 0) = 42
                done:   r0 = 1
                        exit
            """), BpfAttachType.CgroupGetSocketOption);
        cgroup.Within(() =>
        {
            using Socket socket = Tcp();
            using (CgroupLink.Attach(sets, cgroup.Path))
            {
                Assert.Throws<SocketException>(() => socket.SetRawSocketOption(SolSocket, SoPriority, [3, 0, 0, 0]));
                socket.SetRawSocketOption(SolSocket, SoMark, [5, 0, 0, 0]);
            }

            socket.SetRawSocketOption(SolSocket, SoPriority, [3, 0, 0, 0]);
            using (CgroupLink.Attach(gets, cgroup.Path))
            {
                Assert.Equal((42, 5), (Option(socket, SoPriority), Option(socket, SoMark)));
            }

            Assert.Equal(3, Option(socket, SoPriority));
        });
    }

    [Fact]
    public void The_peers_and_the_sockets_own_name_are_what_the_program_says()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram peer = Code.Load(BpfProgramType.CgroupSockAddr, Naming(1111), BpfAttachType.CgroupGetPeerName4);
        using BpfProgram own = Code.Load(BpfProgramType.CgroupSockAddr, Naming(2222), BpfAttachType.CgroupGetSocketName4);
        cgroup.Within(() =>
        {
            using Socket listener = Tcp();
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            using BpfLink first = CgroupLink.Attach(peer, cgroup.Path);
            using BpfLink second = CgroupLink.Attach(own, cgroup.Path);
            using Socket client = Tcp();
            client.Connect(new IPEndPoint(IPAddress.Loopback, port));
            // .NET asks the kernel where it does not know the end point itself.
            using SafeSocketHandle handle = new(TestThread.Duplicate((int)client.SafeHandle.DangerousGetHandle()), ownsHandle: true);
            using Socket asking = new(handle);
            Assert.Equal((1111, 2222), (((IPEndPoint)asking.RemoteEndPoint!).Port, ((IPEndPoint)asking.LocalEndPoint!).Port));
        });
    }

    /// <summary>.NET's own sockets are dual-mode: only the program for IPv6 sees their connections to IPv4 addresses.</summary>
    [Fact]
    public void A_pair_sees_the_connections_of_all_sockets_and_each_of_its_halves_only_some()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfMap<uint, ulong> four = Code.Counter();
        using BpfMap<uint, ulong> six = Code.Counter();
        using BpfProgram connect4 = Code.Load(BpfProgramType.CgroupSockAddr, Code.CountAndReturn(four, 1), BpfAttachType.CgroupConnect4);
        using BpfProgram connect6 = Code.Load(BpfProgramType.CgroupSockAddr, Code.CountAndReturn(six, 1), BpfAttachType.CgroupConnect6);
        using Socket listener = Tcp();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        EndPoint server = listener.LocalEndPoint!;
        cgroup.Within(() =>
        {
            using (CgroupLinkPair pair = CgroupLink.AttachPair(connect4, connect6, cgroup.Path))
            {
                Assert.Equal((BpfAttachType.CgroupConnect4, BpfAttachType.CgroupConnect6), (pair.Ipv4.AttachType, pair.Ipv6.AttachType));
                using Socket dual = new(SocketType.Stream, ProtocolType.Tcp);
                dual.Connect(server);
                Assert.Equal((0ul, 1ul), (four[0], six[0]));
                using Socket plain = Tcp();
                plain.Connect(server);
                Assert.Equal((1ul, 1ul), (four[0], six[0]));
            }

            using Socket after = Tcp();
            after.Connect(server);
            Assert.Equal((1ul, 1ul), (four[0], six[0]));
        });
    }

    [Fact]
    public void A_pair_attaches_both_or_none_and_only_what_is_one()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram connect4 = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupConnect4);
        using BpfProgram connect6 = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupConnect6);
        using BpfProgram bind6 = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupBind6);
        Assert.Contains(
            "loaded for CgroupConnect4, and a program of type CgroupSockAddr, loaded for CgroupBind6",
            Assert.Throws<ArgumentException>(() => CgroupLink.AttachPair(connect4, bind6, cgroup.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CgroupLink.AttachPair(connect6, connect4, cgroup.Path));
        connect6.Dispose();
        Assert.Throws<ObjectDisposedException>(() => CgroupLink.AttachPair(connect4, connect6, cgroup.Path));
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupConnect4).ProgramIds);
    }

    private static BpfCode Naming(ushort port) => Assembler.Parse($"""
            r2 = {(ushort)IPAddress.HostToNetworkOrder((short)port)}
            *(u32 *)(r1 + {SockAddr.UserPort}) = r2
            r0 = 1
            exit
        """);

    private static Socket Tcp() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static int Option(Socket socket, int option)
    {
        byte[] value = new byte[4];
        socket.GetRawSocketOption(SolSocket, option, value);
        return BitConverter.ToInt32(value);
    }
}
