using System.Globalization;
using System.Xml.Linq;

namespace Hops.Benchmarks.Charts;

/// <summary>
/// Writes a plot as SVG whose letters are text. Skia gives every letter a position for the font of this machine; the reader's machine has another font, for
/// which these positions are wrong. So only the position of the whole text is kept, and whether it starts, ends or is centred there.
/// </summary>
internal static class PlotSvg
{
    private const string Fonts = "DejaVu Sans, Verdana, Arial, sans-serif";

    public static string Of(SizedPlot plot) => WithoutLetterPositions(plot.Plot.GetSvgXml(plot.Width, plot.Height));

    internal static string WithoutLetterPositions(string svg)
    {
        XDocument document = XDocument.Parse(svg);
        foreach (XElement text in document.Descendants(document.Root!.Name.Namespace + "text"))
        {
            double[] x = NumbersOf(text.Attribute("x")!.Value);
            double width = x.Length > 1 ? (x[^1] - x[0]) * x.Length / (x.Length - 1) : 0;
            double before = width > 0 ? -x[0] / width : 0.5;
            // Positions are relative to that of the text.
            (string anchor, double position) = before < 0.25 ? ("start", x[0]) : before > 0.75 ? ("end", 0) : ("middle", 0);
            text.SetAttributeValue("x", position.ToString("0.#", CultureInfo.InvariantCulture));
            // Text beside a row is centred on it: the middle of small letters is a third of their size above the base line.
            double y = anchor == "middle" ? NumbersOf(text.Attribute("y")!.Value)[0] : NumbersOf(text.Attribute("font-size")!.Value)[0] * 0.35;
            text.SetAttributeValue("y", y.ToString("0.#", CultureInfo.InvariantCulture));
            text.SetAttributeValue("text-anchor", anchor);
            text.SetAttributeValue("font-family", Fonts);
            text.Value = text.Value.Trim();
        }

        // A page scales a picture down to its own width, so the picture has to declare its proportions.
        XElement root = document.Root;
        root.SetAttributeValue("viewBox", $"0 0 {root.Attribute("width")!.Value} {root.Attribute("height")!.Value}");
        return $"{document}\n";
    }

    private static double[] NumbersOf(string list) =>
        [
            .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static n => double.Parse(n, CultureInfo.InvariantCulture)),
        ];
}
