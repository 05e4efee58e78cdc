using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Sockets: socket(7), ip(7), ipv6(7), tcp(7), unix(7).</content>
internal static unsafe partial class LibC
{
    public const int SolIp = 0;
    public const int IpTtl = 2;
    public const int IpReceiveErrors = 11;
    public const int IpReceiveTtl = 12;
    public const int IpMinimumTtl = 21;
    public const int IpBindAddressNoPort = 24;

    public const int SolSocket = 1;
    public const int SoType = 3;
    public const int SoError = 4;
    public const int SoPeerCredentials = 17;
    public const int SoReceiveTimeout = 20;
    public const int SoBindToDevice = 25;
    public const int SoDetachBpf = 27;
    public const int SoAcceptConnections = 30;
    public const int SoMark = 36;
    public const int SoDomain = 39;
    public const int SoAttachBpf = 50;
    public const int SoAttachReusePortBpf = 52;
    public const int SoMemoryInformation = 55;
    public const int SoCookie = 57;
    public const int SoDetachReusePortBpf = 68;
    public const int SoPassRights = 83;

    public const int SolTcp = 6;
    public const int TcpSynCount = 7;
    public const int TcpInformation = 11;
    public const int TcpSaveSyn = 27;
    public const int TcpSavedSyn = 28;

    public const int SolIpv6 = 41;
    public const int Ipv62292PacketOptions = 6;
    public const int Ipv6UnicastHops = 16;
    public const int Ipv6ReceiveErrors = 25;
    public const int Ipv6ReceivePacketInfo = 49;
    public const int Ipv6PacketInfo = 50;
    public const int Ipv6ReceiveHopLimit = 51;
    public const int Ipv6HopLimit = 52;
    public const int Ipv6MinimumHopCount = 73;

    public const int UnixDomain = 1;
    public const int NetlinkDomain = 16;
    public const int NetlinkRoute = 0;
    public const int NetlinkSocketDiagnosis = 4;
    public const int StreamType = 1;
    public const int RawType = 3;
    public const int SocketNonBlocking = 0x800;
    public const int SocketCloseOnExec = 0x80000;
    public const int ShutDownReceiving = 0;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeHandle socket, int level, int option, int* value, uint length);

    /// <summary>
    /// For values that are available at once: the kernel waits at most for the socket's lock. The call therefore omits the transition for the garbage
    /// collector, which is half of the time of .NET's own call.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "getsockopt")]
    [SuppressGCTransition]
    public static partial int GetSocketOption(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeHandle socket, byte* address, uint length);

    // Without the client's address, which is not needed.
    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeHandle listener, void* address, void* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int ShutDown(SafeHandle socket, int how);

    /// <summary><c>struct ucred</c>: the process that connected or listened, at that time.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Credentials
    {
        public int ProcessId;
        public uint UserId;
        public uint GroupId;
    }
}
