using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// A map that keeps a value with each socket: programs reach it from the socket with no search, and it goes when the socket goes. There is nothing to
/// size and nothing to clean up. Linux 5.2. All members may be called from any thread, and throw <see cref="ObjectDisposedException"/> once it is disposed.
/// </summary>
/// <remarks>
/// <para>
/// A program calls helper 107 (<c>bpf_sk_storage_get(map, socket, initial, flags)</c>), which returns where the value lies; with the flag 1 it makes the
/// value first, from <c>initial</c> or of zeros. Helper 108 (<c>bpf_sk_storage_delete(map, socket)</c>) removes it. Programs of type <c>CgroupSkb</c> and
/// <c>SockOps</c> can: the socket is the <c>sk</c> of their context, a full one (helper 95, <c>bpf_sk_fullsock</c>). Several processors may run the program
/// for one socket at a time: add with atomic instructions.
/// </para>
/// <para>
/// The application names a socket by its descriptor, so it reaches the values of its own sockets only. It cannot list them. A value is memory of its socket
/// (<c>net.core.optmem_max</c>, 128 KiB, before Linux 6.7 20 KiB, for all maps and options together).
/// </para>
/// <para>
/// With <see cref="BpfMapFlags.CloneToAccepted"/> a socket that a listener accepts begins with a copy of the value that the listener has when the handshake
/// ends. When several handshakes end at a time, a value written into the listener by one of them may be copied into another.
/// </para>
/// <para>A .NET <see cref="Socket"/> that connects to one address after another may replace its descriptor: the values stay with the old socket.</para>
/// </remarks>
/// <typeparam name="TValue">The value, as it lies in memory.</typeparam>
public sealed unsafe class BpfSocketStorage<TValue> : BpfMap
    where TValue : unmanaged
{
    internal BpfSocketStorage(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>The value of a socket.</summary>
    /// <exception cref="KeyNotFoundException">Reading: the socket has none.</exception>
    /// <exception cref="BpfException">The kernel refused: the socket's memory is full (<see cref="Errno.ENOMEM"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public TValue this[Socket socket]
    {
        get => TryGetValue(socket, out TValue value) ? value : throw new KeyNotFoundException($"This socket has no value in {Describe()}.");
        set => Update(socket, value, BpfUpdate.Any);
    }

    /// <summary>Reads the value of a socket.</summary>
    /// <returns>Whether it has one.</returns>
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
    /// Reads the value of the socket that a descriptor is of, which may have come from another process: nothing is done to the socket, as a
    /// <see cref="Socket"/> may when it is made or disposed.
    /// </summary>
    /// <returns>Whether it is a socket's and that has one.</returns>
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

    /// <summary>Gives a socket a value.</summary>
    /// <returns>False when it has one already.</returns>
    /// <exception cref="BpfException">The kernel refused: the socket's memory is full (<see cref="Errno.ENOMEM"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryAdd(Socket socket, TValue value) => Update(socket, value, BpfUpdate.IfAbsent);

    /// <summary>Gives a socket another value in place of that which it has.</summary>
    /// <returns>False when it has none.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryReplace(Socket socket, TValue value) => Update(socket, value, BpfUpdate.IfPresent);

    /// <summary>Removes the value of a socket.</summary>
    /// <returns>Whether it had one.</returns>
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
