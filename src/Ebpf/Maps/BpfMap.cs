using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// A map: the memory that an eBPF program and applications share. It lives in the kernel until the last descriptor, program and pin
/// that refer to it are gone.
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

    /// <summary>The kind of map.</summary>
    public BpfMapType Type { get; }

    /// <summary>How many entries fit; of an array: how many there are; of a ring buffer: how many bytes.</summary>
    public int MaxEntries { get; }

    /// <summary>How the map was made.</summary>
    public BpfMapFlags Flags { get; }

    /// <summary>The name by which the kernel's tools and listings show the map, or null.</summary>
    public string? Name { get; }

    /// <summary>What this descriptor of the map is for.</summary>
    public BpfMapAccess Access { get; }

    /// <summary>
    /// The map's descriptor, to hand it to another process: over a Unix socket (unix(7), <c>SCM_RIGHTS</c>), or by inheritance. It belongs to this object.
    /// </summary>
    public SafeHandle SafeHandle => Descriptor;

    internal FileDescriptor Descriptor { get; }

    internal bool IsArray => Type is BpfMapType.Array or BpfMapType.PerCpuArray;

    /// <summary>Whether its keys are numbers from 0 on.</summary>
    internal bool IsNumbered => MapKind.Of(Type) is { IsNumbered: true };

    internal bool IsFrozen => DescriptorInfo.Of(Descriptor).Number("frozen") == 1;

    /// <summary>What the kernel says of the map now. Linux 4.13. Where <c>bpf(2)</c> is forbidden, what <c>/proc</c> says.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public BpfMapInfo GetInfo() => MapOrigin.InfoOf(Descriptor);

    /// <summary>
    /// Gives the map a name in a file system of type <c>bpf</c>, usually <c>/sys/fs/bpf</c>. The pin keeps the map alive, also when this process has ended,
    /// until the file is deleted (<see cref="File.Delete"/>) or the file system unmounted. Linux 4.4.
    /// </summary>
    /// <param name="path">Its folder must exist; its last part may hold no <c>.</c>. The file gets mode 0600.</param>
    /// <exception cref="BpfException">The kernel refused: the name is taken (<see cref="Errno.EEXIST"/>), the file system is of another type.</exception>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public void Pin(string path) => Pins.Pin(Descriptor, path, Describe());

    /// <summary>
    /// Makes the map constant for applications, for good: nobody can write to it through <c>bpf(2)</c> or map it for writing any more. Programs still can,
    /// unless it was made with <see cref="BpfMapFlags.ProgramsOnlyRead"/>. Linux 5.2.
    /// </summary>
    /// <exception cref="BpfException">The kernel refused: the map is mapped for writing (<see cref="Errno.EBUSY"/>), or frozen already.</exception>
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

    // With values of eight bytes the kernel tells a socket's cookie.
    private protected static MapShape ShapeOfSockets<TKey>()
        where TKey : unmanaged =>
        new("BpfSocketMap", Unsafe.SizeOf<TKey>(), sizeof(ulong), BpfMapType.SockMap, BpfMapType.SockHash, BpfMapType.ReusePortSockArray);

    private protected static MapShape PerCpuShapeOf<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged
    {
        // Asked first: where that is unknown, no descriptor is opened in vain.
        _ = PossibleProcessors.Count;
        return new("BpfPerCpuMap", Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TValue>(), BpfMapType.PerCpuHash, BpfMapType.LruPerCpuHash, BpfMapType.PerCpuArray);
    }
}
