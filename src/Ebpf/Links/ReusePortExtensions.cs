using System.Net.Sockets;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Links;

/// <summary>
/// Provides extension methods that attach programs to sockets that share a port (<c>SO_REUSEPORT</c>): <c>socket.AttachReusePortProgram(program)</c>. Such a
/// program distributes connections and datagrams among the sockets.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
public static class ReusePortExtensions
{
    /// <summary>
    /// Attaches a program to all sockets that share a socket's port, replacing any other program. The program is a <see cref="BpfProgramType.SkReuseport"/>,
    /// which chooses a socket from a map, or a <see cref="BpfProgramType.SocketFilter"/>, which returns the index of the socket in the order in which the
    /// sockets were bound. Linux 4.19, filters 4.5.
    /// </summary>
    /// <param name="socket">One of the sockets, with <c>SO_REUSEPORT</c> set.</param>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <exception cref="InvalidOperationException">The program is of another type.</exception>
    /// <exception cref="BpfException">The kernel refused: the socket does not share its port (<see cref="Errno.EINVAL"/>).</exception>
    /// <exception cref="ObjectDisposedException">The program or the socket was disposed.</exception>
    public static void AttachReusePortProgram(this Socket socket, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(program);
        if (program.Type is not (BpfProgramType.SkReuseport or BpfProgramType.SocketFilter))
        {
            throw new InvalidOperationException(
                $"Sockets that share a port take programs of type {BpfProgramType.SkReuseport} or {BpfProgramType.SocketFilter}. "
                + $"This is {program.Describe()}; {ProgramKind.Of(program.Type).Describe()}.");
        }

        using DescriptorLease lease = new(program.Descriptor);
        SocketFilterExtensions.SetOption(
            socket, LibC.SoAttachReusePortBpf, lease.Number, "SO_ATTACH_REUSEPORT_EBPF",
            "Attaching a program to the sockets that share this socket's port failed",
            static error => error == Errno.EINVAL ? ": set SO_REUSEPORT on the socket first, before it is bound" : "");
    }

    /// <summary>Detaches the program from all sockets that share a socket's port; the kernel then distributes by a hash again. Linux 5.3.</summary>
    /// <param name="socket">One of the sockets.</param>
    /// <exception cref="BpfException">The kernel refused: no program is attached (<see cref="Errno.ENOENT"/>).</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void DetachReusePortProgram(this Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        SocketFilterExtensions.SetOption(
            socket, LibC.SoDetachReusePortBpf, 0, "SO_DETACH_REUSEPORT_BPF", "Detaching the program from the sockets that share this socket's port failed",
            static error => error == Errno.ENOENT ? ": they have none" : "");
    }
}
