using System.Diagnostics;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>Calculates when the next event may begin under a limit per second (the virtual scheduling algorithm of ITU-T I.371).</summary>
/// <param name="perSecond">The limit.</param>
/// <param name="ahead">How far a burst may run ahead of an even distribution.</param>
internal readonly struct Rate(int perSecond, TimeSpan ahead)
{
    private readonly long _gap = Stopwatch.Frequency / perSecond;
    private readonly long _ahead = (long)(ahead.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Returns the start of the next event, in the units of <see cref="Stopwatch"/>.</summary>
    /// <param name="even">When the event would begin in an even distribution; set to the same for the event after it.</param>
    /// <param name="weight">How many events it counts as.</param>
    public long Next(ref long even, int weight)
    {
        long now = Stopwatch.GetTimestamp();
        long start = Math.Max(now, even - _ahead);
        even = Math.Max(now, even) + (_gap * weight);
        return start;
    }
}
