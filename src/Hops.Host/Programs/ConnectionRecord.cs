using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hops.Host.Programs;

/// <summary>Represents a record of the programs in the kernel, as in the ring buffer. All numbers are in the machine's byte order.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ConnectionRecord
{
    public const int Size = 136;

    public const int KindOffset = 0;
    public const int TtlOffset = 1;
    public const int LocalPortOffset = 2;
    public const int RemotePortOffset = 4;
    public const int FormerTtlOffset = 6;
    public const int EventOffset = 7;
    public const int CookieOffset = 8;
    public const int TimeOffset = 16;
    public const int CgroupOffset = 24;
    public const int NetworkOffset = 32;
    public const int ProcessOffset = 40;
    public const int UserOffset = 44;
    public const int RoundTripOffset = 48;
    public const int ResetOffset = 52;
    public const int SubflowOffset = 53;
    public const int ReasonOffset = 54;
    public const int LocalOffset = 56;
    public const int RemoteOffset = 72;
    public const int CommandOffset = 88;
    public const int OpenedOffset = 104;
    public const int SentOffset = 112;
    public const int ReceivedOffset = 120;
    public const int ShortestRoundTripOffset = 128;
    public const int RetransmissionsOffset = 132;

    [FieldOffset(KindOffset)]
    public ConnectionRecordKind Kind;

    /// <summary>0 is unknown.</summary>
    [FieldOffset(TtlOffset)]
    public byte Ttl;

    [FieldOffset(LocalPortOffset)]
    public ushort LocalPort;

    [FieldOffset(RemotePortOffset)]
    public ushort RemotePort;

    /// <summary>For a packet with another TTL, the TTL of the packets before; otherwise 0.</summary>
    [FieldOffset(FormerTtlOffset)]
    public byte FormerTtl;

    [FieldOffset(EventOffset)]
    public ConnectionRecordEvent Event;

    [FieldOffset(CookieOffset)]
    public ulong Cookie;

    /// <summary>Nanoseconds since boot, without suspended time (<c>CLOCK_MONOTONIC</c>).</summary>
    [FieldOffset(TimeOffset)]
    public ulong Time;

    /// <summary>0 is unknown.</summary>
    [FieldOffset(CgroupOffset)]
    public ulong Cgroup;

    /// <summary>The network namespace's cookie.</summary>
    [FieldOffset(NetworkOffset)]
    public ulong Network;

    /// <summary>0 is unknown.</summary>
    [FieldOffset(ProcessOffset)]
    public uint Process;

    /// <summary>Known if <see cref="Process"/> is.</summary>
    [FieldOffset(UserOffset)]
    public uint User;

    /// <summary>The round trip of the handshake in microseconds; 0 is unknown.</summary>
    [FieldOffset(RoundTripOffset)]
    public uint RoundTrip;

    /// <summary>For a packet with another TTL, whether it was a RST.</summary>
    [FieldOffset(ResetOffset)]
    public byte Reset;

    /// <summary>Whether it is a subflow of MPTCP: 0 is unknown, 1 no, 2 yes.</summary>
    [FieldOffset(SubflowOffset)]
    public byte Subflow;

    /// <summary>For a refused connection, the reason.</summary>
    [FieldOffset(ReasonOffset)]
    public HostGuardReason Reason;

    /// <summary>IPv4 as ::ffff:192.0.2.1.</summary>
    [FieldOffset(LocalOffset)]
    public AddressBytes Local;

    [FieldOffset(RemoteOffset)]
    public AddressBytes Remote;

    /// <summary>Ends with a zero. Starts with a zero if it is unknown.</summary>
    [FieldOffset(CommandOffset)]
    public CommandBytes Command;

    /// <summary>When the connection was established, as <see cref="Time"/>. This and the following fields are for closed connections.</summary>
    [FieldOffset(OpenedOffset)]
    public ulong Opened;

    /// <summary>Bytes that the remote end acknowledged.</summary>
    [FieldOffset(SentOffset)]
    public long Sent;

    [FieldOffset(ReceivedOffset)]
    public long Received;

    /// <summary>In microseconds; 0 is unknown.</summary>
    [FieldOffset(ShortestRoundTripOffset)]
    public uint ShortestRoundTrip;

    [FieldOffset(RetransmissionsOffset)]
    public uint Retransmissions;

    public readonly IPEndPoint LocalEndPoint => EndPointOf(Local, LocalPort);

    public readonly IPEndPoint RemoteEndPoint => EndPointOf(Remote, RemotePort);

    /// <summary>Null if it is unknown.</summary>
    public readonly string? CommandText
    {
        get
        {
            ReadOnlySpan<byte> bytes = Command;
            int length = bytes.IndexOf((byte)0);
            return length == 0 ? null : Encoding.UTF8.GetString(length < 0 ? bytes : bytes[..length]);
        }
    }

    // Read each time, since each correction of the time of day changes the difference of the two clocks.
    public readonly DateTimeOffset TimeOfDay => DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime((long)Time);

    // ::ffff:0:0/96 (RFC 4291, section 2.5.5.2).
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    private static IPEndPoint EndPointOf(ReadOnlySpan<byte> bytes, ushort port) =>
        new(new IPAddress(bytes.StartsWith(MappedPrefix) ? bytes[MappedPrefix.Length..] : bytes), port);

    [InlineArray(16)]
    public struct AddressBytes
    {
        private byte _first;
    }

    /// <summary><c>TASK_COMM_LEN</c>.</summary>
    [InlineArray(ProcessFields.CommandLength)]
    public struct CommandBytes
    {
        private byte _first;
    }
}
