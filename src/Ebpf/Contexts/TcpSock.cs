namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_tcp_sock</c> (<c>linux/bpf.h</c>), the view of a TCP socket that the helper <c>bpf_tcp_sock</c> returns, in
/// bytes. Fields are 32 bits wide unless noted. Linux 5.1.
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

    /// <summary>The next sequence number that is expected.</summary>
    public const int ReceiveNext = 16;

    /// <summary>The next sequence number to send.</summary>
    public const int SendNext = 20;

    /// <summary>The first sequence number that is not acknowledged.</summary>
    public const int SendUnacknowledged = 24;

    /// <summary>The maximum segment size, in bytes.</summary>
    public const int SegmentSize = 28;

    /// <summary>The state of explicit congestion notification (ECN).</summary>
    public const int EcnFlags = 32;

    /// <summary>The number of packets in the last measurement of the delivery rate.</summary>
    public const int RateDelivered = 36;

    /// <summary>The time in which <see cref="RateDelivered"/> packets were delivered, in microseconds.</summary>
    public const int RateInterval = 40;

    /// <summary>The number of packets in flight.</summary>
    public const int PacketsOut = 44;

    /// <summary>The number of retransmitted packets in flight.</summary>
    public const int RetransmittedOut = 48;

    /// <summary>The total number of retransmitted packets.</summary>
    public const int TotalRetransmissions = 52;

    /// <summary>The number of received segments.</summary>
    public const int SegmentsIn = 56;

    /// <summary>The number of received segments with data.</summary>
    public const int DataSegmentsIn = 60;

    /// <summary>The number of sent segments.</summary>
    public const int SegmentsOut = 64;

    /// <summary>The number of sent segments with data.</summary>
    public const int DataSegmentsOut = 68;

    /// <summary>The number of packets that are considered lost.</summary>
    public const int LostOut = 72;

    /// <summary>The number of packets that were acknowledged selectively.</summary>
    public const int SelectivelyAcknowledgedOut = 76;

    /// <summary>The number of received bytes, 64 bits wide.</summary>
    public const int BytesReceived = 80;

    /// <summary>The number of acknowledged bytes, 64 bits wide.</summary>
    public const int BytesAcknowledged = 88;

    /// <summary>The number of duplicate segments that the other end reported (DSACK). Linux 5.2.</summary>
    public const int DuplicatesTold = 96;

    /// <summary>The number of delivered packets. Linux 5.2.</summary>
    public const int Delivered = 100;

    /// <summary>The number of packets that were delivered with a congestion mark (ECN). Linux 5.2.</summary>
    public const int DeliveredMarked = 104;

    /// <summary>The number of consecutive expirations of the retransmission timer. Linux 5.2.</summary>
    public const int TimeoutsInRow = 108;
}
