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
    public TcpTtlProbe(IPEndPoint target, int ttl)
        : base(target, ttl, SocketType.Stream, ProtocolType.Tcp)
    {
        // The kernel sends a silent SYN once more, and no third time.
        Socket.SetRawSocketOption(LibC.SolTcp, LibC.TcpSynCount, BitConverter.GetBytes(1));
        Socket.LingerState = new LingerOption(true, 0);
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
