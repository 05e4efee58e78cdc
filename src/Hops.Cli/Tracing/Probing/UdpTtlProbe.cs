using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents a datagram with a given TTL.</summary>
internal sealed class UdpTtlProbe : TtlProbe
{
    private readonly byte[] _payload;

    /// <param name="target">The end point to send to.</param>
    /// <param name="ttl">The initial TTL of the datagram.</param>
    /// <param name="payload">The content of the datagram.</param>
    /// <exception cref="SocketException">The socket could not be created.</exception>
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
            // The error of an earlier answer, which is also in the error queue.
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
            // The error queue has the answer, if there is one.
            return true;
        }
    }
}
