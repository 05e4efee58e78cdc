using System.Globalization;

namespace Hops.Cli.Watching.Top;

/// <summary>Represents a column of the table, after the first.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Width">The width in cells.</param>
/// <param name="TextOf">Returns the text of a row, not wider than the column; only a name may be wider, and is truncated.</param>
/// <param name="Sort">The order by this column.</param>
internal sealed record TopColumn(string Heading, int Width, Func<TopRow, DateTimeOffset, string> TextOf, TopSort? Sort = null)
{
    /// <summary>The width of the gap between two columns.</summary>
    public const int Gap = 1;

    /// <summary>The heading of the column of names, the only column of texts.</summary>
    public const string Name = "NAME";

    // Wide enough for 2001:1db8:1234::/48, and for a command of 15 characters with a process ID.
    private const int WidthOfNetwork = 19;
    private const int WidthOfProcess = 25;
    private const int LeastWidthOfName = 12;

    private static readonly TopColumn Connections = new("CONNS", 5, static (row, _) => Amount(row.Connections), TopSort.Connections);
    private static readonly TopColumn Hops = new("HOPS", 5, static (row, _) => HopsOf(row), TopSort.Distance);
    private static readonly TopColumn Unknown = new("UNKNOWN", 7, static (row, _) => row.Unknown == 0 ? "" : Amount(row.Unknown));
    private static readonly TopColumn Last = new("LAST", 4, static (row, now) => Age(now - row.LastSeen), TopSort.LastSeen);
    private static readonly TopColumn Sent = new("SENT", 5, static (row, _) => Amount(row.Sent), TopSort.Bytes);
    private static readonly TopColumn Received = new("RECEIVED", 8, static (row, _) => Amount(row.Received), TopSort.Bytes);

    // The last columns are left out first. The column of unknown distances stays as long as that of distances.
    private static readonly TopColumn[][] ByImportance = [[Connections, Hops, Unknown], [Last], [Sent, Received]];
    private static readonly TopColumn[] InOrder = [Connections, Hops, Unknown, Sent, Received, Last];

    /// <summary>Returns the columns that fit, from left to right, without the first.</summary>
    /// <param name="width">The maximum width of the table.</param>
    /// <param name="grouping">The meaning of the rows.</param>
    /// <param name="withNames">Whether to show names of networks, if there is room.</param>
    /// <param name="widthOfFirst">The resulting width of the first column.</param>
    public static IReadOnlyList<TopColumn> ThatFit(int width, TopGrouping grouping, bool withNames, out int widthOfFirst)
    {
        HashSet<TopColumn> fitting = [];
        int left = width - WidthOfNetwork;
        foreach (TopColumn[] some in ByImportance)
        {
            int needed = some.Sum(static column => Gap + column.Width);
            if (needed > left)
            {
                break;
            }

            fitting.UnionWith(some);
            left -= needed;
        }

        widthOfFirst = Math.Min(width, grouping == TopGrouping.Networks ? WidthOfNetwork : Math.Min(WidthOfProcess, WidthOfNetwork + left));
        IEnumerable<TopColumn> columns = InOrder.Where(fitting.Contains);
        return withNames && grouping == TopGrouping.Networks && left >= Gap + LeastWidthOfName
            ? [new(Name, left - Gap, static (row, _) => row.Name ?? "-"), .. columns]
            : [.. columns];
    }

    private static string HopsOf(TopRow row) => row switch
    {
        { Nearest: { } nearest, Farthest: { } farthest } => nearest == farthest ? $"{nearest}" : $"{nearest}–{farthest}",
        _ => "-",
    };

    /// <summary>Formats an amount in four characters: 9999, 9.9k, 999k, 9.9M and so on, rounded down.</summary>
    private static string Amount(long? value)
    {
        if (value is not { } amount)
        {
            return "-";
        }

        if (amount < 10_000)
        {
            return amount.ToString(CultureInfo.InvariantCulture);
        }

        int thousands = 0;
        long tenths = 0;
        for (; amount >= 1000; amount /= 1000)
        {
            tenths = amount % 1000 / 100;
            thousands++;
        }

        char unit = "kMGTPE"[thousands - 1];
        return amount < 10 ? $"{amount}.{tenths}{unit}" : $"{amount}{unit}";
    }

    /// <summary>Formats an age in four characters.</summary>
    private static string Age(TimeSpan age) => age.TotalSeconds switch
    {
        < 1 => "now",
        < 100 => $"{(int)age.TotalSeconds}s",
        < 6000 => $"{(int)age.TotalMinutes}m",
        < 360_000 => $"{(int)age.TotalHours}h",
        _ => $"{Math.Min((int)age.TotalDays, 999)}d",
    };
}
