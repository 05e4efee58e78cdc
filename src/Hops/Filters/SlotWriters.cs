using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.Common.Interop;

namespace Hops.Filters;

/// <summary>
/// Looks for other programs that can write to shared slots. While all users may load eBPF, a process that can open the slots can load such a program, which
/// stays loaded when the setting is changed back. Freezing the slots does not prevent programs from writing.
/// </summary>
internal static class SlotWriters
{
    /// <returns>
    /// The finding, which is unknown unless this is root; and the program that writes or could write there, as a sentence without its full stop.
    /// </returns>
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
    /// Returns whether the kernel refuses programs that refer to the slots. Only the kernel knows this, so it is asked to load a program that it would refuse
    /// anyway, but later: its end cannot be reached. So no program is ever loaded.
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
