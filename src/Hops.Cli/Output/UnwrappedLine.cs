using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>Represents a line that the terminal may fold, but that stays one line, which can be copied and searched as a whole.</summary>
internal sealed class UnwrappedLine(string sign, Style style, string text) : Renderable
{
    // Erase to the end of the screen (ECMA-48, ED): otherwise a folded line shows remains of the progress bar under it.
    private const string EraseBelow = "\e[J";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
    [
        .. options.Ansi ? [Segment.Control(EraseBelow)] : Enumerable.Empty<Segment>(),
        new Segment(sign, style),
        new Segment(text),
        Segment.LineBreak,
    ];
}
