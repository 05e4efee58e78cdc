using System.Buffers.Binary;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Hops.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sources;

/// <summary>
/// The watch of this host (<c>hops watch --share</c>), which is asked over a Unix socket: it gets the descriptor of the socket, and answers with the TTL that
/// the kernel keeps with it. Nothing needs to be done before the connect.
/// </summary>
internal sealed class HostWatchSource : ITtlSource
{
    // The limit for connecting and the answer together. The watch answers at once, but other processes may fill its queue.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SharedPaths _paths;

    private HostWatchSource(SharedPaths paths) => _paths = paths;

    public HopSource Kind => HopSource.HostWatch;

    /// <exception cref="HopMeterUnavailableException">There is no watch that answers, or it is not root's.</exception>
    public static HostWatchSource Open(SharedPaths paths)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new HopMeterUnavailableException(HopSource.HostWatch, "it needs Linux", new(HopRemedyKind.UseLinux), new PlatformNotSupportedException());
        }

        HostWatchSource source = new(paths);
        source.Connect().Dispose();
        return source;
    }

    public bool Measures(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public void Arm(Socket socket)
    {
        // Nothing needs to be prepared.
    }

    /// <exception cref="HopMeterUnavailableException">The watch does not answer, or its answer makes no sense.</exception>
    public byte Read(Socket socket) => Ask(socket).Ttl;

    public void Disarm(Socket socket)
    {
        // Nothing was prepared.
    }

    /// <inheritdoc cref="Read"/>
    internal WatchAnswer Ask(Socket socket)
    {
        using PatientSocket service = Connect();
        if (service.Send(WatchAnswer.Question, socket.SafeHandle) is var error and not Errno.None)
        {
            throw Refusal(
                error == Errno.ETOOMANYREFS ? "this user has as many descriptors under way between processes as it may have files open"
                : $"sending it the socket failed: {LibC.MessageOf(error)}",
                error == Errno.ETOOMANYREFS ? HopRemedyKind.RaiseDescriptorLimit : HopRemedyKind.ShareWatch);
        }

        Span<byte> message = stackalloc byte[WatchAnswer.Size];
        nint length = service.Receive(message, out SafeFileHandle[] descriptors, out _, out error);
        Array.ForEach(descriptors, static descriptor => descriptor.Dispose());
        if (length <= 0)
        {
            throw Refusal(
                length == 0 || error == Errno.ECONNRESET ? "it closed the connection: it is ending, or has too many of this user open already"
                : error == Errno.EAGAIN ? $"it did not answer within {Patience.TotalSeconds:0} s"
                : $"receiving its answer failed: {LibC.MessageOf(error)}",
                HopRemedyKind.ShareWatch);
        }

        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        return WatchAnswer.TryRead(message[..(int)length], out WatchAnswer answer)
            && (answer.Status == WatchAnswerStatus.NotWatched
                || (SocketValue.Get(socket, LibC.SolSocket, LibC.SoCookie, cookie) == sizeof(ulong)
                    && BinaryPrimitives.ReadUInt64LittleEndian(cookie) == answer.Cookie))
            ? answer
            : throw Refusal("its answer is invalid", HopRemedyKind.UpdateWatch);
    }

    private PatientSocket Connect()
    {
        try
        {
            TrustedPath.Check(_paths.WatchSocket);
        }
        catch (SharingRefusedException e)
        {
            // What is to be shared is a watch, not a filter.
            throw new HopMeterUnavailableException(
                HopSource.HostWatch, e.Message, e.Remedy.Kind is HopRemedyKind.InspectPath or HopRemedyKind.LeaveUserNamespace ? e.Remedy
                : new(HopRemedyKind.ShareWatch), e);
        }

        PatientSocket service = new(Patience);
        try
        {
            Errno error = service.Connect(_paths.WatchSocket);
            return error != Errno.None
                ? throw Refusal(
                    error == Errno.EAGAIN ? $"it has accepted no connection for {Patience.TotalSeconds:0} s, and its queue is full"
                    : $"connecting failed: {LibC.MessageOf(error)}",
                    HopRemedyKind.ShareWatch)
                : service.PeerUserId is var user and not 0 ? throw Refusal($"user {user} listens there, not root", HopRemedyKind.ShareWatch)
                : service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    private HopMeterUnavailableException Refusal(string reason, HopRemedyKind remedy) =>
        new(HopSource.HostWatch, $"the watch at {_paths.WatchSocket} did not return a distance: {reason}", new(remedy));
}
