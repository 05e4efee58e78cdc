namespace Ebpf;

/// <summary>
/// Specifies the error numbers of the Linux kernel, with the names that the manual pages use. The values are those of <c>asm-generic/errno.h</c>, which x86-64
/// and arm64 share.
/// </summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>Operation not permitted.</summary>
    EPERM = 1,
    /// <summary>No such file, directory, key or object.</summary>
    ENOENT = 2,
    /// <summary>No such process.</summary>
    ESRCH = 3,
    /// <summary>Interrupted by a signal.</summary>
    EINTR = 4,
    /// <summary>Argument list, or structure, too big.</summary>
    E2BIG = 7,
    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,
    /// <summary>Try again.</summary>
    EAGAIN = 11,
    /// <summary>Out of memory.</summary>
    ENOMEM = 12,
    /// <summary>Permission denied; also how the verifier refuses a program.</summary>
    EACCES = 13,
    /// <summary>Bad address.</summary>
    EFAULT = 14,
    /// <summary>Busy.</summary>
    EBUSY = 16,
    /// <summary>The key or file already exists.</summary>
    EEXIST = 17,
    /// <summary>No such device.</summary>
    ENODEV = 19,
    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,
    /// <summary>Invalid argument.</summary>
    EINVAL = 22,
    /// <summary>The system is out of file descriptors.</summary>
    ENFILE = 23,
    /// <summary>This process is out of file descriptors.</summary>
    EMFILE = 24,
    /// <summary>No space left: a buffer that is too small.</summary>
    ENOSPC = 28,
    /// <summary>Broken pipe: the other end is closed for reading.</summary>
    EPIPE = 32,
    /// <summary>Out of range.</summary>
    ERANGE = 34,
    /// <summary>The kernel does not have this system call.</summary>
    ENOSYS = 38,
    /// <summary>The link is severed: its target is gone.</summary>
    ENOLINK = 67,
    /// <summary>Protocol error.</summary>
    EPROTO = 71,
    /// <summary>The descriptor is not a socket.</summary>
    ENOTSOCK = 88,
    /// <summary>The message is too long.</summary>
    EMSGSIZE = 90,
    /// <summary>The option does not exist for this protocol.</summary>
    ENOPROTOOPT = 92,
    /// <summary>Not supported.</summary>
    EOPNOTSUPP = 95,
    /// <summary>Address family not supported.</summary>
    EAFNOSUPPORT = 97,
    /// <summary>The network is down.</summary>
    ENETDOWN = 100,
    /// <summary>No route to the network.</summary>
    ENETUNREACH = 101,
    /// <summary>The connection was aborted.</summary>
    ECONNABORTED = 103,
    /// <summary>The connection was reset by the other end.</summary>
    ECONNRESET = 104,
    /// <summary>The socket is not connected.</summary>
    ENOTCONN = 107,
    /// <summary>Too many descriptors are in flight between processes.</summary>
    ETOOMANYREFS = 109,
    /// <summary>The connection was refused.</summary>
    ECONNREFUSED = 111,
    /// <summary>The host is down.</summary>
    EHOSTDOWN = 112,
    /// <summary>No route to the host.</summary>
    EHOSTUNREACH = 113,
    /// <summary>The operation has begun, and is not complete.</summary>
    EINPROGRESS = 115,
    /// <summary>Not supported, as some kernel code reports it (<c>ENOTSUPP</c>; not in the C library).</summary>
    ENOTSUPP = 524,
}
