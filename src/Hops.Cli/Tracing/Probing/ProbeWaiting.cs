using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Waits until something came back on one of many sockets: poll(2).</summary>
internal static unsafe class ProbeWaiting
{
    // A signal is noticed as soon.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <param name="probes">Those that wait.</param>
    /// <param name="timeout">How long each may.</param>
    /// <returns>Those on which something came back, or which failed.</returns>
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
            // An error of poll(2) is a signal, and nothing is ready then.
            _ = LibC.Poll(start, (nuint)descriptors.Length, (int)Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, Longest.TotalMilliseconds));
        }

        return [.. probes.Where((_, i) => descriptors[i].Returned != 0)];
    }
}
