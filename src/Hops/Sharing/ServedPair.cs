using System.Buffers.Binary;
using System.Net.Sockets;
using Ebpf;
using Hops.Sources;

namespace Hops.Sharing;

/// <summary>Asks the service of this host (<c>hops system serve</c>) for a filter: the way of those who may not call <c>bpf(2)</c>.</summary>
internal static class ServedPair
{
    // The service answers at once: it waits for nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <exception cref="SharingRefusedException">There is no service, it is not root's, or what it hands over is not what it must be.</exception>
    public static FilterPair Open(SharedPaths paths)
    {
        TrustedPath.Check(paths.Socket);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(paths.Socket));
        }
        catch (SocketException e)
        {
            throw Explain(e, paths);
        }

        ThrowUnlessServedByRoot(socket, paths);
        try
        {
            return Checked(PairMessage.Receive(socket), paths);
        }
        catch (BpfException e)
        {
            throw NotToBeTrusted(paths, e.Message, e);
        }
    }

    private static FilterPair Checked(FilterPair pair, SharedPaths paths)
    {
        try
        {
            return pair.WhatIsWrong() is { } mistake ? throw NotToBeTrusted(paths, mistake) : pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>Whoever listened first on the socket: systemd, or the service itself.</summary>
    private static void ThrowUnlessServedByRoot(Socket socket, SharedPaths paths)
    {
        // struct ucred: process, user, group.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(LibC.SolSocket, LibC.SoPeerCredentials, credentials);
        uint user = BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
        if (user != 0)
        {
            throw NotToBeTrusted(paths, $"user {user} listens there, not root");
        }
    }

    private static SharingRefusedException NotToBeTrusted(SharedPaths paths, string mistake, Exception? cause = null) =>
        new($"what the service at {paths.Socket} hands over is not to be trusted: {mistake}", "sudo systemctl restart hops.socket, with hops of this version", cause);

    private static SharingRefusedException Explain(SocketException e, SharedPaths paths) => e.SocketErrorCode switch
    {
        SocketError.AccessDenied when FileOwner.TryRead(paths.Socket, out FileOwner owner, out _) =>
            new($"the service at {paths.Socket} is for members of the group {UserGroup.NameOf(owner.GroupId)}, and this process is not one", UserGroup.HowToJoin(owner.GroupId), e),
        SocketError.ConnectionRefused => new($"nobody listens at {paths.Socket}", "sudo systemctl restart hops.socket", e),
        _ => new($"connecting to {paths.Socket} failed: {e.Message}", "sudo systemctl restart hops.socket", e),
    };
}
