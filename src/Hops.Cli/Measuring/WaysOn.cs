using Hops.Cli.Output;
using Hops.Probing;

namespace Hops.Cli.Measuring;

/// <summary>The end of a run in which something could not be measured for want of rights: what to do now.</summary>
internal static class WaysOn
{
    /// <param name="streams">Where to.</param>
    /// <param name="source">The source that the user named, or null.</param>
    /// <param name="verbose">Whether to tell of every source why it cannot be used.</param>
    /// <param name="refusals">Why there was no better source.</param>
    public static void Write(Streams streams, HopSource? source, bool verbose, IReadOnlyList<HopSourceRefusal> refusals)
    {
        // The best source that there is measures IPv6 only: the pinned filter was refused, too.
        if (source is null
            && refusals.Any(static refusal => refusal.Source == HopSource.PinnedFilter)
            && refusals.All(static refusal => refusal.Source != HopSource.SocketOption))
        {
            streams.WriteMessage("To measure IPv4, too:");
            streams.WriteMessage(
                $"  now:   hops --source minimum-ttl TARGET   (without rights; up to {MinimumTtlProbe.MaximumConnections} connections a target)");
            streams.WriteMessage($"  once:  {Advice.ForIpv4(refusals)}");
            Advice.Write(streams, verbose ? refusals : []);
        }
        else
        {
            Advice.Write(streams, refusals);
        }

        streams.WriteMessage("'hops doctor' tells what works here, and what does not and why.");
    }
}
