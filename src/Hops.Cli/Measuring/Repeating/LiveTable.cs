using System.Globalization;
using Hops.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>All targets on a screen, a line each. Where there are more than lines, those of which there is something new come first.</summary>
/// <param name="histories">What to draw.</param>
/// <param name="interval">From one round to the next.</param>
internal sealed class LiveTable(TargetHistories histories, TimeSpan interval) : IScreenContent
{
    // Title and heading above, the keys below, and the lowest line, which stays free.
    private const int OtherLines = 4;
    private const int Between = 2;

    private static readonly Style Muted = new(Color.Grey);
    private static readonly Style Lost = new(Color.Red);
    private static readonly Style Changed = new(Color.Yellow);

    public long Version => histories.Added;

    public IRenderable Frame(int width, int height)
    {
        int room = Math.Max(1, height - OtherLines);
        IReadOnlyList<LiveColumn> columns = LiveColumn.ThatFit(width);
        int ofOthers = columns.Sum(static column => LiveColumn.Gap + column.Width);
        (List<(string Text, Style Style)> rows, int widthOfTarget) = histories.Read(all =>
        {
            // In the order of the targets, if there is room for all of them.
            int shown = all.Count <= room ? all.Count : room - 1;
            TargetHistory[] some =
                [.. all.Count <= room ? all : all.OrderByDescending(static history => history.LastEvent).Take(shown)];
            int longest = some.Select(static history => TerminalText.Escape(history.Target).GetCellWidth()).DefaultIfEmpty(0).Max();
            int target = Math.Min(Math.Max(longest, Math.Min(LiveColumn.LeastWidthOfTarget, width)), Math.Max(0, width - ofOthers));
            List<(string, Style)> rows = [.. some.Select(history => (Row(history, columns, target), StyleOf(history)))];
            if (all.Count > shown)
            {
                rows.Add((string.Create(CultureInfo.InvariantCulture, $"and {all.Count - shown} more"), Muted));
            }

            return (rows, target);
        });
        string heading = CellText.Left("TARGET", widthOfTarget)
            + string.Concat(columns.Select(static column => new string(' ', LiveColumn.Gap) + CellText.Right(column.Heading, column.Width)));
        while (rows.Count < room)
        {
            rows.Add(("", Style.Plain));
        }

        return new Lines([(Title(width), Style.Plain), (heading, Muted), .. rows, ("Ctrl-C ends", Muted)], width);
    }

    private static string Row(TargetHistory history, IReadOnlyList<LiveColumn> columns, int widthOfTarget) =>
        CellText.Left(TerminalText.Escape(history.Target), widthOfTarget)
        + string.Concat(columns.Select(column => new string(' ', LiveColumn.Gap) + CellText.Right(column.TextOf(history), column.Width)));

    private static Style StyleOf(TargetHistory history) =>
        history.Error is not null ? Lost
        : history.Changes > 0 || history.Distance is { IsPlausible: false } ? Changed
        : Style.Plain;

    private string Title(int width)
    {
        int targets = histories.Targets;
        string title = "";
        foreach (string part in (ReadOnlySpan<string>)
        [
            string.Create(CultureInfo.InvariantCulture, $"{targets} {(targets == 1 ? "target" : "targets")}, every {interval.TotalSeconds} s"),
            string.Create(CultureInfo.InvariantCulture, $"{histories.Added} {(histories.Added == 1 ? "attempt" : "attempts")}"),
            histories.Lost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{histories.Lost} without a distance"),
        ])
        {
            // A part that does not fit is left out as a whole: half a number is another one.
            if (part.Length > 0 && title.Length + Between + part.Length <= width)
            {
                title += title.Length == 0 ? part : $"  {part}";
            }
        }

        return title;
    }

    /// <summary>Lines of text, none of which is wider than the screen.</summary>
    private sealed class Lines(IReadOnlyList<(string Text, Style Style)> lines, int width) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            lines.SelectMany(line => (Segment[])[new Segment(CellText.Cut(line.Text, width), line.Style), Segment.LineBreak]);
    }
}
