using System.Globalization;

namespace Hops.Benchmarks.Peers;

/// <summary>Counts the packets that an interface has sent (/proc/net/dev).</summary>
internal static class PacketCounter
{
    // The last packets of a closed connection may not have been sent yet.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    // After the name: eight columns of what was received, then bytes and packets that were sent.
    private const int SentPackets = 9;

    /// <summary>Waits until all packets have been sent, and returns their number, in the network namespace of this thread.</summary>
    public static long Sent(string name)
    {
        Thread.Sleep(Settling);
        string line = File.ReadLines("/proc/thread-self/net/dev").First(line => line.TrimStart().StartsWith($"{name}:", StringComparison.Ordinal));
        string[] numbers = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(numbers[SentPackets], CultureInfo.InvariantCulture);
    }
}
