using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>A line that the terminal may fold, but that stays one line: it can be copied, and found again, as a whole.</summary>
internal sealed class UnwrappedLine(string sign, Style style, string text) : Renderable
{
    // Erase to the end of the screen (ECMA-48, ED): a folded line would show remains of the progress bar that it is written over.
    private const string EraseBelow = "\e[J";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
    [
        .. options.Ansi ? [Segment.Control(EraseBelow)] : Enumerable.Empty<Segment>(),
        new Segment(sign, style),
        new Segment(text),
        Segment.LineBreak,
    ];
}
