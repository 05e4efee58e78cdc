using System.Text.Encodings.Web;
using Hops.Guard;

namespace LinkPreview;

/// <summary>Makes the pages as HTML. All texts from visitors and from fetched pages are encoded.</summary>
internal static class Pages
{
    /// <summary>The maximum length of an address in the form. The guard itself has no such limit.</summary>
    public const int LongestAddress = 2000;

    private const string Title = "Link preview";

    public static string Form { get; } = Page(Title, $"<h1>{Title}</h1>\n{AddressForm("", "autofocus")}");

    /// <summary>Returns the page for every failure. It depends only on the typed address, and is the same to the byte whatever the reason is.</summary>
    public static string NotFetched(string? typed) => Page(
        $"{HopGuard.PublicMessage} {Title}",
        $"""
        <h1>{Title}</h1>
        {AddressForm(typed, "autofocus aria-invalid=\"true\" aria-errormessage=\"failure\"")}
        <p class="failure" id="failure" role="alert">{HopGuard.PublicMessage}</p>
        """);

    public static string Of(Preview preview, string? typed) => Page(
        Title,
        $"""
        <h1>{Title}</h1>
        {AddressForm(typed)}
        <article aria-labelledby="title">
        <h2 id="title" dir="auto">{Encode(preview.Title)}</h2>
        <dl>
        <dt>Found at</dt>
        <dd>{Link(preview.Page)}</dd>
        <dt>Picture</dt>
        <dd>{(preview.Picture is null ? "The page names none with an address of the web." : PictureOf(preview.Picture))}</dd>
        </dl>
        </article>
        """);

    public static string Of(GuardCounters counters) => Page(
        "Hop guard",
        $"""
        <h1>Decisions</h1>
        <table>
        <tr><th>reason</th><th>mode</th><th>count</th></tr>
        {string.Join('\n', counters.Decisions.Select(static d => $"<tr><td>{Encode(d.Reason)}</td><td>{Encode(d.Mode)}</td><td>{d.Count}</td></tr>"))}
        </table>
        <h1>Connections by distance</h1>
        <table>
        <tr><th>hops</th><th>count</th></tr>
        {string.Join('\n', counters.Distances.Select(static d => $"<tr><td>{d.Hops}</td><td>{d.Count}</td></tr>"))}
        </table>
        """,
        "<meta http-equiv=\"refresh\" content=\"2\">");

    private static string AddressForm(string? typed, string attributes = "") => $"""
        <form method="post" action="/">
        <label for="address">Address of a page</label>
        <div><input id="address" name="address" type="url" value="{Encode(typed ?? "")}" required maxlength="{LongestAddress}" placeholder="https://"
        aria-describedby="hint" autocomplete="url" {attributes}> <button>Preview</button></div>
        <p class="hint" id="hint">A whole address that begins with https://, such as https://example.com/article.
        Its title and the address of its picture are shown.</p>
        </form>
        """;

    // An embedded picture would disclose visitors to an untrusted server, and its address could be in the visitor's own network.
    private static string PictureOf(Uri picture) =>
        $"{Link(picture)}<br><span class=\"hint\">{(picture.Scheme == Uri.UriSchemeHttps ? "" : "Not encrypted (http). ")}Neither fetched nor embedded.</span>";

    private static string Link(Uri address) => $"<a href=\"{Encode(address.AbsoluteUri)}\" rel=\"noreferrer nofollow\">{Encode(address.AbsoluteUri)}</a>";

    private static string Page(string title, string body, string head = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>{head}
        <style>{Stylesheet.Text}</style></head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>

        """;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
