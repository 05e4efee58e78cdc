using System.Globalization;
using System.Net;
using System.Text;
using Hops.Host.Watching;

namespace Hops.Host.Learning;

/// <summary>
/// Writes and reads a baseline as lines of text, sorted, so that two files can be compared: the version, a line for each entry, and <c>end</c>, without which
/// the file was cut off. A line that is not exactly as it would be written is refused, so that no other program can read another meaning out of it.
/// </summary>
internal static class BaselineText
{
    public const int MaximumSize = 4 << 20;

    private const string Version = "hops-baseline 1";
    private const string End = "end";
    private const string Outgoing = "out";
    private const string Incoming = "in";

    /// <returns>The text, and the number of the snapshot.</returns>
    public static (byte[] Text, long Changes) Write(HopBaseline baseline)
    {
        (KeyValuePair<BaselineKey, LearntRange>[] entries, long changes) = baseline.Snapshot();
        StringBuilder text = new();
        text.Append(Version).Append('\n');
        foreach ((BaselineKey key, LearntRange range) in entries)
        {
            text.Append(Line(key, range)).Append('\n');
        }

        text.Append(End).Append('\n');
        return (Encoding.ASCII.GetBytes(text.ToString()), changes);
    }

    /// <param name="bytes">The text.</param>
    /// <param name="path">The path of the file, for messages.</param>
    /// <exception cref="HopBaselineException">The text is not a valid baseline.</exception>
    public static HopBaseline Read(byte[] bytes, string path)
    {
        // Latin-1 gives a character for each byte; a line with other characters than ASCII is refused.
        string[] lines = Encoding.Latin1.GetString(bytes).Split('\n');
        if (lines[0] != Version)
        {
            throw Refused(path, 1, $"is not '{Version}': the file is no baseline, or one of another version of this program");
        }

        if (lines.Length < 3 || lines[^1].Length > 0 || lines[^2] != End)
        {
            throw Refused(path, lines.Length, $"ends the file, which does not end with '{End}' and a line feed: it was cut off, or something was added");
        }

        if (lines.Length - 3 > HopBaseline.MaximumEntries)
        {
            throw Refused(path, HopBaseline.MaximumEntries + 2, $"is one too many: a baseline has at most {HopBaseline.MaximumEntries} networks and ports");
        }

        HopBaseline baseline = new();
        for (int i = 1; i < lines.Length - 2; i++)
        {
            (BaselineKey key, LearntRange range) = Read(lines[i], i + 1, path);
            if (!baseline.TryAdd(key, range))
            {
                throw Refused(path, i + 1, "is for the same direction, network and port as a line before");
            }
        }

        return baseline;
    }

    private static (BaselineKey Key, LearntRange Range) Read(string line, int number, string path)
    {
        if (line.Split(' ') is not [string direction, string network, string port, string least, string most])
        {
            throw Refused(path, number, $"is not direction, network, port, least and greatest distance, with one space between, such as {Example}");
        }

        if (direction is not (Outgoing or Incoming))
        {
            throw Refused(path, number, $"does not start with '{Outgoing}' or '{Incoming}'");
        }

        if (network.Split('/') is not [string first, string] || !IPAddress.TryParse(first, out IPAddress? address))
        {
            throw Refused(path, number, $"has no network of {BaselineKey.PrefixOfIPv4} bits of IPv4 or {BaselineKey.PrefixOfIPv6} of IPv6, such as {Example}");
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort portNumber) || portNumber == 0)
        {
            throw Refused(path, number, $"has no port from 1 to {ushort.MaxValue} after its network");
        }

        if (!TryReadHops(least, out byte leastHops) || !TryReadHops(most, out byte mostHops))
        {
            throw Refused(path, number, $"does not end with two distances from 0 to {HopDistance.MaximumPlausibleHops} hops");
        }

        if (leastHops > mostHops)
        {
            throw Refused(path, number, "contradicts itself: its least distance is greater than its greatest");
        }

        BaselineKey key = BaselineKey.Of(direction == Outgoing ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming, address, portNumber);
        LearntRange range = new(leastHops, mostHops);
        string usual = Line(key, range);
        return line == usual ? (key, range) : throw Refused(path, number, $"is not in the usual form, which is '{usual}'");
    }

    private static string Example => Line(BaselineKey.Of(ConnectionDirection.Outgoing, new IPAddress([192, 0, 2, 0]), 443), new(9, 11));

    private static string Line(BaselineKey key, LearntRange range) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(key.Direction == ConnectionDirection.Outgoing ? Outgoing : Incoming)} {key.NetworkText} {key.Port} {range.Least} {range.Most}");

    private static bool TryReadHops(string text, out byte hops) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out hops) && hops <= HopDistance.MaximumPlausibleHops;

    private static HopBaselineException Refused(string path, int line, string reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path} is not a valid baseline: line {line} {reason}.")) { Line = line };
}
