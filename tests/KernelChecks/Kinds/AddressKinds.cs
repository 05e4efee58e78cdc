using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>Addresses that processes of a cgroup name and are told.</summary>
internal static partial class AddressKinds
{
    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("connect-pair", "5.7", Pair),
        new("bind4", "5.7", static () => Bind(BpfAttachType.CgroupBind4, "127.0.0.1")),
        new("bind6", "5.7", static () => Bind(BpfAttachType.CgroupBind6, "::1")),
        new("sendmsg4", "5.7", static () => Send(BpfAttachType.CgroupSendMessage4, "127.0.0.1")),
        new("sendmsg6", "5.7", static () => Send(BpfAttachType.CgroupSendMessage6, "::1")),
        new("recvmsg4", "5.7", static () => Receive(BpfAttachType.CgroupReceiveMessage4, "127.0.0.1")),
        new("recvmsg6", "5.7", static () => Receive(BpfAttachType.CgroupReceiveMessage6, "::1")),
        new("getpeername4", "5.8", static () => Name(BpfAttachType.CgroupGetPeerName4, "127.0.0.1")),
        new("getpeername6", "5.8", static () => Name(BpfAttachType.CgroupGetPeerName6, "::1")),
        new("getsockname4", "5.8", static () => Name(BpfAttachType.CgroupGetSocketName4, "127.0.0.1")),
        new("getsockname6", "5.8", static () => Name(BpfAttachType.CgroupGetSocketName6, "::1")),
    ];

    /// <summary>.NET's own sockets are dual-mode: only the program for IPv6 sees their connections to IPv4 addresses.</summary>
    private static string Pair()
    {
        using Cgroup cgroup = new();
        using BpfMap<uint, ulong> four = Code.Counter(), six = Code.Counter();
        using BpfProgram connect4 = Code.Load(BpfProgramType.CgroupSockAddr, Code.CountAndReturn(four, 1), BpfAttachType.CgroupConnect4);
        using BpfProgram connect6 = Code.Load(BpfProgramType.CgroupSockAddr, Code.CountAndReturn(six, 1), BpfAttachType.CgroupConnect6);
        using Socket listener = Network.Listening();
        cgroup.Within(() =>
        {
            using (CgroupLink.AttachPair(connect4, connect6, cgroup.Path))
            {
                using Socket dual = new(SocketType.Stream, ProtocolType.Tcp);
                dual.Connect(listener.LocalEndPoint!);
                Claim.Equal((0ul, 1ul), (four[0], six[0]), "connections of IPv4 and IPv6 sockets after that of a dual-mode socket");
                using Socket plain = Network.Tcp();
                plain.Connect(listener.LocalEndPoint!);
                Claim.Equal((1ul, 1ul), (four[0], six[0]), "connections of IPv4 and IPv6 sockets");
            }

            using Socket after = Network.Tcp();
            after.Connect(listener.LocalEndPoint!);
        });
        Claim.Equal((1ul, 1ul), (four[0], six[0]), "connections after detaching");
        cgroup.ClaimEmpty(BpfAttachType.CgroupConnect4);
        cgroup.ClaimEmpty(BpfAttachType.CgroupConnect6);
        return "a dual-mode socket's connection to 127.0.0.1 was seen by connect6, an IPv4 socket's by connect4";
    }

    private static string Bind(BpfAttachType attachType, string address)
    {
        using Cgroup cgroup = new();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, Telling(4321), attachType);
        cgroup.With(program, () =>
        {
            using Socket socket = Network.Listening(7656, address: address);
            Claim.Equal(4321, KernelsName(socket, ofPeer: false), "the port");
        });
        return "a socket that asked for port 7656 was bound to 4321";
    }

    private static string Send(BpfAttachType attachType, string address)
    {
        using Cgroup cgroup = new();
        using Socket receiver = Network.Udp(address);
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, Telling(Network.PortOf(receiver.LocalEndPoint)), attachType);
        IPAddress server = IPAddress.Parse(address);
        cgroup.With(program, () =>
        {
            using Socket sender = Network.Udp(address);
            sender.SendTo("r"u8, new IPEndPoint(server, 9));
        });
        Claim.Equal((byte)'r', Network.Receive(receiver), "the datagram");
        return "a datagram for port 9 came to the socket that the program told";
    }

    private static string Receive(BpfAttachType attachType, string address)
    {
        using Cgroup cgroup = new();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, Telling(1111), attachType);
        using Socket sender = Network.Udp(address);
        cgroup.With(program, () =>
        {
            using Socket receiver = Network.Udp(address);
            sender.SendTo("x"u8, receiver.LocalEndPoint!);
            EndPoint from = new IPEndPoint(receiver.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            receiver.ReceiveFrom(new byte[8], ref from);
            Claim.Equal(1111, Network.PortOf(from), "the sender's port");
        });
        return "the sender's port was what the program said";
    }

    private static string Name(BpfAttachType attachType, string address)
    {
        bool ofPeer = attachType is BpfAttachType.CgroupGetPeerName4 or BpfAttachType.CgroupGetPeerName6;
        using Cgroup cgroup = new();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, Telling(2222), attachType);
        using Socket listener = Network.Listening(address: address);
        cgroup.With(program, () =>
        {
            using Socket client = Network.Tcp(listener.AddressFamily);
            client.Connect(listener.LocalEndPoint!);
            Claim.Equal(2222, KernelsName(client, ofPeer), "the port that the program tells");
            Claim.Holds(KernelsName(client, !ofPeer) != 2222, "the other name is the kernel's own");
        });
        return "the port was what the program said, and the other name the kernel's";
    }

    private static BpfCode Telling(ushort port) => Assembler.Parse($"""
            r2 = {(ushort)IPAddress.HostToNetworkOrder((short)port)}
            *(u32 *)(r1 + {SockAddr.UserPort}) = r2
            r0 = 1
            exit
        """);

    /// <summary>The port that the kernel tells: .NET remembers the end points that it knows.</summary>
    private static int KernelsName(Socket socket, bool ofPeer)
    {
        using SafeSocketHandle handle = new(Duplicate((int)socket.SafeHandle.DangerousGetHandle()), ownsHandle: true);
        using Socket asking = new(handle);
        return Network.PortOf(ofPeer ? asking.RemoteEndPoint : asking.LocalEndPoint);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);
}
