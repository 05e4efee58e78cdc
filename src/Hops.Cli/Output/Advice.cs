using Hops.Common.Remedies;
using Hops.Diagnosis;
using Hops.Host.Sharing;

namespace Hops.Cli.Output;

/// <summary>Formats remedies. Every remedy that this program prints comes from here.</summary>
internal static class Advice
{
    /// <summary>Returns the remedy of a refusal: a command, a setting, or a sentence without its full stop.</summary>
    public static string For(HopSourceRefusal refusal) => RemedyText.Of(refusal.Remedy);

    /// <summary>Returns the reason of a refusal and its remedy.</summary>
    public static string ReasonAndRemedy(HopSourceRefusal refusal) => $"{refusal.Reason} (remedy: {For(refusal)})";

    /// <summary>Returns the remedy that lets this user measure IPv4: that of the shared filter, which needs the fewest rights.</summary>
    public static string ForIpv4(IReadOnlyList<HopSourceRefusal> refusals) => For(refusals.First(static refusal => refusal.Source == HopSource.PinnedFilter));

    public static string For(SharingException refused) => RemedyText.Of(refused.Remedy);

    /// <summary>Returns the remedy that lets this user use the shared filter; null if nothing is wrong.</summary>
    public static string? For(SharingStatus status) => status.Remedy is { } remedy ? RemedyText.Of(remedy) : null;

    /// <summary>Returns the remedies that make a source work, in order of preference; empty if there is none, or none is needed.</summary>
    public static IReadOnlyList<string> For(HopSourceCheck check) => [.. check.Remedies.Select(RemedyText.Of)];

    /// <summary>Returns the remedies for this machine, in order of preference. A remedy may have several lines.</summary>
    public static IReadOnlyList<string> For(HopDiagnosis diagnosis) => [.. diagnosis.Advice.Select(RemedyText.Of)];

    /// <summary>Returns the message of an exception. If no source works here, it has the reason and the remedy of each.</summary>
    public static string Message(Exception e) => RemedyText.Of(e);

    /// <summary>Prints each refusal with its remedy.</summary>
    public static void Write(Streams streams, IReadOnlyList<HopSourceRefusal> refusals)
    {
        foreach (HopSourceRefusal refusal in refusals)
        {
            streams.WriteMessage($"{SourceName.Of(refusal.Source)}: {refusal.Reason}");
            streams.WriteMessage($"  remedy: {For(refusal)}");
        }
    }
}
