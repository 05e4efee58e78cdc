using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents a SYN: a connect that is reset when an answer arrives, so that the target keeps no half-open connection.</summary>
internal sealed class TcpTtlProbe : TtlProbe
{
    private const int NoError = 0;

    // Error numbers of Linux.
    private const int Reset = 104;
    private const int Refused = 111;

    /// <inheritdoc/>
    public TcpTtlProbe(IPEndPoint target, int ttl, int sourcePort)
        : base(target, ttl, SocketType.Stream, ProtocolType.Tcp, sourcePort)
    {
        // The kernel repeats an unanswered SYN once.
        Socket.SetRawSocketOption(LibC.SolTcp, LibC.TcpSynCount, BitConverter.GetBytes(1));
        Socket.LingerState = new LingerOption(true, 0);
    }

    /// <summary>Returns a free port, from which all packets can come: a reset connection releases its port at once.</summary>
    /// <exception cref="SocketException">No port is free.</exception>
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
            // A reset of a waiting connect is a refusal; this one came after the answer.
            NoError or Reset => FromTarget(AnswerKind.Answered),
            Refused => FromTarget(AnswerKind.Refused),
            // The kernel has timed out, or an error has no ICMP message that names its sender.
            _ => null,
        };
        return true;
    }
}
