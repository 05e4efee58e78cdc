using System.Globalization;
using System.Xml.Linq;

namespace Hops.Benchmarks.Charts;

/// <summary>
/// A plot as SVG whose letters are text. Skia places every letter where the font of this machine has it; with another font, which the reader's machine will
/// have, that is not where it belongs. So only the place of the whole text is kept, and whether it starts, ends or is centred there.
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
            // Positions count from the place.
            (string anchor, double position) = before < 0.25 ? ("start", x[0]) : before > 0.75 ? ("end", 0) : ("middle", 0);
            text.SetAttributeValue("x", position.ToString("0.#", CultureInfo.InvariantCulture));
            // What is beside something is centred on it: the middle of small letters is a third of their size above the line they stand on.
            double y = anchor == "middle" ? NumbersOf(text.Attribute("y")!.Value)[0] : NumbersOf(text.Attribute("font-size")!.Value)[0] * 0.35;
            text.SetAttributeValue("y", y.ToString("0.#", CultureInfo.InvariantCulture));
            text.SetAttributeValue("text-anchor", anchor);
            text.SetAttributeValue("font-family", Fonts);
            text.Value = text.Value.Trim();
        }

        // A picture in a page is as wide as it is, or as the page: it needs to know its own shape.
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
