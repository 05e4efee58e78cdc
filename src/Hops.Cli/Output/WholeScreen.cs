using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>
/// Draws content over the whole screen except the lowest line, at which a terminal would scroll. (When the terminal becomes smaller, the library's live
/// display clears lines that have scrolled off, which belong to the shell.)
/// </summary>
internal sealed class WholeScreen(IRenderable content, int width, int height) : Renderable
{
    // CUP: moves the cursor to the upper left corner.
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

            // Overwrites the former content with blanks. Erasing the rest of a full line would erase its last character.
            yield return Segment.Padding(Math.Max(0, width - line.CellCount()));
            if (--left <= 0)
            {
                break;
            }

            yield return Segment.LineBreak;
        }
    }
}
