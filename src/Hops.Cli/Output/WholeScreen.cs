using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>
/// Something drawn over all that stands on the screen, but for the lowest line: a terminal that gets a line there scrolls. (The library's live display clears
/// what has scrolled off, which belongs to the shell, when the terminal becomes smaller.)
/// </summary>
internal sealed class WholeScreen(IRenderable content, int width, int height) : Renderable
{
    // CUP: the cursor to the upper left corner.
    private const string Home = "\e[H";

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return Segment.Control(Home);
        int left = height - 1;
        foreach (SegmentLine line in Segment.SplitLines(content.Render(options, width), width))
        {
            foreach (Segment segment in line)
            {
                yield return segment;
            }

            // Over what was there before. To erase the rest of a line would erase the last character of a line that is full.
            yield return Segment.Padding(Math.Max(0, width - line.CellCount()));
            if (--left <= 0)
            {
                break;
            }

            yield return Segment.LineBreak;
        }
    }
}
