namespace Ebpf.Contexts;

/// <summary>
/// Offsets into <c>struct bpf_sock_ops</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.SockOps"/> programs, in bytes.
/// Fields are 32 bits wide where nothing else is said.
/// </summary>
public static class SockOps
{
    /// <summary>What happened (<see cref="SockOpsEvent"/>).</summary>
    public const int Operation = 0;

    /// <summary>Four arguments of the event.</summary>
    public const int Arguments = 4;

    /// <summary>The program's answer, where the event asks for one: the same memory as <see cref="Arguments"/>.</summary>
    public const int Reply = 4;

    /// <summary>The address family (<c>AF_INET</c> 2, <c>AF_INET6</c> 10).</summary>
    public const int Family = 20;

    /// <summary>The peer's IPv4 address, in network byte order.</summary>
    public const int RemoteIp4 = 24;

    /// <summary>This host's IPv4 address, in network byte order.</summary>
    public const int LocalIp4 = 28;

    /// <summary>The peer's IPv6 address: four words in network byte order.</summary>
    public const int RemoteIp6 = 32;

    /// <summary>This host's IPv6 address: four words in network byte order.</summary>
    public const int LocalIp6 = 48;

    /// <summary>The peer's port, in network byte order.</summary>
    public const int RemotePort = 64;

    /// <summary>This host's port, in host byte order.</summary>
    public const int LocalPort = 68;

    /// <summary>Whether the other fields have values: there is a full socket. Linux 4.16.</summary>
    public const int IsFullSocket = 72;

    /// <summary>The congestion window, in packets. This and all that follows: Linux 4.16 where nothing else is said.</summary>
    public const int CongestionWindow = 76;

    /// <summary>The smoothed round-trip time, in eighths of a microsecond.</summary>
    public const int SmoothedRoundTrip = 80;

    /// <summary>Which further events the program asked for, with the helper <c>bpf_sock_ops_cb_flags_set</c>.</summary>
    public const int CallbackFlags = 84;

    /// <summary>The state (<see cref="TcpState"/>).</summary>
    public const int State = 88;

    /// <summary>The shortest round-trip time, in microseconds.</summary>
    public const int MinimumRoundTrip = 92;

    /// <summary>The slow start threshold, in packets.</summary>
    public const int SlowStartThreshold = 96;

    /// <summary>The sequence number that is expected next.</summary>
    public const int ReceiveNext = 100;

    /// <summary>The sequence number that is sent next.</summary>
    public const int SendNext = 104;

    /// <summary>The first sequence number that is not acknowledged.</summary>
    public const int SendUnacknowledged = 108;

    /// <summary>The size of segments, in bytes.</summary>
    public const int SegmentSize = 112;

    /// <summary>The state of the explicit congestion notification.</summary>
    public const int EcnFlags = 116;

    /// <summary>How many packets the last delivery rate is about.</summary>
    public const int RateDelivered = 120;

    /// <summary>In which time they were delivered, in microseconds.</summary>
    public const int RateInterval = 124;

    /// <summary>How many packets are on the way.</summary>
    public const int PacketsOut = 128;

    /// <summary>How many were sent again and are on the way.</summary>
    public const int RetransmittedOut = 132;

    /// <summary>How many packets were sent again in all.</summary>
    public const int TotalRetransmissions = 136;

    /// <summary>How many segments came in.</summary>
    public const int SegmentsIn = 140;

    /// <summary>How many segments with data came in.</summary>
    public const int DataSegmentsIn = 144;

    /// <summary>How many segments went out.</summary>
    public const int SegmentsOut = 148;

    /// <summary>How many segments with data went out.</summary>
    public const int DataSegmentsOut = 152;

    /// <summary>How many packets are held to be lost.</summary>
    public const int LostOut = 156;

    /// <summary>How many packets were acknowledged selectively.</summary>
    public const int SelectivelyAcknowledgedOut = 160;

    /// <summary>The hash of the socket's transmissions.</summary>
    public const int TransmitHash = 164;

    /// <summary>How many bytes were received, 64 bits wide.</summary>
    public const int BytesReceived = 168;

    /// <summary>How many bytes were acknowledged, 64 bits wide.</summary>
    public const int BytesAcknowledged = 176;

    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>), or 0. Linux 5.3.</summary>
    public const int Socket = 184;

    /// <summary>Where the packet's bytes start, as a pointer, 64 bits wide. Linux 5.10.</summary>
    public const int PacketData = 192;

    /// <summary>Where the packet's bytes end, as a pointer, 64 bits wide. Linux 5.10.</summary>
    public const int PacketDataEnd = 200;

    /// <summary>The packet's length, in bytes. Linux 5.10.</summary>
    public const int PacketLength = 208;

    /// <summary>The packet's TCP flags. Linux 5.10.</summary>
    public const int PacketTcpFlags = 212;

    /// <summary>The time at which the network card saw the packet, in nanoseconds, 64 bits wide, or 0. Linux 6.2.</summary>
    public const int PacketHardwareTimestamp = 216;
}
