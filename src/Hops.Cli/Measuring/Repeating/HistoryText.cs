using System.Globalization;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>Formats histories as sentences, for the summary at the end.</summary>
internal static class HistoryText
{
    /// <summary>The number of targets above which only those with changes or failures have a line of their own.</summary>
    private const int Many = 20;

    /// <summary>Returns a sentence such as <c>10.0.0.1: 5 attempts: 8 hops 3 times, 3 hops 2 times; the distance changed 2 times</c>.</summary>
    public static string Of(TargetHistory history)
    {
        string text = $"{TerminalText.Escape(history.Target)}: {Counted(history.Sent, "attempt")}";
        string[] outcomes =
        [
            .. history.Distances.OrderByDescending(static pair => pair.Value)
                .Select(static pair => $"{Counted(pair.Key.Hops, "hop")}{(pair.Key.IsPlausible ? "" : " (implausible)")} {Counted(pair.Value, "time")}"),
            .. history.Errors.OrderByDescending(static pair => pair.Value).Select(static pair => $"{pair.Key} {Counted(pair.Value, "time")}"),
        ];
        return (outcomes.Length == 0 ? text : $"{text}: {string.Join(", ", outcomes)}")
            + (history.Lost == 0 ? "" : $"; {Loss(history)} without a distance")
            + (history.Changes == 0 ? "" : $"; the distance changed {Counted(history.Changes, "time")}")
            + (history.Skipped == 0 ? "" : $"; {Counted(history.Skipped, "round")} skipped");
    }

    /// <summary>Returns a line for each target; of many targets only for those that changed, or were not measured each time.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<TargetHistory> histories)
    {
        TargetHistory[] told = [.. histories.Where(history => histories.Count <= Many || history.Changes + history.Lost + history.Skipped > 0)];
        int others = histories.Count - told.Length;
        return
        [
            .. told.Select(Of),
            .. others == 0 ? Array.Empty<string>() : [$"{Counted(others, told.Length == 0 ? "target" : "more target")}: measured each time, without a change"],
        ];
    }

    /// <summary>Returns the share of attempts without a distance. Only all attempts are 100 %, and only none are 0 %.</summary>
    public static string Loss(TargetHistory history)
    {
        double percent = history.Sent == 0 ? 0 : 100.0 * history.Lost / history.Sent;
        double rounded = history.Lost is 0 || history.Lost == history.Sent ? percent : Math.Clamp(Math.Round(percent), 1, 99);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded:0}%");
    }

    private static string Counted(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
