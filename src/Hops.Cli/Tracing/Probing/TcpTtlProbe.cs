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
    private const int Reset = 104;
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
        answer = BinaryPrimitives.ReadInt32LittleEndian(error) switch
        {
            // A reset of what waits for an answer is a refusal; this one came behind the answer.
            NoError or Reset => FromTarget(AnswerKind.Answered),
            Refused => FromTarget(AnswerKind.Refused),
            // The kernel has given up, or an error has no ICMP message to tell who sent it.
            _ => null,
        };
        return true;
    }
}
