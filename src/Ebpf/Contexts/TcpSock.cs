namespace Ebpf.Contexts;

/// <summary>
/// Offsets into <c>struct bpf_tcp_sock</c> (<c>linux/bpf.h</c>), what the helper <c>bpf_tcp_sock</c> shows of a TCP socket, in bytes. Linux 5.1. Fields are 32
/// bits wide where nothing else is said.
/// </summary>
public static class TcpSock
{
    /// <summary>The congestion window, in packets.</summary>
    public const int CongestionWindow = 0;

    /// <summary>The smoothed round-trip time, in eighths of a microsecond.</summary>
    public const int SmoothedRoundTrip = 4;

    /// <summary>The shortest round-trip time, in microseconds.</summary>
    public const int MinimumRoundTrip = 8;

    /// <summary>The slow start threshold, in packets.</summary>
    public const int SlowStartThreshold = 12;

    /// <summary>The sequence number that is expected next.</summary>
    public const int ReceiveNext = 16;

    /// <summary>The sequence number that is sent next.</summary>
    public const int SendNext = 20;

    /// <summary>The first sequence number that is not acknowledged.</summary>
    public const int SendUnacknowledged = 24;

    /// <summary>The size of segments, in bytes.</summary>
    public const int SegmentSize = 28;

    /// <summary>The state of the explicit congestion notification.</summary>
    public const int EcnFlags = 32;

    /// <summary>How many packets the last delivery rate is about.</summary>
    public const int RateDelivered = 36;

    /// <summary>In which time they were delivered, in microseconds.</summary>
    public const int RateInterval = 40;

    /// <summary>How many packets are on the way.</summary>
    public const int PacketsOut = 44;

    /// <summary>How many were sent again and are on the way.</summary>
    public const int RetransmittedOut = 48;

    /// <summary>How many packets were sent again in all.</summary>
    public const int TotalRetransmissions = 52;

    /// <summary>How many segments came in.</summary>
    public const int SegmentsIn = 56;

    /// <summary>How many segments with data came in.</summary>
    public const int DataSegmentsIn = 60;

    /// <summary>How many segments went out.</summary>
    public const int SegmentsOut = 64;

    /// <summary>How many segments with data went out.</summary>
    public const int DataSegmentsOut = 68;

    /// <summary>How many packets are held to be lost.</summary>
    public const int LostOut = 72;

    /// <summary>How many packets were acknowledged selectively.</summary>
    public const int SelectivelyAcknowledgedOut = 76;

    /// <summary>How many bytes were received, 64 bits wide.</summary>
    public const int BytesReceived = 80;

    /// <summary>How many bytes were acknowledged, 64 bits wide.</summary>
    public const int BytesAcknowledged = 88;

    /// <summary>How many segments came twice, as the other end told. Linux 5.2.</summary>
    public const int DuplicatesTold = 96;

    /// <summary>How many packets were delivered. Linux 5.2.</summary>
    public const int Delivered = 100;

    /// <summary>How many of them with a mark of congestion. Linux 5.2.</summary>
    public const int DeliveredMarked = 104;

    /// <summary>How often the retransmission timer ran out in a row. Linux 5.2.</summary>
    public const int TimeoutsInRow = 108;
}
