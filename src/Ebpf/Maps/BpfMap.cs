using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Represents an eBPF map: memory in the kernel that programs and applications share. The map exists until the last descriptor, program and pin that refer to
/// it are gone.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man2/bpf.2.html"/>
public abstract partial class BpfMap : IDisposable
{
    private protected BpfMap(MapOrigin origin)
    {
        Descriptor = origin.Descriptor;
        Type = origin.Type;
        MaxEntries = origin.MaxEntries;
        Flags = origin.Flags;
        Name = origin.Name;
        Access = origin.Access;
    }

    /// <summary>Gets the type of the map.</summary>
    public BpfMapType Type { get; }

    /// <summary>Gets the maximum number of entries; for an array the number of entries, for a ring buffer its size in bytes.</summary>
    public int MaxEntries { get; }

    /// <summary>Gets the options with which the map was created.</summary>
    public BpfMapFlags Flags { get; }

    /// <summary>Gets the name that the kernel's tools and listings show for the map, or null.</summary>
    public string? Name { get; }

    /// <summary>Gets the access that this descriptor of the map allows.</summary>
    public BpfMapAccess Access { get; }

    /// <summary>
    /// Gets the map's file descriptor, for passing it to another process over a Unix socket (unix(7), <c>SCM_RIGHTS</c>) or by inheritance. This object owns
    /// the descriptor.
    /// </summary>
    public SafeHandle SafeHandle => Descriptor;

    internal FileDescriptor Descriptor { get; }

    internal bool IsArray => Type is BpfMapType.Array or BpfMapType.PerCpuArray;

    /// <summary>Gets whether its keys are numbers from 0 on.</summary>
    internal bool IsNumbered => MapKind.Of(Type) is { IsNumbered: true };

    internal bool IsFrozen => DescriptorInfo.Of(Descriptor).Number("frozen") == 1;

    /// <summary>
    /// Gets the kernel's current information about the map. If <c>bpf(2)</c> is forbidden, the information comes from <c>/proc</c>. Linux 4.13.
    /// </summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public BpfMapInfo GetInfo() => MapOrigin.InfoOf(Descriptor);

    /// <summary>
    /// Pins the map under a path in a file system of type <c>bpf</c>, usually <c>/sys/fs/bpf</c>. A pin keeps the map in the kernel, even after this process
    /// ends, until the path is deleted (<see cref="File.Delete"/>) or the file system is unmounted. Linux 4.4.
    /// </summary>
    /// <param name="path">The path. Its folder must exist; its last part must not contain <c>.</c>. The file gets mode 0600.</param>
    /// <exception cref="BpfException">The kernel refused: the path exists (<see cref="Errno.EEXIST"/>), or the file system is of another type.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public void Pin(string path) => Pins.Pin(Descriptor, path, Describe());

    /// <summary>
    /// Makes the map permanently read-only for applications: they can no longer write to it through <c>bpf(2)</c> or map it for writing. Programs can still
    /// write, unless the map was created with <see cref="BpfMapFlags.ProgramsOnlyRead"/>. Linux 5.2.
    /// </summary>
    /// <exception cref="BpfException">The kernel refused: the map is mapped for writing (<see cref="Errno.EBUSY"/>), or is frozen already.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public void Freeze()
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapFreezeAttributes attributes = new() { MapDescriptor = (uint)lease.Number };
        _ = Succeeded(BpfCommand.MapFreeze, "Freezing", Bpf.MapFreeze(ref attributes), falseFor: Errno.None);
    }

    /// <summary>Closes this descriptor of the map. Programs that use the map, and pins, keep it alive.</summary>
    public void Dispose()
    {
        Descriptor.Dispose();
        GC.SuppressFinalize(this);
    }

    internal string Describe() => Describe(Type, Name);

    internal static string Describe(BpfMapType type, string? name) => name is null ? $"a map of type {type}" : $"the map '{name}' of type {type}";

    private protected bool Succeeded(BpfCommand command, string attempt, Errno error, Errno falseFor)
    {
        if (error == Errno.None)
        {
            return true;
        }

        return error == falseFor ? false : throw MapRefusal.Explain(this, command, error, attempt);
    }

    private protected static Errno AnswerWhenUnmet(BpfUpdate update) => update switch
    {
        BpfUpdate.IfAbsent => Errno.EEXIST,
        BpfUpdate.IfPresent => Errno.ENOENT,
        _ => Errno.None,
    };

    private protected static MapShape ShapeOf<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged =>
        new("BpfMap", Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TValue>(), BpfMapType.Hash, BpfMapType.LruHash, BpfMapType.LpmTrie, BpfMapType.Array);

    private protected static MapShape ShapeOfOuter<TKey>()
        where TKey : unmanaged => new("BpfMapOfMaps", Unsafe.SizeOf<TKey>(), sizeof(uint), BpfMapType.ArrayOfMaps, BpfMapType.HashOfMaps);

    // With values of eight bytes the kernel returns a socket's cookie.
    private protected static MapShape ShapeOfSockets<TKey>()
        where TKey : unmanaged =>
        new("BpfSocketMap", Unsafe.SizeOf<TKey>(), sizeof(ulong), BpfMapType.SockMap, BpfMapType.SockHash, BpfMapType.ReusePortSockArray);

    private protected static MapShape PerCpuShapeOf<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged
    {
        // Checked first, so that no descriptor is opened if the number of processors is unknown.
        _ = PossibleProcessors.Count;
        return new("BpfPerCpuMap", Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TValue>(), BpfMapType.PerCpuHash, BpfMapType.LruPerCpuHash, BpfMapType.PerCpuArray);
    }
}
