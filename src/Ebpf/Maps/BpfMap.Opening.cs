using Ebpf.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Maps;

/// <content>Making maps, and opening those of others.</content>
public abstract partial class BpfMap
{
    /// <summary>Makes a map.</summary>
    /// <typeparam name="TKey">
    /// The key. The kernel compares keys byte by byte: a structure with padding between its fields finds nothing again. Arrays need <see cref="uint"/>.
    /// </typeparam>
    /// <typeparam name="TValue">The value.</typeparam>
    /// <param name="type">
    /// The kind of map: <see cref="BpfMapType.Hash"/>, <see cref="BpfMapType.LruHash"/>, <see cref="BpfMapType.LpmTrie"/> or <see cref="BpfMapType.Array"/>.
    /// </param>
    /// <param name="maxEntries">How many entries it can hold, at least 1.</param>
    /// <param name="flags">How it is made.</param>
    /// <param name="name">Shown by the kernel's tools: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>; Linux 4.15.</param>
    /// <exception cref="ArgumentException">Maps of this type are made elsewhere, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> Create<TKey, TValue>(BpfMapType type, int maxEntries, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Make(ShapeOf<TKey, TValue>(), type, maxEntries, flags, name));

    /// <summary>
    /// Makes a map that no other program than one may use, not even one that root loads: the kernel refuses to load others that refer to it, and to put it
    /// into a map of maps. Linux 6.18.
    /// </summary>
    /// <typeparam name="TKey">As for <see cref="Create"/>.</typeparam>
    /// <typeparam name="TValue">The value.</typeparam>
    /// <param name="type">As for <see cref="Create"/>.</param>
    /// <param name="maxEntries">How many entries it can hold, at least 1.</param>
    /// <param name="programHash">
    /// The SHA-256 of the program's instructions, 32 bytes, in which the numbers of maps are zero; on this kernel <see cref="Programs.BpfProgramInfo.Tag"/>
    /// is how it begins.
    /// </param>
    /// <param name="flags">How it is made.</param>
    /// <param name="name">As for <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">The hash is not 32 bytes long, maps of this type are made elsewhere, or the kernel would refuse the
    /// name.</exception>
    /// <exception cref="BpfException">The kernel refused: it is older, or the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> CreateExclusive<TKey, TValue>(
        BpfMapType type, int maxEntries, ReadOnlySpan<byte> programHash, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => programHash.Length == 32
            ? new(MapOrigin.Make(ShapeOf<TKey, TValue>(), type, maxEntries, flags, name, programHash))
            : throw new ArgumentException($"A SHA-256 has 32 bytes, and this has {programHash.Length}.", nameof(programHash));

    /// <summary>Makes a map with a value for each processor, which programs change without disturbing one another.</summary>
    /// <typeparam name="TKey">As for <see cref="Create"/>.</typeparam>
    /// <typeparam name="TValue">The value of one processor.</typeparam>
    /// <param name="type"><see cref="BpfMapType.PerCpuHash"/>, <see cref="BpfMapType.LruPerCpuHash"/> or <see cref="BpfMapType.PerCpuArray"/>.</param>
    /// <param name="maxEntries">How many entries it can hold, at least 1.</param>
    /// <param name="flags">How it is made.</param>
    /// <param name="name">As for <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">Maps of this type are made elsewhere, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="IOException">There is no sysfs to tell how many processors are possible.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> CreatePerCpu<TKey, TValue>(
        BpfMapType type, int maxEntries, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Make(PerCpuShapeOf<TKey, TValue>(), type, maxEntries, flags, name));

    /// <summary>Opens a map that was pinned. What is pinned there is checked: anyone who may write to the folder can pin anything.</summary>
    /// <typeparam name="TKey">The key: as many bytes as the map's keys have.</typeparam>
    /// <typeparam name="TValue">The value: as many bytes as the map's values have.</typeparam>
    /// <param name="path">The pin.</param>
    /// <param name="access">What for. The pin's file must permit it.</param>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a map of such keys and values. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> OpenPinned<TKey, TValue>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenPinned(ShapeOf<TKey, TValue>(), path, access));

    /// <summary>Opens a map by its id (<see cref="BpfMapInfo.Id"/>). Linux 4.13, with CAP_SYS_ADMIN.</summary>
    /// <typeparam name="TKey">The key: as many bytes as the map's keys have.</typeparam>
    /// <typeparam name="TValue">The value: as many bytes as the map's values have.</typeparam>
    /// <param name="id">The map's id.</param>
    /// <param name="access">What for.</param>
    /// <exception cref="BpfException">The kernel refused, or the map has other keys or values. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> OpenById<TKey, TValue>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenById(ShapeOf<TKey, TValue>(), id, access));

    /// <summary>
    /// Takes over a descriptor of a map that this process inherited, or received over a Unix socket. It is checked as a pin is. Works also where <c>bpf(2)</c>
    /// is forbidden (then the map's name is not known).
    /// </summary>
    /// <typeparam name="TKey">The key: as many bytes as the map's keys have.</typeparam>
    /// <typeparam name="TValue">The value: as many bytes as the map's values have.</typeparam>
    /// <param name="descriptor">It belongs to the map from now on, and is closed also when this throws.</param>
    /// <exception cref="ArgumentException">The handle is closed or invalid.</exception>
    /// <exception cref="BpfException">It is not a map of such keys and values. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> FromDescriptor<TKey, TValue>(SafeFileHandle descriptor)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Adopt(ShapeOf<TKey, TValue>(), FileDescriptor.TakeOver(descriptor)));

    /// <summary>Opens a per-CPU map that was pinned, as <see cref="OpenPinned"/> does others.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a per-CPU map of such keys and values. The message names both sizes.</exception>
    /// <exception cref="IOException">There is no sysfs to tell how many processors are possible.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> OpenPinnedPerCpu<TKey, TValue>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenPinned(PerCpuShapeOf<TKey, TValue>(), path, access));

    /// <summary>Opens a per-CPU map by its id, as <see cref="OpenById"/> does others.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map has other keys or values. The message names both sizes.</exception>
    /// <exception cref="IOException">There is no sysfs to tell how many processors are possible.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> OpenByIdPerCpu<TKey, TValue>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenById(PerCpuShapeOf<TKey, TValue>(), id, access));
}
