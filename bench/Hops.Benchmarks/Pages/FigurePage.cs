namespace Hops.Benchmarks.Pages;

/// <summary>
/// A page with prose that is written by hand and figures that are generated. The figures of each benchmark stand between a pair of marks and are replaced as a
/// whole; everything else stays.
/// </summary>
internal static class FigurePage
{
    private const string End = "<!-- end of figures -->";

    /// <summary>The page with the figures of one benchmark replaced.</summary>
    /// <param name="page">The page.</param>
    /// <param name="benchmark">The benchmark's name.</param>
    /// <param name="figures">What is to stand between the marks.</param>
    /// <exception cref="InvalidOperationException">The page has no place for them, or several.</exception>
    public static string Replace(string page, string benchmark, string figures)
    {
        string mark = $"<!-- figures: {benchmark} -->";
        int start = page.IndexOf(mark, StringComparison.Ordinal);
        int end = start < 0 ? -1 : page.IndexOf(End, start, StringComparison.Ordinal);
        int next = start < 0 ? -1 : page.IndexOf("<!-- figures:", start + mark.Length, StringComparison.Ordinal);
        if (end < 0 || (next >= 0 && next < end))
        {
            throw new InvalidOperationException(
                $"The page has no place for the figures of '{benchmark}': it needs a line '{mark}' and after it a line '{End}'.");
        }

        if (page.IndexOf(mark, end, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException($"The page has two places for the figures of '{benchmark}': one line '{mark}' is enough.");
        }

        return $"{page[..(start + mark.Length)]}\n\n{figures.Trim()}\n\n{page[end..]}";
    }
}
