using System.Net;

namespace Hops.Host.Tests.Watching;

/// <summary>A handshake of TCP as it was on the wire (RFC 9293, section 3.5).</summary>
/// <param name="Client">Who sent the SYN.</param>
/// <param name="Server">Who answered it.</param>
/// <param name="AnswerTtl">The TTL of the SYN+ACK where it was captured.</param>
/// <param name="AcknowledgementTtl">The TTL of the packet that completed the handshake, where it was captured.</param>
/// <param name="IsAnsweredOnce">Whether no SYN+ACK was sent again, which had another TTL then.</param>
internal sealed record Handshake(IPEndPoint Client, IPEndPoint Server, int AnswerTtl, int AcknowledgementTtl, bool IsAnsweredOnce);
