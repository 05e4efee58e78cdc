using System.Xml.Linq;
using Hops.Benchmarks.Charts;

namespace Hops.Benchmarks.Tests;

public sealed class PlotSvgTests
{
    [Theory]
    [InlineData("0, 8, 16, ", "start", "0")]
    [InlineData("-12, -4, 4, ", "middle", "0")]
    [InlineData("-24, -16, -8, ", "end", "0")]
    [InlineData("4, 12, 20, ", "start", "4")]
    [InlineData("-4, ", "middle", "0")]
    public void A_text_keeps_its_place_and_not_those_of_its_letters(string letters, string anchor, string position)
    {
        string svg = $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="900" height="300"><text font-size="13" font-family="A font of this machine" x="{letters}" y="1.5, ">
                abc
            </text></svg>
            """;
        XElement root = XDocument.Parse(PlotSvg.WithoutLetterPositions(svg)).Root!;
        XElement text = root.Elements().Single();
        Assert.Equal("abc", text.Value);
        Assert.Equal(anchor, text.Attribute("text-anchor")!.Value);
        Assert.Equal(position, text.Attribute("x")!.Value);
        Assert.EndsWith("sans-serif", text.Attribute("font-family")!.Value, StringComparison.Ordinal);
        Assert.Equal("0 0 900 300", root.Attribute("viewBox")!.Value);
    }
}
