using Ebpf.Maps;

namespace Ebpf.Programs;

/// <summary>
/// Programs by number, for tail calls: <c>bpf_tail_call(ctx, array, index)</c> goes on with the program at that place and never comes back, or returns where
/// there is none. Linux 4.2.
/// </summary>
/// <remarks>
/// When the last descriptor and the last pin of the array are gone, the kernel empties it, although programs that use it go on: keep this object, or pin it,
/// as long as they run. All programs of an array, and those that call through it, are of one type.
/// </remarks>
public sealed class BpfProgramArray : BpfDescriptorMap<uint>
{
    private static readonly MapShape Shape = new(nameof(BpfProgramArray), sizeof(uint), sizeof(uint), BpfMapType.ProgramArray);

    private BpfProgramArray(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Makes an array without programs.</summary>
    /// <param name="maxEntries">How many places it has, at least 1.</param>
    /// <param name="name">Shown by the kernel's tools: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>.</param>
    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray Create(int maxEntries, string? name = null) =>
        new(MapOrigin.Make(Shape, BpfMapType.ProgramArray, maxEntries, BpfMapFlags.None, name));

    /// <summary>Opens an array that was pinned.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is something else.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray OpenPinned(string path, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenPinned(Shape, path, access));

    /// <summary>Opens an array by its id (<see cref="BpfMapInfo.Id"/>). Linux 4.13, with CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray OpenById(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenById(Shape, id, access));

    /// <summary>Puts a program at a place, in one step, whatever was there.</summary>
    /// <param name="index">The place, from 0 on.</param>
    /// <param name="program">The program. It may be disposed afterwards.</param>
    /// <exception cref="BpfException">
    /// The kernel refused: there is no such place (<see cref="Errno.E2BIG"/>), or the array is for programs of another type (<see cref="Errno.EINVAL"/>).
    /// </exception>
    public void Set(uint index, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Put(index, program.Descriptor, BpfUpdate.Any);
    }

    /// <summary>The id of the program at a place: <see cref="BpfProgram.OpenById"/> opens it. Linux 4.13.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetProgramId(uint index, out uint id)
    {
        bool found = TryGetNumber(index, out ulong number);
        id = (uint)number;
        return found;
    }
}
