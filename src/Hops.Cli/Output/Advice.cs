using Hops.Common.Remedies;
using Hops.Diagnosis;
using Hops.Host.Sharing;

namespace Hops.Cli.Output;

/// <summary>What to do about what does not work here. Every remedy that this program prints comes from here, whoever knows it.</summary>
internal static class Advice
{
    /// <summary>A command, a setting, or a sentence without its full stop.</summary>
    public static string For(HopSourceRefusal refusal) => RemedyText.Of(refusal.Remedy);

    /// <summary>Why, and what to do.</summary>
    public static string ReasonAndRemedy(HopSourceRefusal refusal) => $"{refusal.Reason} (remedy: {For(refusal)})";

    /// <summary>What lets this user measure IPv4 from then on: what the shared filter wants, which needs the least rights.</summary>
    public static string ForIpv4(IReadOnlyList<HopSourceRefusal> refusals) => For(refusals.First(static refusal => refusal.Source == HopSource.PinnedFilter));

    public static string For(SharingException refused) => RemedyText.Of(refused.Remedy);

    /// <summary>What lets this user use what is shared; null where nothing is wrong.</summary>
    public static string? For(SharingStatus status) => status.Remedy is { } remedy ? RemedyText.Of(remedy) : null;

    /// <summary>What would make a source work, the best first; empty where nothing would, or nothing need.</summary>
    public static IReadOnlyList<string> For(HopSourceCheck check) => [.. check.Remedies.Select(RemedyText.Of)];

    /// <summary>What to do on this machine, the best first. One of them may have several lines.</summary>
    public static IReadOnlyList<string> For(HopDiagnosis diagnosis) => [.. diagnosis.Advice.Select(RemedyText.Of)];

    /// <summary>What an exception says. Where nothing here can measure: each source's reason, and what to do.</summary>
    public static string Message(Exception e) => RemedyText.Of(e);

    /// <summary>Each refusal with its remedy.</summary>
    public static void Write(Streams streams, IReadOnlyList<HopSourceRefusal> refusals)
    {
        foreach (HopSourceRefusal refusal in refusals)
        {
            streams.WriteMessage($"{SourceName.Of(refusal.Source)}: {refusal.Reason}");
            streams.WriteMessage($"  remedy: {For(refusal)}");
        }
    }
}
