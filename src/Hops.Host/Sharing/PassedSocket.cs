using System.Globalization;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Takes the listening socket that systemd passes to the service of a <c>.socket</c> unit (sd_listen_fds(3)).</summary>
internal static unsafe class PassedSocket
{
    private const int Descriptor = 3;

    /// <returns>The socket; null if none was passed.</returns>
    /// <exception cref="SharingRefusedException">The passed descriptor is not a listening Unix socket.</exception>
    public static Socket? Take()
    {
        string? process = Environment.GetEnvironmentVariable("LISTEN_PID");
        if (process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || Environment.GetEnvironmentVariable("LISTEN_FDS") != "1")
        {
            return null;
        }

        return IsListener()
            ? new Socket(new SafeSocketHandle(Descriptor, ownsHandle: true))
            : throw new SharingRefusedException(
                $"LISTEN_FDS says that descriptor {Descriptor} is a socket that was passed, and it is not a Unix socket that listens",
                HopRemedyKind.PassListeningSocket);
    }

    // Not with a Socket, which would close the descriptor: it may be a file of the runtime. The runtime's files have the close-on-exec flag, a passed socket
    // has not.
    private static bool IsListener() =>
        LibC.FileControl(Descriptor, LibC.GetDescriptorFlags) is >= 0 and var flags && (flags & LibC.CloseOnExec) == 0
        && Option(LibC.SoDomain) == LibC.UnixDomain && Option(LibC.SoType) == LibC.StreamType && Option(LibC.SoAcceptConnections) == 1;

    private static int Option(int name)
    {
        int value = 0;
        uint length = sizeof(int);
        return LibC.GetSocketOption(Descriptor, LibC.SolSocket, name, &value, &length) == 0 ? value : -1;
    }
}
