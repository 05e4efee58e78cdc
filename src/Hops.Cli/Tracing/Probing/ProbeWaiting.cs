using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Waits for answers on many sockets, by poll(2).</summary>
internal static unsafe class ProbeWaiting
{
    // The maximum delay until a signal is noticed.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <param name="probes">The probes that wait for an answer.</param>
    /// <param name="timeout">How long each may wait.</param>
    /// <returns>The probes with an answer or a failure.</returns>
    public static HashSet<TtlProbe> Wait(IReadOnlyList<TtlProbe> probes, TimeSpan timeout)
    {
        if (probes.Count == 0)
        {
            return [];
        }

        LibC.PollDescriptor[] descriptors =
            [.. probes.Select(static probe => new LibC.PollDescriptor { Descriptor = probe.Descriptor, Events = probe.Events })];
        TimeSpan left = timeout - probes.Max(static probe => probe.Age);
        fixed (LibC.PollDescriptor* start = descriptors)
        {
            // poll(2) fails only because of a signal, and nothing is ready then.
            _ = LibC.Poll(start, (nuint)descriptors.Length, (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, Longest.TotalMilliseconds));
        }

        return [.. probes.Where((_, i) => descriptors[i].Returned != 0)];
    }
}
