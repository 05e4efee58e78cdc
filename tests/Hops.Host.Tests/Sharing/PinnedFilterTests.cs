using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.Filters;
using Hops.Host.Sharing;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

/// <summary>
/// Pins that are stale, foreign, half-written or owned by another user. Each is refused with its path and a remedy, and no descriptor stays open.
/// </summary>
public sealed class PinnedFilterTests
{
    private static readonly byte[] AnyPacket = new byte[64];

    [Fact]
    public void Without_pins_and_service_the_remedy_is_to_share()
    {
        using TemporaryShare share = new(enabled: false);
        HopSourceRefusal refusal = share.Refusal();
        Assert.Equal(new HopSourceRefusal(HopSource.PinnedFilter, $"{share.Paths.Root} is not there", new(HopRemedyKind.SharePins)), refusal);
    }

    [Fact]
    public void Half_of_the_pins_is_refused() => AssertRefused(static share => File.Delete(share.Slots), "slots is not there");

    [Fact]
    public void Pins_of_another_user_are_refused() =>
        AssertRefused(static share => Command.Run("chown", "65534", share.Filter), "belongs to user 65534, not to root");

    [Fact]
    public void A_folder_of_another_user_is_refused() =>
        AssertRefused(static share => Command.Run("chown", "65534", share.Folder), "belongs to user 65534, not to root");

    [Fact]
    public void A_folder_that_others_may_write_to_is_refused() =>
        AssertRefused(static share => Command.Run("chmod", "0775", share.Paths.LayoutFolder), "others than root may write to it");

    [Fact]
    public void A_folder_by_way_of_a_link_is_refused() => AssertRefused(
        static share =>
        {
            Directory.Move(share.Folder, share.Folder + "x");
            File.CreateSymbolicLink(share.Folder, share.Folder + "x");
        },
        "it is a symbolic link");

    [Theory]
    [InlineData("../v1")]
    [InlineData("/tmp")]
    [InlineData(".")]
    public void A_link_that_leads_elsewhere_is_refused(string target) => AssertRefused(
        share =>
        {
            File.Delete(share.Paths.CurrentLink);
            File.CreateSymbolicLink(share.Paths.CurrentLink, target);
        },
        "is not a link to a folder beside it");

    [Fact]
    public void A_folder_in_place_of_the_link_is_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Paths.CurrentLink);
            Directory.Move(share.Folder, share.Paths.CurrentLink);
        },
        "is not a link to a folder beside it");

    [Fact]
    public void Another_program_is_refused_by_its_tag() => AssertRefused(
        static share =>
        {
            // From Linux 6.18 on the kernel refuses one that refers to the slots.
            using BpfMap<uint, ulong> slots = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);
            PinOver(share.Filter, Assembler.Parse($"""
                r1 = {slots}
                r0 = -1
                exit
                """));
        },
        "the program is another one (its tag is ");

    [Fact]
    public void A_program_of_another_type_is_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Filter);
            using BpfProgram program = BpfProgram.Load(BpfProgramType.CgroupSkb, Assembler.Parse("r0 = 1\nexit"), new() { License = "MIT" });
            program.Pin(share.Filter);
        },
        "not SocketFilter");

    [Fact]
    public void A_map_in_place_of_the_program_is_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Filter);
            using BpfMap<uint, ulong> slots = BpfMap.OpenPinned<uint, ulong>(share.Slots);
            slots.Pin(share.Filter);
        },
        "what is pinned there is a map");

    [Fact]
    public void A_filter_that_writes_to_other_slots_is_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Filter);
            using FilterPair other = FilterPair.Load();
            other.Filter.Pin(share.Filter);
        },
        "the program writes to another map than the one beside it");

    [Fact]
    public void Slots_that_are_not_frozen_are_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Filter);
            File.Delete(share.Slots);
            using FilterPair open = FilterPair.Load();
            open.Filter.Pin(share.Filter);
            open.Slots.Pin(share.Slots);
        },
        "the map is not frozen");

    [Theory]
    [InlineData(BpfMapType.Array, 32_768, BpfMapFlags.MemoryMappable)]
    [InlineData(BpfMapType.Array, 65_536, BpfMapFlags.None)]
    [InlineData(BpfMapType.Hash, 65_536, BpfMapFlags.None)]
    public void Slots_of_another_form_are_refused(BpfMapType type, int entries, BpfMapFlags flags) => AssertRefused(
        share =>
        {
            File.Delete(share.Filter);
            File.Delete(share.Slots);
            using BpfMap<uint, ulong> slots = BpfMap.Create<uint, ulong>(type, entries, flags);
            slots.Freeze();
            slots.Pin(share.Slots);
            PinOver(share.Filter, SynAckFilter.Assemble(slots));
        },
        "the map is not of the right form");

    [Fact]
    public void Slots_with_wider_values_are_refused() => AssertRefused(
        static share =>
        {
            File.Delete(share.Slots);
            using BpfMap<uint, (ulong, ulong)> slots = BpfMap.Create<uint, (ulong, ulong)>(BpfMapType.Array, 65_536, BpfMapFlags.MemoryMappable);
            slots.Pin(share.Slots);
        },
        "16 bytes a value");

    [Fact]
    public void Another_versions_layout_is_named()
    {
        using TemporaryShare share = new();
        SharedFilter.Disable(share.Paths);
        Directory.CreateDirectory(share.Paths.FileSystem);
        Command.Run("mount", "-t", "bpf", "-o", "mode=0755", "bpf", share.Paths.FileSystem);
        Directory.CreateDirectory($"{share.Paths.FileSystem}/v2");
        HopSourceRefusal refusal = share.Refusal();
        Assert.Equal($"what is shared below {share.Paths.FileSystem} has the layout v2, and this program reads v1", refusal.Reason);
        Assert.Equal(HopRemedyKind.UseSameVersion, refusal.Remedy.Kind);

        // Both live side by side.
        Assert.True(SharedFilter.Enable(share.Paths, new() { Everyone = true }).MayUsePins);
        Assert.Equal(["v2"], SharedFilter.GetStatus(share.Paths).OtherLayouts);
    }

    [Fact]
    public void Nobody_writes_to_the_slots_but_the_filter()
    {
        using TemporaryShare share = new();
        using BpfMap<uint, ulong> slots = BpfMap.OpenPinned<uint, ulong>(share.Slots);
        Assert.Equal(Ebpf.Errno.EPERM, Assert.Throws<Ebpf.BpfException>(() => slots[0] = 1).Errno);
        Assert.Equal(Ebpf.Errno.EPERM, Assert.Throws<Ebpf.BpfException>(() => slots.MapMemory(writable: true)).Errno);
        using BpfProgram filter = BpfProgram.OpenPinned(share.Filter, BpfProgramType.SocketFilter);
        Assert.Equal(uint.MaxValue, filter.Test(AnyPacket).ReturnValue);
    }

    private static void AssertRefused(Action<TemporaryShare> spoil, string reason)
    {
        using TemporaryShare share = new();
        Assert.Equal(64, share.Measure());
        spoil(share);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        HopSourceRefusal refusal = share.Refusal();
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.Contains(share.Paths.Root, refusal.Reason, StringComparison.Ordinal);
        Assert.True(refusal.Remedy.Kind is HopRemedyKind.SharePins or HopRemedyKind.InspectPath, $"{refusal.Remedy}");
        SharingStatus status = SharedFilter.GetStatus(share.Paths);
        Assert.False(status.MayUse);
        Assert.Equal((refusal.Reason, refusal.Remedy), (status.Problem, status.Remedy));
    }

    private static void PinOver(string pin, BpfCode code)
    {
        File.Delete(pin);
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "Dual MIT/GPL" });
        program.Pin(pin);
    }
}
