using System.Globalization;

namespace Hops.Benchmarks.Peers;

/// <summary>What has left through an interface (/proc/net/dev).</summary>
internal static class PacketCounter
{
    // Of a connection that a program has closed the last packets may be on their way.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    // After the name: eight columns of what was received, then bytes and packets that were sent.
    private const int SentPackets = 9;

    /// <summary>How many packets, in the network of this thread, when all have been sent.</summary>
    public static long Sent(string name)
    {
        Thread.Sleep(Settling);
        string line = File.ReadLines("/proc/thread-self/net/dev").First(line => line.TrimStart().StartsWith($"{name}:", StringComparison.Ordinal));
        string[] numbers = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(numbers[SentPackets], CultureInfo.InvariantCulture);
    }
}
