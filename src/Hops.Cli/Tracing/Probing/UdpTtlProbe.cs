using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>A datagram.</summary>
internal sealed class UdpTtlProbe : TtlProbe
{
    private readonly byte[] _payload;

    /// <param name="target">Where to.</param>
    /// <param name="ttl">With which it starts.</param>
    /// <param name="payload">What to send.</param>
    /// <exception cref="SocketException">This host did not let it be made.</exception>
    public UdpTtlProbe(IPEndPoint target, int ttl, byte[] payload)
        : base(target, ttl, SocketType.Dgram, ProtocolType.Udp) => _payload = payload;

    public override short Events => LibC.PollIn;

    protected override void Send()
    {
        try
        {
            Socket.Send(_payload);
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.AccessDenied)
        {
            // What came back meanwhile; the queue of errors tells of it, too.
        }
    }

    protected override bool TryReadTarget(out TtlAnswer? answer)
    {
        answer = null;
        try
        {
            Datagram datagram = Socket.ReceiveDatagram(stackalloc byte[1]);
            answer = FromTarget(AnswerKind.Answered) with { Back = datagram.Distance };
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return false;
        }
        catch (SocketException)
        {
            // Told by the queue of errors, if by anything.
            return true;
        }
    }
}
