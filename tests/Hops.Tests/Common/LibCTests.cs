using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ebpf.Tests.SystemCalls;
using Hops.Common.Interop;
using Hops.TestSupport;

namespace Hops.Tests.Common;

/// <summary>Every structure and number that is shared with the C library, against its headers. A new constant that is not in the table fails.</summary>
public sealed class LibCTests
{
    private static readonly string[] Headers =
    [
        "stddef.h", "fcntl.h", "sys/file.h", "sys/stat.h", "linux/stat.h", "sys/socket.h", "sys/uio.h", "sys/eventfd.h", "sys/epoll.h", "sys/mman.h",
        "sys/resource.h", "poll.h", "linux/sockios.h", "sys/mount.h", "sys/syscall.h", "grp.h", "sched.h", "time.h", "net/if.h", "netinet/in.h",
        "netinet/tcp.h", "linux/in6.h", "linux/netlink.h", "netdb.h", "signal.h", "pwd.h", "unistd.h", "sys/wait.h", "sys/prctl.h", "linux/seccomp.h",
        "linux/filter.h",
        "linux/capability.h", "linux/close_range.h", "spawn.h",
    ];

    // Constants that the headers of older distributions do not have.
    private static readonly string[] New = ["SO_PASSRIGHTS"];

    [Fact]
    public void Every_structure_and_constant_is_as_the_C_library_has_it()
    {
        Requires.Linux();
        (string Expression, long Value)[] rows = [.. Table().Rows.Select(static row => (row.Expression, row.Value)), .. Others()];
        long?[] values = CCompiler.Evaluate(Headers, [.. rows.Select(static row => row.Expression)]);
        Assert.Equal(
            rows.Select(static row => $"{row.Expression} = {row.Value}"),
            rows.Zip(values).Select(static row => $"{row.First.Expression} = {row.Second ?? (New.Contains(row.First.Expression) ? row.First.Value : null)}"));
    }

    private static HeaderTable Table() => new HeaderTable()
        .Structure<LibC.Message>("struct msghdr", "msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags")
        .Structure<LibC.Buffer>("struct iovec", "iov_base iov_len")
        .Structure<LibC.Credentials>("struct ucred", "pid uid gid")
        .Structure<LibC.PollDescriptor>("struct pollfd", "fd events revents")
        .Structure<LibC.ResourceLimit>("struct rlimit", "rlim_cur rlim_max")
        .Structure<LibC.TimeSpecification>("struct timespec", "tv_sec tv_nsec")
        .Structure<LibC.Group>("struct group", "gr_name gr_passwd gr_gid gr_mem")
        .Structure<LibC.User>("struct passwd", "pw_name pw_passwd pw_uid pw_gid pw_gecos pw_dir pw_shell")
        .Structure<LibC.CapabilityHeader>("struct __user_cap_header_struct", "version pid")
        .Structure<LibC.CapabilityData>("struct __user_cap_data_struct", "effective permitted inheritable")
        .Structure<LibC.ClassicInstruction>("struct sock_filter", "code jt jf k")
        .Structure<LibC.ClassicProgram>("struct sock_fprog", "len filter")
        .Constants(typeof(LibC), """
            AccessExists F_OK
            AccessWrite W_OK
            Ambient PR_CAP_AMBIENT
            AtCurrentDirectory AT_FDCWD
            AtEmptyPath AT_EMPTY_PATH
            AtSymbolicLinkNoFollow AT_SYMLINK_NOFOLLOW
            BrokenPipe SIGPIPE
            CapabilityVersion3 _LINUX_CAPABILITY_VERSION_3
            ClearAmbient PR_CAP_AMBIENT_CLEAR_ALL
            ClockBootTime CLOCK_BOOTTIME
            CloneNewIpc CLONE_NEWIPC
            CloneNewMounts CLONE_NEWNS
            CloneNewNet CLONE_NEWNET
            CloneNewProcesses CLONE_NEWPID
            CloseOnExec FD_CLOEXEC
            CloseRangeNumber SYS_close_range
            CloseRangeOnExec CLOSE_RANGE_CLOEXEC
            DropBoundingCapability PR_CAPBSET_DROP
            EpollCloseOnExec EPOLL_CLOEXEC
            EpollControlAdd EPOLL_CTL_ADD
            EpollEdgeTriggered EPOLLET
            EpollIn EPOLLIN
            EventCloseOnExec EFD_CLOEXEC
            GetDescriptorFlags F_GETFD
            HangUp SIGHUP
            InterfaceNameSize IF_NAMESIZE
            Interrupt SIGINT
            IpBindAddressNoPort IP_BIND_ADDRESS_NO_PORT
            IpMinimumTtl IP_MINTTL
            IpReceiveErrors IP_RECVERR
            IpReceiveTtl IP_RECVTTL
            IpTtl IP_TTL
            Ipv62292PacketOptions IPV6_2292PKTOPTIONS
            Ipv6HopLimit IPV6_HOPLIMIT
            Ipv6MinimumHopCount IPV6_MINHOPCOUNT
            Ipv6PacketInfo IPV6_PKTINFO
            Ipv6ReceiveErrors IPV6_RECVERR
            Ipv6ReceiveHopLimit IPV6_RECVHOPLIMIT
            Ipv6ReceivePacketInfo IPV6_RECVPKTINFO
            Ipv6UnicastHops IPV6_UNICAST_HOPS
            Kill SIGKILL
            LimitOfLockedMemory RLIMIT_MEMLOCK
            LimitOfOpenFiles RLIMIT_NOFILE
            LockExclusive LOCK_EX
            LockNotWaiting LOCK_NB
            LongestHost NI_MAXHOST
            MapShared MAP_SHARED
            MessageCloseOnExec MSG_CMSG_CLOEXEC
            MessageControlTruncated MSG_CTRUNC
            MessageDoNotWait MSG_DONTWAIT
            MessageErrorQueue MSG_ERRQUEUE
            MessageNoSignal MSG_NOSIGNAL
            MessageTruncated MSG_TRUNC
            MountNoDevices MS_NODEV
            MountNoExecute MS_NOEXEC
            MountNoSetUserId MS_NOSUID
            MountPrivate MS_PRIVATE
            MountRecursive MS_REC
            NameRequired NI_NAMEREQD
            NetlinkDomain AF_NETLINK
            NetlinkRoute NETLINK_ROUTE
            NetlinkSocketDiagnosis NETLINK_SOCK_DIAG
            OpenCloseOnExec O_CLOEXEC
            OpenCreate O_CREAT
            OpenExclusive O_EXCL
            OpenNonBlocking O_NONBLOCK
            OpenReadOnly O_RDONLY
            OpenReadWrite O_RDWR
            OpenWriteOnly O_WRONLY
            PollIn POLLIN
            PollOut POLLOUT
            ProtRead PROT_READ
            ProtWrite PROT_WRITE
            Quit SIGQUIT
            RawType SOCK_RAW
            ScmRights SCM_RIGHTS
            SeccompModeFilter SECCOMP_MODE_FILTER
            SetNoNewPrivileges PR_SET_NO_NEW_PRIVS
            SetParentDeathSignal PR_SET_PDEATHSIG
            SetSeccomp PR_SET_SECCOMP
            SetStatusFlags F_SETFL
            ShutDownReceiving SHUT_RD
            SoAcceptConnections SO_ACCEPTCONN
            SoAttachBpf SO_ATTACH_BPF
            SoAttachReusePortBpf SO_ATTACH_REUSEPORT_EBPF
            SoBindToDevice SO_BINDTODEVICE
            SoCookie SO_COOKIE
            SoDetachBpf SO_DETACH_BPF
            SoDetachReusePortBpf SO_DETACH_REUSEPORT_BPF
            SoDomain SO_DOMAIN
            SoError SO_ERROR
            SoMark SO_MARK
            SoMemoryInformation SO_MEMINFO
            SoPassRights SO_PASSRIGHTS
            SoPeerCredentials SO_PEERCRED
            SoReceiveTimeout SO_RCVTIMEO
            SoType SO_TYPE
            SocketCloseOnExec SOCK_CLOEXEC
            SocketNonBlocking SOCK_NONBLOCK
            SolIp SOL_IP
            SolIpv6 SOL_IPV6
            SolSocket SOL_SOCKET
            SolTcp IPPROTO_TCP
            StatxBasic STATX_BASIC_STATS
            StreamType SOCK_STREAM
            TcpInformation TCP_INFO
            TcpSaveSyn TCP_SAVE_SYN
            TcpSavedSyn TCP_SAVED_SYN
            TcpSynCount TCP_SYNCNT
            TerminalStop SIGTSTP
            Terminate SIGTERM
            UnixDomain AF_UNIX
            UnmountDetach MNT_DETACH
            """, "BytesThatPeerHasNotRead", "BytesToRead", "MapFailed", "AnyChild", "DefaultHandler");

    private static IEnumerable<(string Expression, long Value)> Others() =>
    [
        ("sizeof(struct statx)", Unsafe.SizeOf<LibC.FileAttributes>()),
        ("offsetof(struct statx, stx_nlink)", Marshal.OffsetOf<LibC.FileAttributes>(nameof(LibC.FileAttributes.Links))),
        ("offsetof(struct statx, stx_uid)", Marshal.OffsetOf<LibC.FileAttributes>(nameof(LibC.FileAttributes.UserId))),
        ("offsetof(struct statx, stx_gid)", Marshal.OffsetOf<LibC.FileAttributes>(nameof(LibC.FileAttributes.GroupId))),
        ("offsetof(struct statx, stx_mode)", Marshal.OffsetOf<LibC.FileAttributes>(nameof(LibC.FileAttributes.Mode))),
        ("CMSG_LEN(2 * sizeof(int))", 24),
        ("CMSG_SPACE(2 * sizeof(int))", 24),
        ("SYS_statx", LibC.StatxNumber),
        ("O_NOFOLLOW", LibC.OpenNoFollow),
        // nuint has no constants in metadata.
        ("SIOCOUTQ", (long)LibC.BytesThatPeerHasNotRead),
        ("SIOCINQ", (long)LibC.BytesToRead),
        ("(long)MAP_FAILED", LibC.MapFailed),
        ("sizeof(posix_spawn_file_actions_t) <= 256", 1),
        ("(long)SIG_DFL", LibC.DefaultHandler),
    ];
}
