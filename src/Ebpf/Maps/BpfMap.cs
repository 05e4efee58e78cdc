using System.Runtime.CompilerServices;
using Ebpf.Kernel;

namespace Ebpf.Maps;

/// <summary>
/// A map: the memory that an eBPF program and applications share. It lives in the kernel until the last descriptor, program and pin
/// that refer to it are gone.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man2/bpf.2.html"/>
public abstract class BpfMap : IDisposable
{
    private protected BpfMap(FileDescriptor descriptor, BpfMapType type, int maxEntries, BpfMapFlags flags, string? name)
    {
        Descriptor = descriptor;
        Type = type;
        MaxEntries = maxEntries;
        Flags = flags;
        Name = name;
    }

    /// <summary>The kind of map.</summary>
    public BpfMapType Type { get; }

    /// <summary>How many entries fit; of an array: how many there are.</summary>
    public int MaxEntries { get; }

    /// <summary>How the map was made.</summary>
    public BpfMapFlags Flags { get; }

    /// <summary>The name by which the kernel's tools and listings show the map, or null.</summary>
    public string? Name { get; }

    internal FileDescriptor Descriptor { get; }

    /// <summary>Makes a map.</summary>
    /// <typeparam name="TKey">
    /// The key. The kernel compares keys byte by byte: a structure with padding between its fields finds nothing again. Arrays need <see cref="uint"/>.
    /// </typeparam>
    /// <typeparam name="TValue">The value.</typeparam>
    /// <param name="type">The kind of map.</param>
    /// <param name="maxEntries">How many entries it can hold, at least 1.</param>
    /// <param name="flags">How it is made.</param>
    /// <param name="name">Shown by the kernel's tools: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>; Linux 4.15.</param>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> Create<TKey, TValue>(BpfMapType type, int maxEntries, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        Bpf.MapCreateAttributes attributes = new()
        {
            MapType = (uint)type,
            KeySize = (uint)Unsafe.SizeOf<TKey>(),
            ValueSize = (uint)Unsafe.SizeOf<TValue>(),
            MaxEntries = (uint)maxEntries,
            MapFlags = (uint)flags,
            MapName = ObjectNames.Encode(name),
        };

        Errno error = Bpf.MapCreate(ref attributes, out FileDescriptor descriptor);
        if (MemoryLock.RaisedAfter(error))
        {
            error = Bpf.MapCreate(ref attributes, out descriptor);
        }

        return error == Errno.None
            ? new BpfMap<TKey, TValue>(descriptor, type, maxEntries, flags, name)
            : throw Refusal.Explain("BPF_MAP_CREATE", error, $"Creating {Describe(type, name)}", KernelFeature.Of(type, flags));
    }

    /// <summary>Closes this descriptor of the map. Programs that use the map keep it alive.</summary>
    public void Dispose()
    {
        Descriptor.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected string Describe() => Describe(Type, Name);

    private static string Describe(BpfMapType type, string? name) => name is null ? $"a map of type {type}" : $"the map '{name}' of type {type}";
}
