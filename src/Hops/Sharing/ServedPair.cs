using Ebpf;
using Hops.Common.Interop;
using Hops.Filters;

namespace Hops.Sharing;

/// <summary>Gets a filter from the service of this host (<c>hops system serve</c>), for processes that may not call <c>bpf(2)</c>.</summary>
internal static class ServedPair
{
    // The limit for connecting and the answer together. The service answers at once, but other processes may fill its queue.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <exception cref="SharingRefusedException">There is no service, it is not root's, or what it hands over is not what it must be.</exception>
    public static FilterPair Open(SharedPaths paths)
    {
        TrustedPath.Check(paths.Socket);
        using PatientSocket socket = new(Patience);
        if (socket.Connect(paths.Socket) is var error and not Errno.None)
        {
            throw Explain(error, paths);
        }

        if (socket.PeerUserId is var user and not 0)
        {
            // The user of the process that first listened on the socket: systemd, or the service itself.
            throw NotToBeTrusted(paths, $"user {user} listens there, not root");
        }

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

    private static SharingRefusedException NotToBeTrusted(SharedPaths paths, string mistake, Exception? cause = null) =>
        new($"what the service at {paths.Socket} hands over is not to be trusted: {mistake}", HopRemedyKind.UpdateService, cause);

    private static SharingRefusedException Explain(Errno error, SharedPaths paths) => error switch
    {
        Errno.EACCES when FileOwner.TryRead(paths.Socket, out FileOwner owner, out _) && UserGroup.NameOf(owner.GroupId) is var group =>
            new($"the service at {paths.Socket} is for members of the group {group}, and this process is not one", new HopRemedy(
                HopRemedyKind.JoinGroup, group)),
        Errno.ECONNREFUSED => new($"no process listens at {paths.Socket}", HopRemedyKind.RestartServiceSocket),
        Errno.EAGAIN => new(
            $"the service at {paths.Socket} has accepted no connection for {Patience.TotalSeconds:0} s, and its queue is full", HopRemedyKind.RestartService),
        _ => new($"connecting to {paths.Socket} failed: {LibC.MessageOf(error)}", HopRemedyKind.RestartServiceSocket),
    };
}
