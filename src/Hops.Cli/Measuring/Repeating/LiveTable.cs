using System.Globalization;
using Hops.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>Draws all targets on a screen, one per line. If there are more targets than lines, those with news come first.</summary>
/// <param name="histories">The histories to draw.</param>
/// <param name="interval">The time from one round to the next.</param>
internal sealed class LiveTable(TargetHistories histories, TimeSpan interval) : IScreenContent
{
    // Title and heading at the top, the keys at the bottom, and the lowest line, which stays free.
    private const int OtherLines = 4;
    private const string Between = "  ";
    private const string Target = "TARGET";

    private static readonly Style Muted = new(Color.Grey);
    private static readonly Style Lost = new(Color.Red);
    private static readonly Style Changed = new(Color.Yellow);

    public long Version => histories.Added;

    // Other threads change histories while they measure, so the rows are created under the lock.
    public IRenderable Frame(int width, int height) => new Lines(histories.Read(all => Frame(all, width, Math.Max(1, height - OtherLines))), width);

    private List<(string Text, Style Style)> Frame(IReadOnlyCollection<TargetHistory> all, int width, int room)
    {
        // All targets in their order, if there is room.
        TargetHistory[] shown = all.Count <= room ? [.. all] : [.. all.OrderByDescending(static history => history.LastEvent).Take(room - 1)];
        string[] targets = [.. shown.Select(static history => TerminalText.Escape(history.Target))];
        int longest = targets.Select(static target => target.GetCellWidth()).Append(Target.Length).Max();
        IReadOnlyList<LiveColumn> columns = LiveColumn.ThatFit(width);
        int first = Math.Clamp(longest, 0, Math.Max(0, width - columns.Sum(static column => LiveColumn.Gap + column.Width)));
        List<(string, Style)> lines =
        [
            (Title(all.Count, width), Style.Plain),
            (Row(Target, static column => column.Heading), Muted),
            .. shown.Zip(targets).Select(pair => (Row(pair.Second, column => column.TextOf(pair.First)), StyleOf(pair.First))),
            .. all.Count == shown.Length ? Array.Empty<(string, Style)>() : [($"and {Number(all.Count - shown.Length)} more", Muted)],
        ];
        // The last line has the same place for any number of targets.
        lines.AddRange(Enumerable.Repeat(("", Style.Plain), Math.Max(0, room + 2 - lines.Count)));
        lines.Add(("Ctrl-C ends", Muted));
        return lines;

        string Row(string target, Func<LiveColumn, string> textOf) =>
            CellText.Left(target, first)
            + string.Concat(columns.Select(column => new string(' ', LiveColumn.Gap) + CellText.Right(textOf(column), column.Width)));
    }

    private static Style StyleOf(TargetHistory history) =>
        history.Error is not null ? Lost
        : history.Changes > 0 || history.Distance is { IsPlausible: false } ? Changed
        : Style.Plain;

    private string Title(int targets, int width)
    {
        string title = "";
        foreach (string part in (ReadOnlySpan<string>)
        [
            string.Create(CultureInfo.InvariantCulture, $"{targets} {(targets == 1 ? "target" : "targets")}, every {interval.TotalSeconds} s"),
            $"{Number(histories.Added)} {(histories.Added == 1 ? "attempt" : "attempts")}",
            histories.Lost == 0 ? "" : $"{Number(histories.Lost)} without a distance",
        ])
        {
            // A part that does not fit is left out completely, because a truncated number would be wrong.
            string longer = title.Length == 0 ? part : $"{title}{Between}{part}";
            title = part.Length > 0 && longer.Length <= width ? longer : title;
        }

        return title;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Draws lines of text, none of which is wider than the screen.</summary>
    private sealed class Lines(IReadOnlyList<(string Text, Style Style)> lines, int width) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            lines.SelectMany(line => (Segment[])[new Segment(CellText.Cut(line.Text, width), line.Style), Segment.LineBreak]);
    }
}
