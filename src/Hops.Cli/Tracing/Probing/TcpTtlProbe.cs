using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>A SYN: a connect that is reset as soon as anything came back, so that the target keeps nothing half open.</summary>
internal sealed class TcpTtlProbe : TtlProbe
{
    private const int NoError = 0;

    // The numbers of Linux.
    private const int TimedOut = 110;
    private const int Refused = 111;

    /// <inheritdoc/>
    public TcpTtlProbe(IPEndPoint target, int ttl, int sourcePort)
        : base(target, ttl, SocketType.Stream, ProtocolType.Tcp, sourcePort)
    {
        // The kernel sends a silent SYN once more, and no third time.
        Socket.SetRawSocketOption(LibC.SolTcp, LibC.TcpSynCount, BitConverter.GetBytes(1));
        Socket.LingerState = new LingerOption(true, 0);
    }

    /// <summary>A port that is free now, to come from again and again. What was reset leaves its port at once.</summary>
    /// <exception cref="SocketException">None is free.</exception>
    public static int FreePort(AddressFamily family)
    {
        using Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public override short Events => LibC.PollOut;

    protected override bool TryReadTarget(out TtlAnswer? answer)
    {
        Span<byte> error = stackalloc byte[sizeof(int)];
        Socket.GetRawSocketOption(LibC.SolSocket, LibC.SoError, error);
        (bool isOver, answer) = BinaryPrimitives.ReadInt32LittleEndian(error) switch
        {
            NoError => (true, FromTarget(AnswerKind.Answered)),
            Refused => (true, FromTarget(AnswerKind.Refused)),
            TimedOut => (true, null),
            // An error without a message of ICMP, such as that of a reset after the handshake, tells nothing of the way.
            _ => (true, (TtlAnswer?)null),
        };
        return isOver;
    }
}
