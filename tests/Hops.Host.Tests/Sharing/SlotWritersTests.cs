using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.Filters;
using Hops.Host.Sharing;
using Hops.Lab;
using Hops.Sharing;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

/// <summary>
/// Programs of others that write to shared slots: what a member of the group could load while everyone might load eBPF, and what stays when the setting is
/// back. The slots of kernels before 6.18 are open to them, and are made here as they are there.
/// </summary>
public sealed class SlotWritersTests
{
    private const int SolSocket = 1;
    private const int SoCookie = 57;

    // Linux 6.18 has exclusive maps.
    private static readonly HopSlotWriters Here = Environment.OSVersion.Version >= new Version(6, 18) ? HopSlotWriters.Impossible : HopSlotWriters.NoneSeen;

    [Fact]
    public void The_kernel_lets_no_other_program_use_what_is_shared()
    {
        using TemporaryShare share = new();
        Assert.Equal(Here, SharedFilter.GetStatus(share.Paths).OtherWriters);
        Assert.Equal(share.Folder, SharedFilter.Enable(share.Paths, new() { Group = "65534" }).Folder);
        using BpfMap<uint, ulong> slots = BpfMap.OpenPinned<uint, ulong>(share.Slots);
        using ForeignWriter member = ForeignWriter.Start();
        if (Here == HopSlotWriters.Impossible)
        {
            Assert.Equal(Errno.EACCES, Assert.Throws<VerifierException>(() => LoadWriter(slots)).Errno);
            Assert.Equal($"put {(int)Errno.ENOTSUPP}, first slot 0", member.WriteTo(share.Slots));
        }
        else
        {
            Assert.Equal("put 0, first slot 0x2a", member.WriteTo(share.Slots));
        }
    }

    [Fact]
    public void Slots_that_a_foreign_program_makes_wrong_are_refused_and_made_anew()
    {
        using TemporaryShare share = WithOpenSlots();
        Assert.Equal((true, HopSlotWriters.NoneSeen), Seen(share));
        Assert.Equal(share.Folder, SharedFilter.Enable(share.Paths, new() { Group = "65534" }).Folder);
        using SocketFilter victim = PinnedFilter.Open(share.Paths);
        using BpfMap<uint, ulong> slots = BpfMap.OpenPinned<uint, ulong>(share.Slots);
        using BpfProgram writer = LoadWriter(slots);
        // The attack is real.
        Assert.Equal(33, MeasureWhileOneWrites(victim, writer));

        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        string problem = $"program {writer.GetInfo().Id} (foreign), which user 0 loaded, refers to the slots, too, and could make readings wrong";
        Assert.Contains(problem, share.Refusal().Reason, StringComparison.Ordinal);
        Assert.Contains(problem, SharedFilter.GetStatus(share.Paths).Problem, StringComparison.Ordinal);
        Assert.Equal((false, HopSlotWriters.Unknown), Seen(share));

        SharingStatus fresh = SharedFilter.Enable(share.Paths, new() { Group = "65534" });
        Assert.NotEqual(share.Folder, fresh.Folder);
        Assert.Equal((true, Here), (fresh.MayUsePins, fresh.OtherWriters));
        using SocketFilter next = PinnedFilter.Open(share.Paths);
        Assert.Equal(64, MeasureWhileOneWrites(next, writer));
    }

    [Fact]
    public void Slots_in_a_map_of_maps_of_a_member_are_refused_and_made_anew()
    {
        using TemporaryShare share = WithOpenSlots();
        using ForeignWriter member = ForeignWriter.Start();
        Assert.Equal((true, HopSlotWriters.NoneSeen), Seen(share));
        // It needs no right for that any more.
        Assert.Equal("put 0, first slot 0x2a", member.WriteTo(share.Slots));
        Assert.Contains(" holds the slots, so programs of others could make readings wrong", share.Refusal().Reason, StringComparison.Ordinal);
        Assert.NotEqual(share.Folder, SharedFilter.Enable(share.Paths, new() { Group = "65534" }).Folder);
        Assert.Equal((true, Here), Seen(share));
    }

    [Fact]
    public void A_second_filter_of_ours_on_the_same_slots_is_no_foreign_program()
    {
        using TemporaryShare share = WithOpenSlots();
        using BpfMap<uint, ulong> slots = BpfMap.OpenPinned<uint, ulong>(share.Slots);
        using BpfProgram second = BpfProgram.Load(
            BpfProgramType.SocketFilter, SynAckFilter.Assemble(slots), new() { License = "Dual MIT/GPL" }, TestContext.Current.CancellationToken);
        Assert.Equal((true, HopSlotWriters.NoneSeen), Seen(share));
    }

    [Fact]
    public async Task Root_is_told_that_a_foreign_program_writes_to_the_slots_of_the_service()
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.Root);
        using FilterPair pair = FilterPair.Load(exclusive: false);
        pair.Slots.Freeze();
        using BpfProgram writer = LoadWriter(pair.Slots);
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(share.Paths.Socket));
        listener.Listen();
        Task<SharingStatus> asking = Task.Run(() => SharedFilter.GetStatus(share.Paths), TestContext.Current.CancellationToken);
        using Socket caller = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Errno.None, PairMessage.Send(caller.SafeHandle, pair));
        SharingStatus status = await asking;
        Assert.Null(status.Service);
        Assert.Contains($"program {writer.GetInfo().Id} (foreign)", status.ServiceProblem, StringComparison.Ordinal);
    }

    private static (bool MayUse, HopSlotWriters Known) Seen(TemporaryShare share)
    {
        SharingStatus status = SharedFilter.GetStatus(share.Paths);
        return (status.MayUsePins, status.OtherWriters);
    }

    /// <summary>Pins whose slots are as a kernel before 6.18 makes them.</summary>
    private static TemporaryShare WithOpenSlots()
    {
        TemporaryShare share = new();
        using FilterPair open = FilterPair.Load(exclusive: false);
        open.Slots.Freeze();
        File.Delete(share.Filter);
        File.Delete(share.Slots);
        open.Filter.Pin(share.Filter);
        open.Slots.Pin(share.Slots);
        Command.Run("chown", "0:65534", share.Filter, share.Slots);
        Command.Run("chmod", "0660", share.Slots);
        Command.Run("chmod", "0640", share.Filter);
        return share;
    }

    /// <summary>Writes the word in the first eight bytes of a packet to the slot whose number is in the next four.</summary>
    private static BpfProgram LoadWriter(BpfMap<uint, ulong> slots) => BpfProgram.Load(BpfProgramType.SocketFilter, Assembler.Parse($"""
                r6 = r1
                r0 = *(u32 *)skb[8]
                *(u32 *)(r10 - 4) = r0
                r0 = *(u32 *)skb[0]
                r7 = r0
                r7 <<= 32
                r0 = *(u32 *)skb[4]
                r7 |= r0
                r1 = {slots}
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem
                if r0 == 0 goto end
                *(u64 *)(r0 + 0) = r7
        end:    r0 = 0
                exit
        """), new() { Name = "foreign", License = "Dual MIT/GPL" });

    /// <summary>A connection whose TTL is 64, and a writer that says 33.</summary>
    private static byte MeasureWhileOneWrites(SocketFilter filter, BpfProgram writer)
    {
        using LabServer server = LabServer.Start();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filter.Arm(socket);
        socket.Connect(IPAddress.Loopback, server.Port);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        socket.GetRawSocketOption(SolSocket, SoCookie, bytes);
        ulong cookie = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        // Behind an Ethernet header, which the program does not see.
        Span<byte> packet = stackalloc byte[14 + 64];
        packet.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(packet[14..], (cookie << 8) | 33);
        BinaryPrimitives.WriteInt32BigEndian(packet[22..], SynAckFilter.SlotOf(cookie));
        writer.Test(packet);
        return filter.Read(socket);
    }
}
