using Ebpf.Maps;

namespace Ebpf.Programs;

/// <summary>
/// Represents an array of programs for tail calls. <c>bpf_tail_call(ctx, array, index)</c> continues with the program at that index and does not return, unless
/// the entry is empty. Linux 4.2.
/// </summary>
/// <remarks>
/// The kernel empties the array when its last descriptor and pin are gone, even while programs use it: keep this object, or pin the array, as long as they run.
/// All programs of an array, and those that call through it, have the same type.
/// </remarks>
public sealed class BpfProgramArray : BpfDescriptorMap<uint>
{
    private static readonly MapShape Shape = new(nameof(BpfProgramArray), sizeof(uint), sizeof(uint), BpfMapType.ProgramArray);

    private BpfProgramArray(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Creates an array without programs.</summary>
    /// <param name="maxEntries">The number of entries, at least 1.</param>
    /// <param name="name">The name that the kernel's tools show: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>.</param>
    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray Create(int maxEntries, string? name = null) =>
        new(MapOrigin.Make(Shape, BpfMapType.ProgramArray, maxEntries, BpfMapFlags.None, name));

    /// <summary>Opens a pinned array.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a program array.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray OpenPinned(string path, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenPinned(Shape, path, access));

    /// <summary>Opens an array by its id (<see cref="BpfMapInfo.Id"/>). Linux 4.13, with CAP_SYS_ADMIN.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgramArray OpenById(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenById(Shape, id, access));

    /// <summary>Sets the program at an index, atomically replacing a program that is there.</summary>
    /// <param name="index">The index, from 0 on.</param>
    /// <param name="program">The program. It may be disposed afterwards.</param>
    /// <exception cref="BpfException">
    /// The kernel refused: the index is out of range (<see cref="Errno.E2BIG"/>), or the array is for programs of another type (<see cref="Errno.EINVAL"/>).
    /// </exception>
    public void Set(uint index, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Put(index, program.Descriptor, BpfUpdate.Any);
    }

    /// <summary>Gets the id of the program at an index, for <see cref="BpfProgram.OpenById"/>. Linux 4.13.</summary>
    /// <returns>True if there is a program at that index; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetProgramId(uint index, out uint id)
    {
        bool found = TryGetNumber(index, out ulong number);
        id = (uint)number;
        return found;
    }
}
