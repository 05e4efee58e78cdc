using System.Globalization;
using Hops.Cli.Output;
using Hops.Cli.Watching.Distances;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Watching.Top;

/// <summary>Draws the content of the screen at one moment, in the size of the terminal.</summary>
/// <param name="Width">The width of the terminal, in cells.</param>
/// <param name="Height">The height of the terminal, in lines.</param>
/// <param name="View">The rows to show, and their order.</param>
/// <param name="WithNames">Whether to show names beside networks.</param>
internal sealed record TopFrame(int Width, int Height, TopView View, bool WithNames)
{
    // From this width on, bars beside the rows leave room for all columns and a name.
    private const int WidthWithBarsBeside = 120;
    private const int WidthOfBars = 40;
    private const int HeightWithBarsBelow = 16;
    private const int Between = 2;

    // Title, heading and keys.
    private const int OtherLines = 3;

    private static readonly Style Muted = new(Color.Grey);
    private static readonly Style Chosen = new(Color.Aqua);

    private bool IsWide => Width >= WidthWithBarsBeside;

    /// <summary>Gets the number of lines for rows and bars; <see cref="WholeScreen"/> leaves the lowest line free.</summary>
    private int Body => Math.Max(0, Height - OtherLines - 1);

    /// <summary>Returns the content to draw.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lost">How many records did not fit into the ring buffer.</param>
    /// <param name="now">The time of day, for ages.</param>
    public IRenderable Of(TopTable table, long lost, DateTimeOffset now)
    {
        TopSnapshot snapshot = table.Take(View, Body, IsWide ? Body + 1 : Height >= HeightWithBarsBelow ? Height / 4 : 0);
        bool below = !IsWide && snapshot.Bars.Count > 0;
        int lines = below ? Body - snapshot.Bars.Count - 1 : Body;
        List<IRenderable> parts = [Line(Title(snapshot, lost), Style.Plain)];
        IRenderable rows = Rows(snapshot, Math.Max(0, lines), IsWide ? Width - WidthOfBars - Between : Width, now);
        parts.Add(IsWide ? Beside(rows, Bars(snapshot, WidthOfBars)) : rows);
        if (below)
        {
            parts.Add(Text.Empty);
            parts.Add(Bars(snapshot, Width));
        }

        parts.Add(Line(Keys(), Muted));
        return new Rows(parts);
    }

    private string Title(TopSnapshot snapshot, long lost)
    {
        string sort = View.Sort switch
        {
            TopSort.Connections => "connections",
            TopSort.Distance => "distance",
            TopSort.Bytes => "bytes",
            _ => "last seen",
        };
        string groups = View.Grouping == TopGrouping.Networks
            ? Counted(snapshot.Groups, "network", "networks")
            : Counted(snapshot.Groups, "process", "processes");
        string title = $"{groups} by {sort}";
        foreach (string part in new[]
        {
            snapshot.Forgotten > 0 ? Counted(snapshot.Forgotten, "forgotten", "forgotten") : "",
            Counted(snapshot.Connections, "connection", "connections"),
            lost > 0 ? Counted(lost, "record lost", "records lost") : "",
        })
        {
            // A part that does not fit is left out completely, because a truncated number would be wrong.
            if (part.Length > 0 && title.Length + Between + part.Length <= Width)
            {
                title += $"  {part}";
            }
        }

        return title;
    }

    private static string Counted(long count, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : more)}");

    private string Keys()
    {
        string other = View.Grouping == TopGrouping.Networks ? "p processes" : "n networks";
        string keys = $"sort: c connections  d distance  b bytes  l last seen | {other} | q quit";
        return keys.Length <= Width ? keys : $"sort: c d b l | {other} | q quit";
    }

    private Table Rows(TopSnapshot snapshot, int lines, int width, DateTimeOffset now)
    {
        IReadOnlyList<TopColumn> columns = TopColumn.ThatFit(width, View.Grouping, WithNames, out int widthOfFirst);
        Table table = new Table { Border = TableBorder.None, ShowFooters = false }
            .AddColumn(Column(View.Grouping == TopGrouping.Networks ? "NETWORK" : "PROCESS", widthOfFirst, Justify.Left, columns.Count > 0, Muted));
        for (int i = 0; i < columns.Count; i++)
        {
            TopColumn column = columns[i];
            Justify side = column.Heading == TopColumn.Name ? Justify.Left : Justify.Right;
            table.AddColumn(Column(column.Heading, column.Width, side, i < columns.Count - 1, column.Sort == View.Sort ? Chosen : Muted));
        }

        foreach (TopRow row in snapshot.Rows.Take(lines))
        {
            table.AddRow([
                Cell(row.Label, widthOfFirst),
                .. columns.Select(column => Cell(column.TextOf(row, now), column.Width)),
            ]);
        }

        // The line of keys has the same place for any number of rows.
        for (int i = snapshot.Rows.Count; i < lines; i++)
        {
            table.AddEmptyRow();
        }

        return table;
    }

    private static TableColumn Column(string heading, int width, Justify side, bool isFollowed, Style style) => new(new Text(heading, style))
    {
        Width = width,
        NoWrap = true,
        Alignment = side,
        Padding = new Padding(0, 0, isFollowed ? TopColumn.Gap : 0, 0),
    };

    private static Grid Beside(IRenderable left, IRenderable right) => new Grid()
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, Between, 0) })
        .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 0, 0), Width = WidthOfBars })
        .AddRow(left, right);

    private static IRenderable Bars(TopSnapshot snapshot, int width)
    {
        if (snapshot.Bars.Count == 0)
        {
            return Text.Empty;
        }

        BarChart chart = new() { Width = width };
        foreach (DistanceBar bar in snapshot.Bars)
        {
            chart.AddItem(bar.Label, bar.Connections, Color.Default);
        }

        return chart;
    }

    private Text Line(string text, Style style) => new(CellText.Cut(text, Width), style);

    private static Text Cell(string text, int width) => new(CellText.Cut(text, width));
}
