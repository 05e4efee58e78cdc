using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>A line that the terminal may fold, but that stays one line: it can be copied, and found again, as a whole.</summary>
internal sealed class UnwrappedLine(string sign, Style style, string text) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new Segment(sign, style), new Segment(text), Segment.LineBreak];
}
