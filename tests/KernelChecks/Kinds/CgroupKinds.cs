using System.Net;
using System.Net.Sockets;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>Events of the sockets of a cgroup: made, bound, closed, their options, their TCP connections.</summary>
internal static class CgroupKinds
{
    private const int SolSocket = 1;
    private const int SoPriority = 12;
    private const int SoMark = 36;

    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("sock-create", "5.7", Create),
        new("post-bind4", "5.7", static () => PostBind(BpfAttachType.CgroupPostBind4, "127.0.0.1")),
        new("post-bind6", "5.7", static () => PostBind(BpfAttachType.CgroupPostBind6, "::1")),
        new("sock-release", "5.9", Release),
        new("set-sockopt", "5.7", SetOption),
        new("get-sockopt", "5.7", GetOption),
        new("sock-ops", "5.7", Events),
    ];

    private static string Create()
    {
        using Cgroup cgroup = new();
        using BpfProgram marks = Code.Load(BpfProgramType.CgroupSock, Assembler.Parse($"""
                r2 = 77
                *(u32 *)(r1 + {Sock.Mark}) = r2
                r0 = 1
                exit
            """), BpfAttachType.CgroupSocketCreate);
        using BpfProgram refuses = Code.Load(BpfProgramType.CgroupSock, Code.Return(0), BpfAttachType.CgroupSocketCreate);
        cgroup.With(marks, static () =>
        {
            using Socket socket = Network.Tcp();
            Claim.Equal(77, Network.Option(socket, SoMark), "the mark");
        });
        cgroup.With(refuses, static () => Claim.Throws<SocketException>(static () => Network.Tcp().Dispose(), "a socket"));
        cgroup.Within(static () =>
        {
            using Socket socket = Network.Tcp();
            Claim.Equal(0, Network.Option(socket, SoMark), "the mark after detaching");
        });
        return "a socket was marked as it was made, another refused";
    }

    private static string PostBind(BpfAttachType attachType, string address)
    {
        using Cgroup cgroup = new();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSock, Assembler.Parse($"""
                        r2 = *(u32 *)(r1 + {Sock.SourcePort})
                        r0 = 1
                        if r2 != 7654 goto done
                        r0 = 0
                done:   exit
            """), attachType);
        cgroup.With(program, () =>
        {
            Claim.Throws<SocketException>(() => Network.Listening(7654, address: address).Dispose(), "port 7654");
            Network.Listening(7655, address: address).Dispose();
        });
        Network.Listening(7654, address: address).Dispose();
        return "port 7654 was refused and 7655 not";
    }

    private static string Release()
    {
        using Cgroup cgroup = new();
        using BpfMap<uint, ulong> closed = Code.Counter();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSock, Code.CountAndReturn(closed, 1), BpfAttachType.CgroupSocketRelease);
        cgroup.With(program, () =>
        {
            Socket socket = Network.Tcp();
            Claim.Equal(0ul, closed[0], "closed sockets before");
            socket.Dispose();
            Claim.Equal(1ul, closed[0], "closed sockets");
        });
        return "a closed socket was counted";
    }

    private static string SetOption()
    {
        using Cgroup cgroup = new();
        // SO_PRIORITY may not be set; others go on as they are.
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockopt, Assembler.Parse($"""
                        r0 = 1
                        r2 = *(u32 *)(r1 + {SockOpt.Level})
                        if r2 != {SolSocket} goto done
                        r2 = *(u32 *)(r1 + {SockOpt.Name})
                        if r2 != {SoPriority} goto done
                        r0 = 0
                done:   exit
            """), BpfAttachType.CgroupSetSocketOption);
        cgroup.With(program, static () =>
        {
            using Socket socket = Network.Tcp();
            Claim.Throws<SocketException>(() => socket.SetRawSocketOption(SolSocket, SoPriority, [3, 0, 0, 0]), "SO_PRIORITY");
            socket.SetRawSocketOption(SolSocket, SoMark, [5, 0, 0, 0]);
            Claim.Equal((0, 5), (Network.Option(socket, SoPriority), Network.Option(socket, SoMark)), "SO_PRIORITY and SO_MARK");
        });
        return "SO_PRIORITY was refused and SO_MARK not";
    }

    private static string GetOption()
    {
        using Cgroup cgroup = new();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockopt, Assembler.Parse($"""
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
        using Socket socket = Network.Tcp();
        cgroup.With(program, static () =>
        {
            using Socket inside = Network.Tcp();
            Claim.Equal((42, 0), (Network.Option(inside, SoPriority), Network.Option(inside, SoMark)), "SO_PRIORITY and SO_MARK");
        });
        Claim.Equal(0, Network.Option(socket, SoPriority), "SO_PRIORITY of a socket outside");
        return "SO_PRIORITY was what the program said, SO_MARK what it was";
    }

    private static string Events()
    {
        using Cgroup cgroup = new();
        using BpfMap<uint, uint> seen = BpfMap.Create<uint, uint>(BpfMapType.Hash, 64);
        // seen[operation] = the peer's port, in the high half as the kernel has it.
        using BpfProgram program = Code.Load(BpfProgramType.SockOps, Assembler.Parse($"""
                r6 = r1
                r2 = *(u32 *)(r6 + {SockOps.Operation})
                *(u32 *)(r10 - 4) = r2
                r2 = *(u32 *)(r6 + {SockOps.RemotePort})
                *(u32 *)(r10 - 8) = r2
                r1 = {seen}
                r2 = r10
                r2 += -4
                r3 = r10
                r3 += -8
                r4 = 0
                call bpf_map_update_elem
                r1 = r6
                r2 = {SockOpsCallbacks.StateChanged}
                call bpf_sock_ops_cb_flags_set
                r0 = 1
                exit
            """));
        using Socket listener = Network.Listening();
        cgroup.With(program, () =>
        {
            using Socket client = Network.Tcp();
            client.Connect(listener.LocalEndPoint!);
        });
        ushort port = (ushort)IPAddress.HostToNetworkOrder((short)Network.PortOf(listener.LocalEndPoint));
        Claim.Equal((uint)port, (seen.TryGetValue(SockOpsEvent.Connecting, out uint remote) ? remote : 0) >> 16, "the peer's port while connecting");
        Claim.Holds(seen.TryGetValue(SockOpsEvent.ActiveEstablished, out _), "the connection was seen established");
        Claim.Holds(seen.TryGetValue(SockOpsEvent.StateChanged, out _), "the state's changes that were asked for were seen");
        Claim.Holds(!seen.TryGetValue(SockOpsEvent.PassiveEstablished, out _), "the listener outside was not seen");
        return "a connection was seen connecting, established and changing its state";
    }
}
