namespace Hops.Cli.Names;

/// <summary>Checks names of hosts (RFC 1123, section 2.1). The owner of an address chooses its name in the DNS, which can be any text.</summary>
internal static class HostName
{
    // RFC 1035, section 2.3.4, less the length bytes and the final dot.
    private const int Longest = 253;
    private const int LongestLabel = 63;

    /// <summary>Returns the name in lower case and without a final dot.</summary>
    /// <returns>Null for a text that is not a host name: with characters other than letters, digits, hyphens and dots, or readable as an address.</returns>
    public static string? Parse(ReadOnlySpan<byte> text)
    {
        if (text is [.. var withoutDot, (byte)'.'])
        {
            text = withoutDot;
        }

        if (text.IsEmpty || text.Length > Longest)
        {
            return null;
        }

        ReadOnlySpan<byte> last = default;
        foreach (Range range in text.Split((byte)'.'))
        {
            last = text[range];
            if (!IsLabel(last))
            {
                return null;
            }
        }

        // No top-level domain starts with a digit: 192.0.2.1 and 0x7f.0x1 are addresses, and would be taken for the remote end's.
        return char.IsAsciiDigit((char)last[0])
            ? null
            : string.Create(text.Length, text, static (chars, bytes) =>
            {
                for (int i = 0; i < chars.Length; i++)
                {
                    chars[i] = char.ToLowerInvariant((char)bytes[i]);
                }
            });
    }

    private static bool IsLabel(ReadOnlySpan<byte> label)
    {
        if (label.IsEmpty || label.Length > LongestLabel || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (byte b in label)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b != '-')
            {
                return false;
            }
        }

        return true;
    }
}
