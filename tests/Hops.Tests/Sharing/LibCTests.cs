using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hops.Sharing;
using Hops.TestSupport;

namespace Hops.Tests.Sharing;

/// <summary>Every structure and number that is shared with the C library, as the C compiler has them.</summary>
public sealed class LibCTests
{
    private static readonly (string Expression, long Value)[] Table =
    [
        ("sizeof(struct statx)", Unsafe.SizeOf<LibC.FileAttributes>()),
        ("offsetof(struct statx, stx_uid)", Offset<LibC.FileAttributes>("UserId")),
        ("offsetof(struct statx, stx_gid)", Offset<LibC.FileAttributes>("GroupId")),
        ("offsetof(struct statx, stx_mode)", Offset<LibC.FileAttributes>("Mode")),
        ("sizeof(struct group)", Unsafe.SizeOf<LibC.Group>()),
        ("offsetof(struct group, gr_gid)", Offset<LibC.Group>("Id")),
        ("sizeof(struct msghdr)", Unsafe.SizeOf<LibC.Message>()),
        ("offsetof(struct msghdr, msg_iov)", Offset<LibC.Message>("Buffers")),
        ("offsetof(struct msghdr, msg_iovlen)", Offset<LibC.Message>("BufferCount")),
        ("offsetof(struct msghdr, msg_control)", Offset<LibC.Message>("Control")),
        ("offsetof(struct msghdr, msg_controllen)", Offset<LibC.Message>("ControlLength")),
        ("offsetof(struct msghdr, msg_flags)", Offset<LibC.Message>("Flags")),
        ("sizeof(struct iovec)", Unsafe.SizeOf<LibC.Buffer>()),
        ("CMSG_LEN(2 * sizeof(int))", 24),
        ("CMSG_SPACE(2 * sizeof(int))", 24),
        ("sizeof(struct ucred)", Unsafe.SizeOf<LibC.Credentials>()),
        ("offsetof(struct ucred, pid)", Offset<LibC.Credentials>("ProcessId")),
        ("offsetof(struct ucred, uid)", Offset<LibC.Credentials>("UserId")),
        ("offsetof(struct ucred, gid)", Offset<LibC.Credentials>("GroupId")),
        ("sizeof(struct pollfd)", Unsafe.SizeOf<LibC.PollDescriptor>()),
        ("offsetof(struct pollfd, events)", Offset<LibC.PollDescriptor>("Events")),
        ("offsetof(struct pollfd, revents)", Offset<LibC.PollDescriptor>("Returned")),
        ("sizeof(struct rlimit)", Unsafe.SizeOf<LibC.ResourceLimit>()),
        ("offsetof(struct rlimit, rlim_cur)", Offset<LibC.ResourceLimit>("Soft")),
        ("SYS_statx", LibC.StatxNumber),
        ("AT_FDCWD", LibC.AtCurrentDirectory),
        ("AT_SYMLINK_NOFOLLOW", LibC.AtSymbolicLinkNoFollow),
        ("STATX_BASIC_STATS", LibC.StatxBasic),
        ("MS_NOSUID", (long)LibC.MountNoSetUserId),
        ("MS_NODEV", (long)LibC.MountNoDevices),
        ("MS_NOEXEC", (long)LibC.MountNoExecute),
        ("MNT_DETACH", LibC.UnmountDetach),
        ("ENOENT", LibC.Enoent),
        ("EINTR", LibC.Eintr),
        ("EBADF", LibC.Ebadf),
        ("EAGAIN", LibC.Eagain),
        ("EACCES", LibC.Eacces),
        ("EEXIST", LibC.Eexist),
        ("EINVAL", LibC.Einval),
        ("EPIPE", LibC.Epipe),
        ("ENOTSOCK", LibC.Enotsock),
        ("EOPNOTSUPP", LibC.Eopnotsupp),
        ("ECONNABORTED", LibC.Econnaborted),
        ("ECONNRESET", LibC.Econnreset),
        ("ECONNREFUSED", LibC.Econnrefused),
        ("SOCK_NONBLOCK", LibC.SocketNonBlocking),
        ("SOCK_CLOEXEC", LibC.SocketCloseOnExec),
        ("EFD_CLOEXEC", LibC.EventCloseOnExec),
        ("POLLIN", LibC.PollIn),
        ("SHUT_RD", LibC.ShutDownReceiving),
        ("SIOCOUTQ", (long)LibC.BytesThatPeerHasNotRead),
        ("SIOCINQ", (long)LibC.BytesToRead),
        ("RLIMIT_NOFILE", LibC.LimitOfOpenFiles),
        ("O_RDWR", LibC.OpenReadWrite),
        ("O_CREAT", LibC.OpenCreate),
        ("O_CLOEXEC", LibC.OpenCloseOnExec),
        ("LOCK_EX", LibC.LockExclusive),
        ("LOCK_NB", LibC.LockNotWaiting),
        ("SCM_RIGHTS", LibC.ScmRights),
        ("SOL_SOCKET", LibC.SolSocket),
        ("SO_PEERCRED", LibC.SoPeerCredentials),
        ("MSG_CTRUNC", LibC.MessageControlTruncated),
        ("MSG_NOSIGNAL", LibC.MessageNoSignal),
        ("MSG_CMSG_CLOEXEC", LibC.MessageCloseOnExec),
    ];

    [Fact]
    public void Every_structure_and_constant_is_as_the_C_library_has_it()
    {
        Requires.Linux();
        string[] headers =
        [
            "stddef.h", "fcntl.h", "sys/file.h", "sys/stat.h", "linux/stat.h", "sys/socket.h", "sys/uio.h", "sys/eventfd.h", "sys/resource.h", "poll.h", "linux/sockios.h",
            "sys/mount.h", "sys/syscall.h", "grp.h", "errno.h",
        ];
        long?[] values = CCompiler.Evaluate(headers, [.. Table.Select(static row => row.Expression)]);
        Assert.Equal(Table.Select(static row => $"{row.Expression} = {row.Value}"), Table.Zip(values).Select(static row => $"{row.First.Expression} = {row.Second}"));
    }

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field);
}
