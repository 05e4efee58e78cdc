using System.Net;
using System.Text.RegularExpressions;

namespace LinkPreview;

/// <summary>What a page says of itself. Its author is a stranger, too: nothing in here may reach a page of ours unencoded.</summary>
/// <param name="Title">At most 200 characters.</param>
/// <param name="Picture">Where its picture is (<c>og:image</c>), an address of https; null if it names none. It is shown, not fetched.</param>
internal sealed partial record Preview(string Title, string? Picture)
{
    private const int LongestTitle = 200;
    private const int LongestPicture = 2000;
    private const int MostTags = 100;

    /// <param name="html">The page, or its start.</param>
    /// <param name="page">Where it was found, after redirects.</param>
    public static Preview Read(string html, Uri page)
    {
        string title = Spaces.Replace(WebUtility.HtmlDecode(TitleElement.Match(html).Groups["title"].Value), " ").Trim();
        return new Preview(title.Length == 0 ? page.IdnHost : title[..Math.Min(title.Length, LongestTitle)], PictureIn(html, page));
    }

    // A stranger writes the input: none of these can be made to backtrack, so none takes longer than the page is long.
    private static readonly Regex TitleElement = Linear("<title(\\s[^>]*)?>(?<title>[^<]*)");
    private static readonly Regex MetaElement = Linear("<meta\\s([^>\"']|\"[^\"]*\"|'[^']*')*>");
    private static readonly Regex NamesPicture = Linear("\\s(property|name)\\s*=\\s*[\"']?og:image[\"'\\s/>]");
    private static readonly Regex Content = Linear("\\scontent\\s*=\\s*(\"(?<text>[^\"]*)\"|'(?<text>[^']*)')");
    private static readonly Regex Spaces = Linear("\\s+");

    private static string? PictureIn(string html, Uri page)
    {
        foreach (Match tag in MetaElement.Matches(html).Take(MostTags))
        {
            if (NamesPicture.IsMatch(tag.Value)
                && Uri.TryCreate(page, WebUtility.HtmlDecode(Content.Match(tag.Value).Groups["text"].Value), out Uri? picture)
                && picture.Scheme == Uri.UriSchemeHttps
                && picture.AbsoluteUri.Length <= LongestPicture)
            {
                return picture.AbsoluteUri;
            }
        }

        return null;
    }

    private static Regex Linear(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
