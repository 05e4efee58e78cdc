using Hops.Cli.Measuring;
using Hops.Probing;

namespace Hops.Cli.Output;

/// <summary>The end of a run in which something could not be measured for want of rights: what to do now.</summary>
internal static class Advice
{
    /// <param name="streams">Where to.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="refusals">Why there was no better source.</param>
    public static void Write(Streams streams, MeasureOptions options, IReadOnlyList<HopSourceRefusal> refusals)
    {
        // The best source that there is measures IPv6 only: the pinned filter was refused, too.
        if (options.Source is null && refusals.Any(static refusal => refusal.Source == HopSource.PinnedFilter) && refusals.All(static refusal => refusal.Source != HopSource.SocketOption))
        {
            streams.WriteMessage("To measure IPv4, too:");
            streams.WriteMessage($"  now:   hops --source minimum-ttl TARGET   (without rights; up to {MinimumTtlProbe.MostConnections} connections a target)");
            streams.WriteMessage($"  once:  {TcpConnecting.PermanentRemedy(refusals)}");
            WriteAll(streams, options.Verbose ? refusals : []);
        }
        else
        {
            WriteAll(streams, refusals);
        }

        streams.WriteMessage("'hops doctor' tells what works here, and what does not and why.");
    }

    /// <summary>Each refusal with its remedy.</summary>
    public static void WriteAll(Streams streams, IReadOnlyList<HopSourceRefusal> refusals)
    {
        foreach (HopSourceRefusal refusal in refusals)
        {
            streams.WriteMessage($"{SourceName.Of(refusal.Source)}: {refusal.Reason}");
            streams.WriteMessage($"  remedy: {refusal.Remedy}");
        }
    }
}
