using System.Buffers.Binary;

namespace Hops.Common.Interop;

/// <summary>Enumerates control messages (cmsg(3)), which the kernel adds to a datagram and returns for a socket.</summary>
/// <param name="messages">The bytes of all messages.</param>
internal ref struct ControlMessages(ReadOnlySpan<byte> messages)
{
    // struct cmsghdr of 64-bit Linux: a length of 8 bytes, then level and type of 4 each; data and the next header are aligned to 8.
    public const int HeaderSize = 16;

    private ReadOnlySpan<byte> _rest = messages;

    /// <summary>Gets whether the enumeration ended at a message that is truncated or invalid.</summary>
    public bool IsBroken { get; private set; }

    /// <returns>False at the end.</returns>
    public bool TryNext(out int level, out int type, out ReadOnlySpan<byte> data)
    {
        level = 0;
        type = 0;
        data = default;
        if (_rest.Length < HeaderSize)
        {
            return false;
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(_rest);
        if (length < HeaderSize || length > _rest.Length)
        {
            IsBroken = true;
            return false;
        }

        level = BinaryPrimitives.ReadInt32LittleEndian(_rest[8..]);
        type = BinaryPrimitives.ReadInt32LittleEndian(_rest[12..]);
        data = _rest[HeaderSize..(int)length];
        _rest = _rest[Math.Min(_rest.Length, ((int)length + 7) & ~7)..];
        return true;
    }
}
