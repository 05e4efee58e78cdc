using System.Net;
using System.Text.RegularExpressions;

namespace LinkPreview;

/// <summary>Represents the title and the picture of a page. Its author is untrusted, so all of it must be encoded.</summary>
/// <param name="Page">The address of the page, after redirects.</param>
/// <param name="Title"><c>og:title</c>, or the title element, or the host; at most 200 characters.</param>
/// <param name="Picture">The address of its picture, with http or https; null if it has none. The address is shown, not fetched.</param>
internal sealed partial record Preview(Uri Page, string Title, Uri? Picture)
{
    private const int LongestTitle = 200;
    private const int LongestPicture = 2000;
    private const int MostTags = 100;
    private const int MostAttributes = 20;

    // In order of preference. In the Open Graph protocol secure_url is the https address of a picture whose og:image is http.
    private static readonly string[] NamesOfPicture = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image"];

    /// <param name="html">The page, or its start.</param>
    /// <param name="page">The address of the page, after redirects.</param>
    public static Preview Read(string html, Uri page)
    {
        List<(string Name, string Content)> tags = [.. MetaElement.Matches(html).Take(MostTags).Select(static tag => NameAndContent(tag.Value))];
        string[] titles =
        [
            .. tags.Where(static tag => tag.Name.Equals("og:title", StringComparison.OrdinalIgnoreCase)).Select(static tag => tag.Content),
            TitleElement.Match(html).Groups["title"].Value,
        ];
        string title = titles.Select(static text => Spaces.Replace(WebUtility.HtmlDecode(text), " ").Trim()).FirstOrDefault(static text => text.Length > 0)
            ?? page.IdnHost;
        return new Preview(page, title[..Math.Min(title.Length, LongestTitle)], PictureIn(tags, page));
    }

    // The input is untrusted. The expressions do not backtrack, and the number of their matches is limited, so the time grows only linearly with the page.
    private static readonly Regex TitleElement = Linear("<title(\\s[^>]*)?>(?<title>[^<]*)");
    private static readonly Regex MetaElement = Linear("<meta\\s([^>\"']|\"[^\"]*\"|'[^']*')*>");
    private static readonly Regex Attribute =
        Linear("[\\s\"'](?<name>[^\\s\"'>/=]+)\\s*=\\s*(\"(?<value>[^\"]*)\"|'(?<value>[^']*)'|(?<value>[^\\s\"'>]+))");
    private static readonly Regex Spaces = Linear("\\s+");

    /// <summary>Reads a tag attribute by attribute, so that a value which looks like an attribute is not taken for one.</summary>
    private static (string Name, string Content) NameAndContent(string tag)
    {
        string? name = null;
        string? content = null;
        foreach (Match attribute in Attribute.Matches(tag).Take(MostAttributes))
        {
            string value = attribute.Groups["value"].Value;
            switch (attribute.Groups["name"].Value.ToLowerInvariant())
            {
                case "property" or "name":
                    name ??= value;
                    break;
                case "content":
                    content ??= value;
                    break;
                default:
                    break;
            }
        }

        return (name ?? "", content ?? "");
    }

    private static Uri? PictureIn(List<(string Name, string Content)> tags, Uri page)
    {
        foreach (string name in NamesOfPicture)
        {
            foreach ((string _, string content) in tags.Where(tag => tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                if (!string.IsNullOrWhiteSpace(content)
                    && Uri.TryCreate(page, WebUtility.HtmlDecode(content), out Uri? picture)
                    && (picture.Scheme == Uri.UriSchemeHttps || picture.Scheme == Uri.UriSchemeHttp)
                    && picture.AbsoluteUri.Length <= LongestPicture)
                {
                    return picture;
                }
            }
        }

        return null;
    }

    private static Regex Linear(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}
