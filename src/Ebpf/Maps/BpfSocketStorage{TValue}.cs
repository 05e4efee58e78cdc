using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Represents a map that stores a value with each socket. Programs get the value from the socket without a lookup by key; the kernel removes it with the
/// socket, and the map has no maximum number of entries. All members are thread-safe, and throw <see cref="ObjectDisposedException"/> after the map is
/// disposed. Linux 5.2.
/// </summary>
/// <remarks>
/// <para> A program calls helper 107 (<c>bpf_sk_storage_get(map, socket, initial, flags)</c>), which returns the address of the value; with the flag 1 it first
/// creates a missing value, from <c>initial</c> or as zeros. Helper 108 (<c>bpf_sk_storage_delete(map, socket)</c>) removes the value. Programs of type
/// <c>CgroupSkb</c> and <c>SockOps</c> can call them: the socket is the <c>sk</c> of their context, which must be a full socket (helper 95,
/// <c>bpf_sk_fullsock</c>). Several processors may run the program for the same socket at the same time: use atomic instructions for counters. </para>
/// <para> The application identifies a socket by its descriptor, so it can access the values of its own sockets only, and cannot enumerate them. A value counts
/// as memory of its socket (<c>net.core.optmem_max</c>, 128 KiB, before Linux 6.7 20 KiB, for all maps and options together). </para>
/// <para> With <see cref="BpfMapFlags.CloneToAccepted"/> a socket that a listener accepts gets a copy of the value that the listener has when the handshake
/// ends. If several handshakes end at the same time, a value that was written to the listener during one of them may be copied to the socket of another.
/// </para>
/// <para>A .NET <see cref="Socket"/> that connects to one address after another may replace its descriptor: the values stay with the old socket.</para>
/// </remarks>
/// <typeparam name="TValue">The type of the values, with the layout that programs use.</typeparam>
public sealed unsafe class BpfSocketStorage<TValue> : BpfMap
    where TValue : unmanaged
{
    internal BpfSocketStorage(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Gets or sets the value of a socket.</summary>
    /// <exception cref="KeyNotFoundException">Reading: the socket has no value.</exception>
    /// <exception cref="BpfException">The kernel refused: the socket's memory is full (<see cref="Errno.ENOMEM"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public TValue this[Socket socket]
    {
        get => TryGetValue(socket, out TValue value) ? value : throw new KeyNotFoundException($"This socket has no value in {Describe()}.");
        set => Update(socket, value, BpfUpdate.Any);
    }

    /// <summary>Gets the value of a socket.</summary>
    /// <returns>True if the socket has a value; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryGetValue(Socket socket, out TValue value)
    {
        TValue found = default;
        bool exists = Call(BpfCommand.MapLookupElement, "Reading the value of a socket in", socket, &found, default, falseFor: Errno.ENOENT);
        value = found;
        return exists;
    }

    /// <summary>
    /// Gets the value of a socket by a descriptor, which may come from another process. The socket itself is not changed, unlike when a <see cref="Socket"/> is
    /// created for it and disposed.
    /// </summary>
    /// <returns>True if the descriptor is that of a socket with a value; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The descriptor was closed.</exception>
    public bool TryGetValue(SafeHandle descriptor, out TValue value)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        TValue found = default;
        bool exists;
        try
        {
            exists = Call(BpfCommand.MapLookupElement, "Reading the value of a socket in", descriptor, &found, default, falseFor: Errno.ENOENT);
        }
        catch (BpfException e) when (e.Errno == Errno.ENOTSOCK)
        {
            exists = false;
        }

        value = found;
        return exists;
    }

    /// <summary>Adds a value to a socket that has none.</summary>
    /// <returns>True if the value was added; false if the socket has a value already.</returns>
    /// <exception cref="BpfException">The kernel refused: the socket's memory is full (<see cref="Errno.ENOMEM"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryAdd(Socket socket, TValue value) => Update(socket, value, BpfUpdate.IfAbsent);

    /// <summary>Replaces the value of a socket.</summary>
    /// <returns>True if the value was replaced; false if the socket has none.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryReplace(Socket socket, TValue value) => Update(socket, value, BpfUpdate.IfPresent);

    /// <summary>Removes the value of a socket.</summary>
    /// <returns>True if the socket had a value; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool Remove(Socket socket) =>
        Call(BpfCommand.MapDeleteElement, "Removing the value of a socket from", socket, null, default, falseFor: Errno.ENOENT);

    private bool Update(Socket socket, TValue value, BpfUpdate update) =>
        Call(BpfCommand.MapUpdateElement, "Giving a socket a value in", socket, &value, update, AnswerWhenUnmet(update));

    private bool Call(BpfCommand command, string attempt, Socket socket, TValue* value, BpfUpdate update, Errno falseFor)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Call(command, attempt, socket.SafeHandle, value, update, falseFor);
    }

    private bool Call(BpfCommand command, string attempt, SafeHandle socket, TValue* value, BpfUpdate update, Errno falseFor)
    {
        using DescriptorLease lease = new(Descriptor);
        using DescriptorLease holder = new(socket);
        int key = holder.Number;
        Bpf.MapElementAttributes attributes = new()
        {
            MapDescriptor = (uint)lease.Number,
            Key = (ulong)&key,
            Value = (ulong)value,
            Flags = (ulong)update,
        };
        Errno error = command switch
        {
            BpfCommand.MapLookupElement => Bpf.MapLookupElement(ref attributes),
            BpfCommand.MapUpdateElement => Bpf.MapUpdateElement(ref attributes),
            _ => Bpf.MapDeleteElement(ref attributes),
        };
        return error == Errno.ENOMEM
            ? throw new BpfException(
                command,
                error,
                $"{attempt} {Describe()}",
                "the socket's memory for options and values has no room (net.core.optmem_max), or the kernel has none")
            : Succeeded(command, attempt, error, falseFor);
    }
}
