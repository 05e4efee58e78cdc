using Ebpf.Maps;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>
/// Represents the users of a map inside the kernel: programs that refer to it, and maps of maps that contain it, through which further programs can reach it.
/// </summary>
/// <remarks>
/// The result is a snapshot. A process that holds a descriptor of the map can put it into a map of maps at any time, unless the map is exclusive
/// (<see cref="BpfMap.CreateExclusive"/>). Applications that hold descriptors are not included.
/// </remarks>
public sealed record BpfMapUsers
{
    private BpfMapUsers()
    {
    }

    /// <summary>Gets the programs, in ascending order of their ids.</summary>
    public IReadOnlyList<BpfProgramInfo> Programs { get; private init; } = [];

    /// <summary>Gets the ids of the maps of maps, in ascending order.</summary>
    public IReadOnlyList<uint> MapsOfMaps { get; private init; } = [];

    /// <summary>
    /// Finds the users of a map by searching all programs and maps of the kernel, which takes some microseconds for each of them. Linux 4.13, with
    /// CAP_SYS_ADMIN.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <exception cref="BpfException">The kernel refused: the process lacks CAP_SYS_ADMIN (<see cref="Errno.EPERM"/>).</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public static BpfMapUsers Of(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        uint id = map.GetInfo().Id;
        return new() { Programs = [.. ProgramsThatUse(id)], MapsOfMaps = [.. OuterMaps.Holding(id)] };
    }

    private static IEnumerable<BpfProgramInfo> ProgramsThatUse(uint map)
    {
        Bpf.DescriptorByIdAttributes ids = new();
        Errno error;
        while ((error = Bpf.ProgramGetNextId(ref ids)) == Errno.None)
        {
            ids.Id = ids.NextId;
            if (InfoOf(ids.Id) is { } info && info.MapIds.Contains(map))
            {
                yield return info;
            }
        }

        if (error != Errno.ENOENT)
        {
            throw new BpfException(BpfCommand.ProgramGetNextId, error, "Listing programs");
        }
    }

    private static BpfProgramInfo? InfoOf(uint program)
    {
        try
        {
            using BpfProgram opened = BpfProgram.OpenById(program);
            return opened.GetInfo();
        }
        catch (BpfException e) when (e.Errno == Errno.ENOENT)
        {
            // The program was unloaded in the meantime.
            return null;
        }
    }
}
