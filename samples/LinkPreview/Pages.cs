using System.Text.Encodings.Web;
using Hops.Guard;

namespace LinkPreview;

/// <summary>The pages that are shown, as HTML.</summary>
internal static class Pages
{
    public static string Form { get; } = Page("Link preview", AddressForm);

    /// <summary>One page for every failure, to the byte. It does not even repeat the address.</summary>
    public static string NotFetched { get; } = Page("Link preview", $"<p>{HopGuard.PublicMessage}</p>\n{AddressForm}");

    private const string AddressForm =
        "<form method=\"post\" action=\"/preview\"><input name=\"address\" type=\"url\" size=\"60\" placeholder=\"https://\"> <button>Preview</button></form>";

    public static string Of(Preview preview)
    {
        string picture = preview.Picture is null ? "It names no picture." : $"Picture: {Encode(preview.Picture)}";
        return Page("Link preview", $"<h1>{Encode(preview.Title)}</h1>\n<p>{picture}</p>\n{AddressForm}");
    }

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

    private static string Page(string title, string body, string head = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>{title}</title>{head}</head>
        <body>
        {body}
        </body>
        </html>

        """;

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
