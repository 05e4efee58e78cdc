using System.Net.Sockets;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>Maps whose values are programs, maps and sockets.</summary>
internal static class DescriptorMapKinds
{
    private const int SoCookie = 57;

    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("program-array", "4.2", TailCall),
        new("array-of-maps", "4.12", static () => Replace(BpfMapType.ArrayOfMaps)),
        new("hash-of-maps", "4.12", static () => Replace(BpfMapType.HashOfMaps)),
        new("sock-map", "5.6", static () => Hold(BpfMapType.SockMap)),
        new("sock-hash", "5.6", static () => Hold(BpfMapType.SockHash)),
        new("reuseport-array", "4.19", static () => Hold(BpfMapType.ReusePortSockArray)),
    ];

    /// <summary>A filter goes on with the program whose number is the datagram's first byte.</summary>
    private static string TailCall()
    {
        using BpfProgramArray programs = BpfProgramArray.Create(256, "by_byte");
        using BpfProgram dispatcher = Code.Load(BpfProgramType.SocketFilter, Assembler.Parse($"""
                r6 = r1
                r0 = *(u8 *)skb[8]                  // behind the UDP header
                r1 = r6
                r2 = {programs}
                r3 = r0
                call bpf_tail_call
                r0 = 0                              // nobody there: drop
                exit
            """));
        using Socket receiver = Network.Udp();
        using Socket sender = Network.Udp();
        receiver.AttachFilter(dispatcher);
        using (BpfProgram keep = Code.Load(BpfProgramType.SocketFilter, Code.Return(0xffff), name: "keep"))
        {
            programs.Set((byte)'k', keep);
            Claim.Equal(keep.GetInfo().Id, programs.TryGetProgramId((byte)'k', out uint id) ? id : 0, "the id of the program at a place");
        }

        Send("akbk");
        Claim.Equal(("k", "k"), (Next(), Next()), "what the filter keeps");
        Claim.Equal((true, false), (programs.Remove((byte)'k'), programs.Remove((byte)'k')), "removal");
        using (BpfProgram keep = Code.Load(BpfProgramType.SocketFilter, Code.Return(0xffff)))
        {
            programs.Set((byte)'z', keep);
        }

        Send("kz");
        Claim.Equal("z", Next(), "what the filter keeps after the exchange");
        using BpfProgram other = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        BpfException refusal = Claim.Throws<BpfException>(() => programs.Set(1, other), "a program of another type");
        Claim.Holds(refusal.Message.Contains("the array belongs to programs of another type", StringComparison.Ordinal), refusal.Message);
        // Otherwise the array and the program that calls through it would keep the target alive.
        programs.Remove((byte)'z');
        return "of 6 datagrams those were kept whose byte had a program that keeps";

        void Send(string bytes)
        {
            foreach (char c in bytes)
            {
                sender.SendTo([(byte)c], receiver.LocalEndPoint!);
            }
        }

        string Next() => ((char)Network.Receive(receiver)).ToString();
    }

    /// <summary>A filter counts in the map that is there now.</summary>
    private static string Replace(BpfMapType type)
    {
        using BpfMap<uint, ulong> first = Code.Counter(), second = Code.Counter();
        using BpfMapOfMaps<uint> outer = BpfMap.CreateMapOfMaps<uint>(type, first, 4, "outer");
        using BpfProgram filter = Code.Load(BpfProgramType.SocketFilter, Assembler.Parse($"""
                    *(u32 *)(r10 - 4) = 2
                    r1 = {outer}
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto keep
                    *(u32 *)(r10 - 4) = 0
                    r1 = r0
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto keep
                    r1 = 1
                    lock *(u64 *)(r0 + 0) += r1
            keep:   r0 = 0xffff
                    exit
            """));
        using Socket receiver = Network.Udp();
        using Socket sender = Network.Udp();
        receiver.AttachFilter(filter);
        Pass();
        outer.Set(2, first);
        Pass();
        Claim.Equal(first.GetInfo().Id, outer.TryGetMapId(2, out uint id) ? id : 0, "the id of the map at a place");
        outer.Set(2, second);
        Pass();
        Pass();
        Claim.Equal((true, false), (outer.Remove(2), outer.TryGetMapId(2, out _)), "removal");
        Pass();
        Claim.Equal((1ul, 2ul), (first[0], second[0]), "counts of the first and of the second map");
        Claim.Equal(type == BpfMapType.HashOfMaps, outer.TryAdd(3, first), "an add of a new key");
        using BpfMap<uint, uint> unlike = BpfMap.Create<uint, uint>(BpfMapType.Array, 1);
        BpfException refusal = Claim.Throws<BpfException>(() => outer.Set(0, unlike), "a map unlike the template");
        Claim.Holds(refusal.Message.Contains("the map is not like the template", StringComparison.Ordinal), refusal.Message);
        return "1 packet counted in the first map and 2 in the one that replaced it, none before and after";

        void Pass()
        {
            sender.SendTo("x"u8, receiver.LocalEndPoint!);
            Network.Receive(receiver);
        }
    }

    private static string Hold(BpfMapType type)
    {
        using BpfSocketMap<uint> map = BpfMap.CreateSocketMap<uint>(type, 4, "sockets");
        using Socket fresh = Network.Tcp();
        BpfException refusal = Claim.Throws<BpfException>(() => map.Set(0, fresh), "a socket that does nothing yet");
        Claim.Holds(refusal.Message.Contains("the socket must be a TCP", StringComparison.Ordinal), refusal.Message);
        Socket socket = Network.Listening(sharesPort: true);
        map.Set(3, socket);
        byte[] cookie = new byte[8];
        socket.GetRawSocketOption(1, SoCookie, cookie);
        Claim.Equal((true, BitConverter.ToUInt64(cookie)), (map.TryGetCookie(3, out ulong seen), seen), "the socket's cookie");
        Claim.Equal((true, false, false), (map.Remove(3), map.Remove(3), map.TryGetCookie(3, out _)), "removal");
        map.Set(2, socket);
        socket.Dispose();
        Claim.Holds(!map.TryGetCookie(2, out _), "a closed socket is in no map");
        using Socket udp = Network.Udp();
        if (type != BpfMapType.ReusePortSockArray)
        {
            map.Set(1, udp);
        }

        return "a listener was in the map until it was taken out, and until it was closed";
    }
}
