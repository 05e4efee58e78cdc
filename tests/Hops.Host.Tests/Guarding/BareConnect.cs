using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;

namespace Hops.Host.Tests.Guarding;

/// <summary>connect(2) without .NET around it: how long the call takes is of interest, and failures are usual.</summary>
internal static partial class BareConnect
{
    /// <summary>Connects.</summary>
    /// <returns>None, or why not.</returns>
    public static Errno Connect(Socket socket, SocketAddress address) =>
        Connect((int)socket.Handle, address.Buffer.Span, (uint)address.Size) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, ReadOnlySpan<byte> address, uint length);
}
