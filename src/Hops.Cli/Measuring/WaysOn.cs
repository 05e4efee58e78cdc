using Hops.Cli.Output;
using Hops.Probing;

namespace Hops.Cli.Measuring;

/// <summary>Prints what to do at the end of a run in which something could not be measured because rights are missing.</summary>
internal static class WaysOn
{
    /// <param name="streams">Where to print.</param>
    /// <param name="source">The source that the user named, or null.</param>
    /// <param name="verbose">Whether to print for every source why it cannot be used.</param>
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
                $"  now:   hops --source minimum-ttl TARGET   (without rights; up to {MinimumTtlProbe.MaximumConnections} connections per target)");
            streams.WriteMessage($"  once:  {Advice.ForIpv4(refusals)}");
            Advice.Write(streams, verbose ? refusals : []);
        }
        else
        {
            Advice.Write(streams, refusals);
        }

        streams.WriteMessage("'hops doctor' shows what works here, what does not, and why.");
    }
}
