using System.Globalization;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>Represents a column of the live table, beside the targets.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Width">The width in cells.</param>
/// <param name="TextOf">Returns the text of a row, not wider than the column.</param>
internal sealed record LiveColumn(string Heading, int Width, Func<TargetHistory, string> TextOf)
{
    /// <summary>The width of the gap before each column.</summary>
    public const int Gap = 1;

    // Wide enough for an IPv4 address with a port.
    private const int UsualWidthOfTarget = 21;

    private static readonly LiveColumn Last = new("LAST", 4, static history => history switch
    {
        { Error: not null } or { Distance: null } => "-",
        { Distance: { } distance } => distance.IsPlausible ? $"{distance.Hops}" : $"{distance.Hops}?",
    });

    private static readonly LiveColumn Least = new("MIN", 3, static history => $"{history.Nearest}");
    private static readonly LiveColumn Most = new("MAX", 3, static history => $"{history.Farthest}");
    private static readonly LiveColumn Changes = new("CHANGES", 7, static history => Amount(history.Changes, 7));
    private static readonly LiveColumn Sent = new("SENT", 6, static history => Amount(history.Sent, 6));
    private static readonly LiveColumn Loss = new("LOSS", 4, static history => history.Sent == 0 ? "-" : HistoryText.Loss(history));

    private static readonly LiveColumn Time = new("MS", 9, static history => history.Error is null && history.Time is { } time
        ? time.TotalMilliseconds.ToString(time.TotalSeconds < 100 ? "F3" : "F0", CultureInfo.InvariantCulture)
        : "");

    // The longest error is invalid-target.
    private static readonly LiveColumn Error = new("ERROR", 14, static history => history.Error ?? "");

    // The last columns are left out first: the error before the time.
    private static readonly LiveColumn[][] ByImportance = [[Last], [Loss], [Changes], [Error], [Sent], [Least, Most], [Time]];
    private static readonly LiveColumn[] InOrder = [Last, Least, Most, Changes, Sent, Loss, Time, Error];

    /// <summary>Returns the columns that fit, from left to right, without that of the targets.</summary>
    /// <param name="width">The maximum width of the table.</param>
    public static IReadOnlyList<LiveColumn> ThatFit(int width)
    {
        HashSet<LiveColumn> fitting = [];
        int leastOfTarget = Math.Min(UsualWidthOfTarget, width / 2);
        int left = width - leastOfTarget;
        foreach (LiveColumn[] some in ByImportance)
        {
            left -= some.Sum(static column => Gap + column.Width);
            if (left < 0)
            {
                break;
            }

            fitting.UnionWith(some);
        }

        return [.. InOrder.Where(fitting.Contains)];
    }

    /// <summary>Formats a number, as a power of 1000, rounded down, if its digits do not fit.</summary>
    private static string Amount(long amount, int width)
    {
        string text = amount.ToString(CultureInfo.InvariantCulture);
        for (int unit = 0; text.Length > width; unit++)
        {
            amount /= 1000;
            text = $"{amount.ToString(CultureInfo.InvariantCulture)}{"kMGTPE"[unit]}";
        }

        return text;
    }
}
