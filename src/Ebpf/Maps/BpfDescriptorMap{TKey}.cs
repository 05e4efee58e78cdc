using System.Runtime.InteropServices;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Represents a map whose values are objects of the kernel: programs, maps or sockets. The application writes descriptors and reads ids. All members are
/// thread-safe, and throw <see cref="ObjectDisposedException"/> after the map is disposed.
/// </summary>
/// <typeparam name="TKey">The type of the keys, with the layout that programs use.</typeparam>
public abstract unsafe class BpfDescriptorMap<TKey> : BpfMap
    where TKey : unmanaged
{
    private protected BpfDescriptorMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Removes the object under a key from the map.</summary>
    /// <returns>True if there was one; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused: the key is beyond the end of an array.</exception>
    public bool Remove(TKey key)
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key };
        Errno error = Bpf.MapDeleteElement(ref attributes);
        // An empty entry of an array of sockets is EINVAL.
        return error != Errno.EINVAL && Succeeded(BpfCommand.MapDeleteElement, "Deleting a key from", error, falseFor: Errno.ENOENT);
    }

    /// <returns>False if the update's condition is not met.</returns>
    private protected bool Put(TKey key, SafeHandle descriptor, BpfUpdate update)
    {
        using DescriptorLease lease = new(Descriptor);
        using DescriptorLease value = new(descriptor);
        // Maps of sockets have values of eight bytes; the others read four.
        ulong number = (ulong)value.Number;
        Bpf.MapElementAttributes attributes = new()
        {
            MapDescriptor = (uint)lease.Number,
            Key = (ulong)&key,
            Value = (ulong)&number,
            Flags = (ulong)update,
        };
        return Succeeded(BpfCommand.MapUpdateElement, "Writing to", Bpf.MapUpdateElement(ref attributes), AnswerWhenUnmet(update));
    }

    /// <param name="key">The key.</param>
    /// <param name="number">The object's id, or a socket's cookie.</param>
    private protected bool TryGetNumber(TKey key, out ulong number)
    {
        using DescriptorLease lease = new(Descriptor);
        ulong value = 0;
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key, Value = (ulong)&value };
        bool found = Succeeded(BpfCommand.MapLookupElement, "Looking up a key in", Bpf.MapLookupElement(ref attributes), falseFor: Errno.ENOENT);
        number = value;
        return found;
    }
}
