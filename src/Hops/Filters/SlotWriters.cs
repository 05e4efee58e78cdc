using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.Common.Interop;

namespace Hops.Filters;

/// <summary>
/// Looks for programs of others that can write to shared slots: while everyone may load eBPF, a process that can open the slots can load one, and it stays
/// when the setting is back. Frozen slots are no obstacle to programs.
/// </summary>
internal static class SlotWriters
{
    /// <returns>What is known; and what writes there, or could, as a sentence without its full stop. Nothing is known to others than root.</returns>
    public static (HopSlotWriters Known, string? Writer) LookFor(BpfMap<uint, ulong> slots)
    {
        if (LibC.EffectiveUserId() != 0)
        {
            return (HopSlotWriters.Unknown, null);
        }

        try
        {
            return AreExclusive(slots) ? (HopSlotWriters.Impossible, null)
                : Find(slots) is { } writer ? (HopSlotWriters.Unknown, writer)
                : (HopSlotWriters.NoneSeen, null);
        }
        catch (BpfException)
        {
            // Root without the capabilities, or in a sandbox.
            return (HopSlotWriters.Unknown, null);
        }
    }

    /// <summary>
    /// Whether the kernel refuses programs that refer to the slots. It is the only one who knows, so it is asked to load one that it refuses in any case, a
    /// little later: its end cannot be reached. So nobody sees it.
    /// </summary>
    private static bool AreExclusive(BpfMap<uint, ulong> slots)
    {
        try
        {
            BpfProgram.Load(BpfProgramType.SocketFilter, Assembler.Parse($"""
                r1 = {slots}
                r0 = -1
                exit
                r0 = -1
                exit
                """), new() { License = "Dual MIT/GPL" }).Dispose();
            return false;
        }
        catch (BpfException e) when (e.Errno is Errno.EACCES or Errno.EINVAL)
        {
            return e.Errno == Errno.EACCES;
        }
    }

    private static string? Find(BpfMap<uint, ulong> slots)
    {
        BpfMapUsers users = BpfMapUsers.Of(slots);
        // A filter of ours writes what it saw, wherever to: a member may have bound these slots to an older one.
        BpfProgramInfo? program = users.Programs
            .FirstOrDefault(static program => program.Type != BpfProgramType.SocketFilter || !SynAckFilter.Tags.Contains(program.Tag));
        if (program is not null)
        {
            string name = program.Name ?? "without a name";
            return $"program {program.Id} ({name}), which user {program.LoadedByUserId} loaded, refers to the slots, too, and could make readings wrong";
        }

        return users.MapsOfMaps is [var map, ..] ? $"the map of maps {map} holds the slots, so programs of others could make readings wrong" : null;
    }
}
