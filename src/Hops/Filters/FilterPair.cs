using Ebpf;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Hops.Filters;

/// <summary>The filter, and the slots that it writes to.</summary>
internal sealed class FilterPair(BpfProgram filter, BpfMap<uint, ulong> slots) : IDisposable
{
    private const BpfMapFlags SlotFlags = BpfMapFlags.MemoryMappable;

    public BpfProgram Filter { get; } = filter;

    public BpfMap<uint, ulong> Slots { get; } = slots;

    /// <summary>Whether the kernel said that the filter writes to these slots. Where <c>bpf(2)</c> is forbidden it does not say.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Whether programs of others can write to the slots, as far as <see cref="WhatIsWrong"/> could see.</summary>
    public HopSlotWriters OtherWriters { get; private set; }

    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static FilterPair Load()
    {
        try
        {
            return Load(exclusive: true);
        }
        catch (BpfException e) when (e.Errno is Errno.E2BIG or Errno.EINVAL or Errno.EACCES)
        {
            // Linux before 6.18 has no exclusive maps.
            return Load(exclusive: false);
        }
    }

    /// <param name="exclusive">Whether the kernel is to refuse every other program that refers to the slots. Linux 6.18.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static FilterPair Load(bool exclusive)
    {
        const string Name = "hop_slots";
        BpfMap<uint, ulong> slots = exclusive
            ? BpfMap.CreateExclusive<uint, ulong>(BpfMapType.Array, SynAckFilter.SlotCount, Convert.FromHexString(SynAckFilter.Hash), SlotFlags, Name)
            : BpfMap.Create<uint, ulong>(BpfMapType.Array, SynAckFilter.SlotCount, SlotFlags, Name);
        try
        {
            return new(
                BpfProgram.Load(BpfProgramType.SocketFilter, SynAckFilter.Assemble(slots), new() { Name = "hop_filter", License = "Dual MIT/GPL" }), slots);
        }
        catch
        {
            slots.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks whether a pair that another process loaded is the same as one of <see cref="Load()"/>, and only the filter can write to the slots.
    /// </summary>
    /// <returns>What is wrong, as a sentence without its full stop; null if nothing is.</returns>
    /// <exception cref="BpfException">The kernel tells nothing about them.</exception>
    public string? WhatIsWrong()
    {
        BpfProgramInfo filter = Filter.GetInfo();
        BpfMapInfo slots = Slots.GetInfo();
        // The filter was loaded with one map. Any user of it may bind further ones to it, after that one, which it never writes to (BPF_PROG_BIND_MAP).
        IsProven = slots.Id != 0 && filter.MapIds is [var written, ..] && written == slots.Id;
        return filter switch
        {
            { Type: not BpfProgramType.SocketFilter } => $"the program is no socket filter but of type {filter.Type}",
            _ when !SynAckFilter.Tags.Contains(filter.Tag) =>
                $"the program is another one (its tag is {filter.Tag}): it was made by another version of hops, or by somebody else",
            { MapIds.Count: > 0 } when !IsProven => "the program writes to another map than the one beside it",
            _ when slots is not
            {
                Type: BpfMapType.Array,
                KeySize: sizeof(uint),
                ValueSize: sizeof(ulong),
                MaxEntries: SynAckFilter.SlotCount,
                Flags: SlotFlags,
            } =>
                $"the map is not of the right form (type {slots.Type}, {slots.KeySize} bytes a key, {slots.ValueSize} bytes a value, "
                + $"{slots.MaxEntries} entries, flags {slots.Flags})",
            _ when !slots.IsFrozen => "the map is not frozen, so others could write to it",
            _ => FindWriter(),
        };
    }

    private string? FindWriter()
    {
        (OtherWriters, string? writer) = SlotWriters.LookFor(Slots);
        return writer;
    }

    public void Dispose()
    {
        Filter.Dispose();
        Slots.Dispose();
    }
}
