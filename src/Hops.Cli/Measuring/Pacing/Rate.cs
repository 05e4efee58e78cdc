using System.Diagnostics;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>When the next may begin, where so many may begin in a second (the virtual scheduling algorithm of ITU-T I.371).</summary>
/// <param name="perSecond">How many.</param>
/// <param name="ahead">How far those that come at once may run ahead of an even distribution.</param>
internal readonly struct Rate(int perSecond, TimeSpan ahead)
{
    private readonly long _gap = Stopwatch.Frequency / perSecond;
    private readonly long _ahead = (long)(ahead.TotalSeconds * Stopwatch.Frequency);

    /// <summary>The start of the next, in the units of <see cref="Stopwatch"/>.</summary>
    /// <param name="even">When it would begin in an even distribution; becomes that of the one after it.</param>
    /// <param name="weight">How many it counts as.</param>
    public long Next(ref long even, int weight)
    {
        long now = Stopwatch.GetTimestamp();
        long start = Math.Max(now, even - _ahead);
        even = Math.Max(now, even) + (_gap * weight);
        return start;
    }
}
