namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_sock_ops</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.SockOps"/> programs, in
/// bytes. Fields are 32 bits wide unless noted.
/// </summary>
public static class SockOps
{
    /// <summary>The event (<see cref="SockOpsEvent"/>).</summary>
    public const int Operation = 0;

    /// <summary>Four arguments of the event.</summary>
    public const int Arguments = 4;

    /// <summary>The program's answer to events that ask for one. It is the same memory as <see cref="Arguments"/>.</summary>
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

    /// <summary>1 if there is a full socket, so that the other fields have values; otherwise 0. Linux 4.16.</summary>
    public const int IsFullSocket = 72;

    /// <summary>The congestion window, in packets. This field and all that follow: Linux 4.16 unless noted.</summary>
    public const int CongestionWindow = 76;

    /// <summary>The smoothed round-trip time, in eighths of a microsecond.</summary>
    public const int SmoothedRoundTrip = 80;

    /// <summary>The further events that were requested with the helper <c>bpf_sock_ops_cb_flags_set</c> (<see cref="SockOpsCallbacks"/>).</summary>
    public const int CallbackFlags = 84;

    /// <summary>The TCP state (<see cref="TcpState"/>).</summary>
    public const int State = 88;

    /// <summary>The shortest round-trip time, in microseconds.</summary>
    public const int MinimumRoundTrip = 92;

    /// <summary>The slow start threshold, in packets.</summary>
    public const int SlowStartThreshold = 96;

    /// <summary>The next sequence number that is expected.</summary>
    public const int ReceiveNext = 100;

    /// <summary>The next sequence number to send.</summary>
    public const int SendNext = 104;

    /// <summary>The first sequence number that is not acknowledged.</summary>
    public const int SendUnacknowledged = 108;

    /// <summary>The maximum segment size, in bytes.</summary>
    public const int SegmentSize = 112;

    /// <summary>The state of explicit congestion notification (ECN).</summary>
    public const int EcnFlags = 116;

    /// <summary>The number of packets in the last measurement of the delivery rate.</summary>
    public const int RateDelivered = 120;

    /// <summary>The time in which <see cref="RateDelivered"/> packets were delivered, in microseconds.</summary>
    public const int RateInterval = 124;

    /// <summary>The number of packets in flight.</summary>
    public const int PacketsOut = 128;

    /// <summary>The number of retransmitted packets in flight.</summary>
    public const int RetransmittedOut = 132;

    /// <summary>The total number of retransmitted packets.</summary>
    public const int TotalRetransmissions = 136;

    /// <summary>The number of received segments.</summary>
    public const int SegmentsIn = 140;

    /// <summary>The number of received segments with data.</summary>
    public const int DataSegmentsIn = 144;

    /// <summary>The number of sent segments.</summary>
    public const int SegmentsOut = 148;

    /// <summary>The number of sent segments with data.</summary>
    public const int DataSegmentsOut = 152;

    /// <summary>The number of packets that are considered lost.</summary>
    public const int LostOut = 156;

    /// <summary>The number of packets that were acknowledged selectively.</summary>
    public const int SelectivelyAcknowledgedOut = 160;

    /// <summary>The hash that the socket sets in packets that it sends.</summary>
    public const int TransmitHash = 164;

    /// <summary>The number of received bytes, 64 bits wide.</summary>
    public const int BytesReceived = 168;

    /// <summary>The number of acknowledged bytes, 64 bits wide.</summary>
    public const int BytesAcknowledged = 176;

    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>), or 0. Linux 5.3.</summary>
    public const int Socket = 184;

    /// <summary>A pointer, 64 bits wide, to the start of the packet's bytes. Linux 5.10.</summary>
    public const int PacketData = 192;

    /// <summary>A pointer, 64 bits wide, to the end of the packet's bytes. Linux 5.10.</summary>
    public const int PacketDataEnd = 200;

    /// <summary>The packet's length, in bytes. Linux 5.10.</summary>
    public const int PacketLength = 208;

    /// <summary>The packet's TCP flags. Linux 5.10.</summary>
    public const int PacketTcpFlags = 212;

    /// <summary>The network card's timestamp of the packet, in nanoseconds, 64 bits wide, or 0. Linux 6.2.</summary>
    public const int PacketHardwareTimestamp = 216;
}
