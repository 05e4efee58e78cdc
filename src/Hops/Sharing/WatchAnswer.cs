using System.Buffers.Binary;

namespace Hops.Sharing;

/// <summary>
/// The answer of a watch to a process that has sent it the byte <see cref="Question"/> and the descriptor of a socket: 16 bytes, of which the first is the
/// number of the layout, then the status, the TTL, five zeros, and the socket's cookie.
/// </summary>
/// <param name="Status">What is known.</param>
/// <param name="Ttl">As it was received; 0 unless it is known.</param>
/// <param name="Cookie">Of the socket that was asked for; 0 where it is not watched.</param>
internal readonly record struct WatchAnswer(WatchAnswerStatus Status, byte Ttl, ulong Cookie)
{
    public const int Size = 16;

    /// <summary>The number of the layout of both messages.</summary>
    public const byte Question = 1;

    private const int CookieOffset = 8;

    public void Write(Span<byte> message)
    {
        message[..Size].Clear();
        message[0] = Question;
        message[1] = (byte)Status;
        message[2] = Ttl;
        BinaryPrimitives.WriteUInt64LittleEndian(message[CookieOffset..], Cookie);
    }

    /// <returns>False where it makes no sense.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out WatchAnswer answer)
    {
        answer = default;
        if (message.Length != Size || message[0] != Question || message[3..CookieOffset].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        answer = new((WatchAnswerStatus)message[1], message[2], BinaryPrimitives.ReadUInt64LittleEndian(message[CookieOffset..]));
        return answer.Status switch
        {
            WatchAnswerStatus.Known => answer is { Ttl: > 0, Cookie: > 0 },
            WatchAnswerStatus.Unknown => answer is { Ttl: 0, Cookie: > 0 },
            WatchAnswerStatus.NotWatched => answer is { Ttl: 0, Cookie: 0 },
            _ => false,
        };
    }
}
