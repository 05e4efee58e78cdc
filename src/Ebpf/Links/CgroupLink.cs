using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>Attaches programs to cgroups of version 2 with links: <c>CgroupLink.Attach(program, "/sys/fs/cgroup/my.slice")</c>.</summary>
public static class CgroupLink
{
    private static readonly (BpfAttachType? Ipv4, BpfAttachType? Ipv6)[] Pairs =
    [
        (BpfAttachType.CgroupBind4, BpfAttachType.CgroupBind6),
        (BpfAttachType.CgroupPostBind4, BpfAttachType.CgroupPostBind6),
        (BpfAttachType.CgroupConnect4, BpfAttachType.CgroupConnect6),
        (BpfAttachType.CgroupSendMessage4, BpfAttachType.CgroupSendMessage6),
        (BpfAttachType.CgroupReceiveMessage4, BpfAttachType.CgroupReceiveMessage6),
        (BpfAttachType.CgroupGetPeerName4, BpfAttachType.CgroupGetPeerName6),
        (BpfAttachType.CgroupGetSocketName4, BpfAttachType.CgroupGetSocketName6),
    ];

    /// <summary>
    /// Attaches a program to a cgroup and its descendants. Programs that are already attached stay attached and also run. Needs CAP_NET_ADMIN. Linux 5.7.
    /// </summary>
    /// <param name="program">
    /// A <see cref="BpfProgramType.CgroupSkb"/>, <see cref="BpfProgramType.CgroupSock"/>, <see cref="BpfProgramType.CgroupSockAddr"/>,
    /// <see cref="BpfProgramType.CgroupSockopt"/> or <see cref="BpfProgramType.SockOps"/>. It may be disposed after the call.
    /// </param>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2, usually under <c>/sys/fs/cgroup</c>.</param>
    /// <param name="attachType">
    /// The event at which the program runs. Optional if the program was loaded with it (<see cref="BpfProgram.ExpectedAttachType"/>), or the type has only one
    /// event.
    /// </param>
    /// <exception cref="ArgumentException">The program's type or expected attach type does not match, or the attach type is missing.</exception>
    /// <exception cref="BpfException">The folder is not a cgroup of version 2, or the kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, string cgroupPath, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ProgramKind kind = ProgramKind.Of(program.Type);
        CgroupFolder.ThrowIfNotFor(program, attachType);
        BpfAttachType type = attachType ?? program.ExpectedAttachType ?? kind.OnlyAttachType
            ?? throw new ArgumentException($"The attach type is missing. This is {program.Describe()}; {kind.Describe()}.", nameof(attachType));
        LinkCreation.ThrowIfUnfit(program, type);

        string attempt = $"Attaching {program.Describe()} to the cgroup {cgroupPath} ({type})";
        using FileDescriptor folder = CgroupFolder.Open(cgroupPath, attempt);
        using DescriptorLease target = new(folder);
        Errno error = LinkCreation.Create(program, (uint)target.Number, type, 0, out FileDescriptor link);
        string? reason = error == Errno.EINVAL
            ? "the program was loaded for another event, or this kernel does not know that event"
            : CgroupFolder.ReasonOf(error);
        return LinkCreation.Finish(error, link, BpfLinkType.Cgroup, type, attempt, reason);
    }

    /// <summary>
    /// Attaches two programs to a cgroup, one for an event of IPv4 and one for the same event of IPv6: both or neither. Needs CAP_NET_ADMIN. Linux 5.7.
    /// </summary>
    /// <remarks>
    /// .NET's own sockets are dual-mode: <c>new Socket(SocketType.Stream, ProtocolType.Tcp)</c>, and with it <c>HttpClient</c>, connects to 192.0.2.1 as
    /// ::ffff:192.0.2.1, so only the IPv6 events occur. Applications in most other languages use IPv4 sockets for IPv4 addresses. Attach both programs to
    /// process all connections.
    /// </remarks>
    /// <param name="ipv4">
    /// A program that was loaded for an event of IPv4, such as <see cref="BpfAttachType.CgroupConnect4"/>. It may be disposed after the call.
    /// </param>
    /// <param name="ipv6">A program that was loaded for the same event of IPv6. It may be disposed after the call.</param>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2, usually under <c>/sys/fs/cgroup</c>.</param>
    /// <exception cref="ArgumentException">The programs were not loaded for the two events of a pair.</exception>
    /// <exception cref="BpfException">The folder is not a cgroup of version 2, or the kernel refused. Nothing is attached then.</exception>
    /// <exception cref="ObjectDisposedException">A program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static CgroupLinkPair AttachPair(BpfProgram ipv4, BpfProgram ipv6, string cgroupPath)
    {
        ArgumentNullException.ThrowIfNull(ipv4);
        ArgumentNullException.ThrowIfNull(ipv6);
        if (!Pairs.Contains((ipv4.ExpectedAttachType, ipv6.ExpectedAttachType)))
        {
            throw new ArgumentException(
                $"A pair is for the same event of IPv4 and IPv6, such as {BpfAttachType.CgroupConnect4} and {BpfAttachType.CgroupConnect6}. These are "
                + $"{ipv4.Describe()}, loaded for {NameOf(ipv4.ExpectedAttachType)}, and {ipv6.Describe()}, loaded for {NameOf(ipv6.ExpectedAttachType)}.",
                nameof(ipv6));
        }

        BpfLink first = Attach(ipv4, cgroupPath);
        try
        {
            return new CgroupLinkPair(first, Attach(ipv6, cgroupPath));
        }
        catch
        {
            first.Dispose();
            throw;
        }

        static string NameOf(BpfAttachType? attachType) => attachType?.ToString() ?? "no event";
    }

    internal static BpfLinkInfo Complete(BpfLinkInfo common, in Bpf.LinkInfo info) =>
        common with { AttachType = (BpfAttachType)info.CgroupAttachType, CgroupId = info.CgroupId };
}
