using System.Net.Sockets;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Links;

/// <summary>
/// Provides extension methods that attach programs to sockets: <c>socket.AttachFilter(program)</c>, <c>socket.DetachFilter()</c>. There is no link: the program
/// stays attached until it is detached or the socket is closed.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
public static class SocketFilterExtensions
{
    /// <summary>
    /// Attaches a <see cref="BpfProgramType.SocketFilter"/> program, the only type that <c>SO_ATTACH_BPF</c> accepts, to a socket, replacing any other filter.
    /// Needs no capability. Allocates nothing. Linux 3.19.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="program">The filter. It may be disposed after the call.</param>
    /// <exception cref="InvalidOperationException">The program is of another type.</exception>
    /// <exception cref="BpfException">The kernel refused: an MPTCP socket accepts no filter (<see cref="Errno.EOPNOTSUPP"/>).</exception>
    /// <exception cref="ObjectDisposedException">The program or the socket was disposed.</exception>
    public static void AttachFilter(this Socket socket, BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(socket);
        if (program.Type != BpfProgramType.SocketFilter)
        {
            ThrowNoFilter(program);
        }

        using DescriptorLease lease = new(program.Descriptor);
        SetOption(
            socket, LibC.SoAttachBpf, lease.Number, "SO_ATTACH_BPF", "Attaching a filter to this socket failed",
            static error => error == Errno.EOPNOTSUPP ? ": its protocol does not support filters (for example MPTCP)" : "");
    }

    /// <summary>Detaches the filter of a socket. Linux 3.19.</summary>
    /// <param name="socket">The socket.</param>
    /// <exception cref="BpfException">The kernel refused: a socket without a filter is <see cref="Errno.ENOENT"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void DetachFilter(this Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        SetOption(socket, LibC.SoDetachBpf, 0, "SO_DETACH_BPF", "Detaching the filter from this socket failed", static _ => "");
    }

    /// <param name="socket">The socket.</param>
    /// <param name="option">The option of <c>SOL_SOCKET</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="name">Its name.</param>
    /// <param name="failure">The sentence for a failure.</param>
    /// <param name="reasonFor">Returns the end of that sentence.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static unsafe void SetOption(Socket socket, int option, int value, string name, string failure, Func<Errno, string> reasonFor)
    {
        Bpf.ThrowIfUnsupported();
        // Not Socket.SetRawSocketOption, whose exception does not have the kernel's error number.
        if (LibC.SetSocketOption(socket.SafeHandle, LibC.SolSocket, option, &value, sizeof(int)) != 0)
        {
            Errno error = LibC.LastError;
            throw new BpfException($"setsockopt({name})", error, failure + reasonFor(error));
        }
    }

    private static void ThrowNoFilter(BpfProgram program) =>
        throw new InvalidOperationException(
            $"A socket takes programs of type {BpfProgramType.SocketFilter}. This is {program.Describe()}; {ProgramKind.Of(program.Type).Describe()}.");
}
