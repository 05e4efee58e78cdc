using System.Net;
using System.Net.Sockets;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>Programs that choose the socket of a connection.</summary>
internal static class SocketKinds
{
    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("sk-lookup-sock-map", "5.9", static () => Steer(BpfMapType.SockMap)),
        new("sk-lookup-sock-hash", "5.9", static () => Steer(BpfMapType.SockHash)),
        new("sk-reuseport", "4.19", Choose),
        new("reuseport-filter", "4.5", ChooseByNumber),
    ];

    private static string Steer(BpfMapType type)
    {
        using Socket listener = Network.Listening(7777);
        using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(type, 1, "sockets");
        sockets.Set(0, listener);
        using BpfProgram program = Code.Load(BpfProgramType.SkLookup, Assembler.Parse($"""
                    r6 = r1
                    r2 = *(u32 *)(r6 + {SkLookup.LocalPort})
                    if r2 < 8000 goto pass
                    if r2 > 8099 goto pass
                    *(u32 *)(r10 - 4) = 0
                    r1 = {sockets}
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto pass
                    r7 = r0
                    r1 = r6
                    r2 = r7
                    r3 = 0
                    call bpf_sk_assign
                    r1 = r7
                    call bpf_sk_release
            pass:   r0 = {SkVerdict.Pass}
                    exit
            """), name: "steer");
        Claim.Holds(!Network.Connects(8042), "nobody listens there before");
        using BpfLink link = SkLookupLink.Attach(program);
        Claim.Holds(link.GetInfo().IsAttached, "the link tells that it is attached");
        Claim.Equal((true, true, false), (Network.Connects(8042), Network.Connects(8099), Network.Connects(8100)), "who answers");
        using (Socket accepted = listener.Accept())
        {
            Claim.Equal(8042, Network.PortOf(accepted.LocalEndPoint), "the port of the accepted connection");
        }

        link.Detach();
        Claim.Holds(!link.GetInfo().IsAttached && !Network.Connects(8042), "nobody listens there afterwards");
        return "the listener of port 7777 answered at 8042 and 8099, and not after detaching";
    }

    private static string Choose()
    {
        using Socket first = Network.Listening(7778, sharesPort: true);
        using Socket second = Network.Listening(7778, sharesPort: true);
        using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(BpfMapType.ReusePortSockArray, 2, "sockets");
        sockets.Set(0, first);
        sockets.Set(1, second);
        using BpfMap<uint, uint> chosen = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, name: "chosen");
        using BpfProgram program = Code.Load(BpfProgramType.SkReuseport, Assembler.Parse($"""
                    r6 = r1
                    *(u32 *)(r10 - 4) = 0
                    r1 = {chosen}
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto drop
                    r2 = *(u32 *)(r0 + 0)
                    *(u32 *)(r10 - 4) = r2
                    r1 = r6
                    r2 = {sockets}
                    r3 = r10
                    r3 += -4
                    r4 = 0
                    call bpf_sk_select_reuseport
                    if r0 != 0 goto drop
                    r0 = {SkVerdict.Pass}
                    exit
            drop:   r0 = {SkVerdict.Drop}
                    exit
            """), name: "choose");
        first.AttachReusePortProgram(program);
        foreach (uint number in (ReadOnlySpan<uint>)[0, 1, 1, 0, 1])
        {
            chosen[0] = number;
            ClaimAnswers(7778, number == 0 ? first : second, number == 0 ? second : first);
        }

        second.DetachReusePortProgram();
        BpfException refusal = Claim.Throws<BpfException>(first.DetachReusePortProgram, "a second detaching");
        Claim.Holds(refusal.Message.Contains(": they have none", StringComparison.Ordinal), refusal.Message);
        return "5 connections came to the listeners that the map told; nothing was attached afterwards";
    }

    /// <summary>A socket filter returns the number of the socket in the order of their binding.</summary>
    private static string ChooseByNumber()
    {
        using Socket first = Network.Listening(7779, sharesPort: true);
        using Socket second = Network.Listening(7779, sharesPort: true);
        foreach (int number in (ReadOnlySpan<int>)[1, 0, 1])
        {
            using BpfProgram program = Code.Load(BpfProgramType.SocketFilter, Code.Return(number));
            second.AttachReusePortProgram(program);
            ClaimAnswers(7779, number == 0 ? first : second, number == 0 ? second : first);
        }

        return "3 connections came to the listeners whose number the filter returned";
    }

    private static void ClaimAnswers(int port, Socket chosen, Socket other)
    {
        using Socket client = Network.Tcp();
        client.Connect(new IPEndPoint(IPAddress.Loopback, port));
        Claim.Holds(!other.Poll(0, SelectMode.SelectRead), "the other listener has no connection");
        using Socket accepted = chosen.Accept();
        Claim.Equal(client.LocalEndPoint, accepted.RemoteEndPoint, "who connected");
    }
}
