using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hops.Host.Programs;

/// <summary>What the programs in the kernel tell of a connection, as it lies in the ring buffer. All numbers are in the machine's own byte order.</summary>
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

    /// <summary>Of a packet with another TTL: that of the packets before; else 0.</summary>
    [FieldOffset(FormerTtlOffset)]
    public byte FormerTtl;

    [FieldOffset(EventOffset)]
    public ConnectionRecordEvent Event;

    [FieldOffset(CookieOffset)]
    public ulong Cookie;

    /// <summary>Nanoseconds since boot, without what the machine slept (<c>CLOCK_MONOTONIC</c>).</summary>
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

    /// <summary>Known where <see cref="Process"/> is.</summary>
    [FieldOffset(UserOffset)]
    public uint User;

    /// <summary>The handshake's, in microseconds; 0 is unknown.</summary>
    [FieldOffset(RoundTripOffset)]
    public uint RoundTrip;

    /// <summary>Of a packet with another TTL: whether it was a RST.</summary>
    [FieldOffset(ResetOffset)]
    public byte Reset;

    /// <summary>Whether it is a subflow of MPTCP: 0 is unknown, 1 no, 2 yes.</summary>
    [FieldOffset(SubflowOffset)]
    public byte Subflow;

    /// <summary>Of a connection that a guard refused: why.</summary>
    [FieldOffset(ReasonOffset)]
    public HostGuardReason Reason;

    /// <summary>IPv4 as ::ffff:192.0.2.1.</summary>
    [FieldOffset(LocalOffset)]
    public AddressBytes Local;

    [FieldOffset(RemoteOffset)]
    public AddressBytes Remote;

    /// <summary>Ends with a zero; starts with one where it is unknown.</summary>
    [FieldOffset(CommandOffset)]
    public CommandBytes Command;

    /// <summary>When it was established, as <see cref="Time"/>. This and what follows: of a connection that is over.</summary>
    [FieldOffset(OpenedOffset)]
    public ulong Opened;

    /// <summary>Bytes that the other end acknowledged.</summary>
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

    /// <summary>Null where it is unknown.</summary>
    public readonly string? CommandText
    {
        get
        {
            ReadOnlySpan<byte> bytes = Command;
            int length = bytes.IndexOf((byte)0);
            return length == 0 ? null : Encoding.UTF8.GetString(length < 0 ? bytes : bytes[..length]);
        }
    }

    // The two clocks differ by another amount after each correction of the time of day.
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
