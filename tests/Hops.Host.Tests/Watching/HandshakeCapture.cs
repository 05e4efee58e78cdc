using System.Net;
using Hops.Host.Tests.Capturing;
using Hops.Lab;

namespace Hops.Host.Tests.Watching;

/// <summary>Handshakes as tcpdump sees them where they reach the server, behind all routers, and where they leave it.</summary>
/// <param name="network">Where.</param>
internal sealed class HandshakeCapture(LabNetwork network) : IDisposable
{
    // The small packets of TCP: those of handshakes are among them.
    private readonly PacketCapture _capture = new(network, network.Routers, "tcp and less 94");

    /// <summary>Ends the capture.</summary>
    /// <returns>All handshakes that were completed until now, in the order in which they were.</returns>
    public List<Handshake> Stop()
    {
        Dictionary<(IPEndPoint Client, IPEndPoint Server), Begun> begun = [];
        List<Handshake> completed = [];
        foreach (CapturedSegment segment in _capture.Stop())
        {
            Follow(segment, begun, completed);
        }

        return completed;
    }

    public void Dispose() => _capture.Dispose();

    private static void Follow(CapturedSegment segment, Dictionary<(IPEndPoint Client, IPEndPoint Server), Begun> begun, List<Handshake> completed)
    {
        const int Syn = CapturedSegment.Syn;
        const int Ack = CapturedSegment.Ack;
        switch (segment.Flags & (Syn | CapturedSegment.Rst | Ack))
        {
            case Syn when begun.TryGetValue((segment.From, segment.To), out Begun? same) && same.ClientSequence == segment.Sequence:
                // Sent again.
                break;
            case Syn:
                begun[(segment.From, segment.To)] = new() { ClientSequence = segment.Sequence };
                break;
            case Syn | Ack when begun.TryGetValue((segment.To, segment.From), out Begun? asked) && segment.Acknowledged == asked.ClientSequence + 1:
                asked.ServerSequence = segment.Sequence;
                asked.Ttls.Add(segment.Ttl);
                break;
            case Ack when begun.TryGetValue((segment.From, segment.To), out Begun? answered) && answered.Ttls.Count > 0
                && segment.Sequence == answered.ClientSequence + 1 && segment.Acknowledged == answered.ServerSequence + 1:
                begun.Remove((segment.From, segment.To));
                completed.Add(new(segment.From, segment.To, answered.Ttls[^1], segment.Ttl, answered.Ttls.Count == 1));
                break;
        }
    }

    private sealed class Begun
    {
        public uint ClientSequence { get; init; }

        public uint ServerSequence { get; set; }

        public List<int> Ttls { get; } = [];
    }
}
