using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Hops.TestSupport.Hostile;

/// <summary>Answers of HTTP/1.1 that only a malicious server gives: a table of known ones, and any number made from seeds.</summary>
internal static class HostileAnswers
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Page = "<title>hostile</title>";

    private static readonly int[] RedirectStatuses = [301, 302, 303, 307, 308, 300, 304];

    /// <summary>Targets of redirects: most of these are not an address, or cannot be fetched.</summary>
    private static readonly string[] Locations =
    [
        "//", "///", "////", "//[::1", "//[", "//]", "//:", "//:0", "//:80", "//@", "//?", "//#", "http:", "http:far", "http:/", "http://", "http:///",
        "http:////x", "https:", "https:far", "https://",
        "http://[", "http://[::1", "http://[::1]:", "http://[::1]x/", "http://[::ffff:127.0.0.1%25lo]/", "http://far:99999/", "http://far:-1/",
        "http://far:x/", "http://:80/", "http://%00/",
        "http://a%/", "http://../", "http://./", "http://.../", "http://xn--/", "http://xn--a/", "http://\u00ff/", "http://a b/", "http://user:secret@/",
        "http://1.2.3.4.5.6/", "http://0x7f.1/",
        "http://999.999.999.999/", "\\\\far", "\\\\", "/\\", "\\", "?", "#", "", " ", "\t", ".", "..", "../../../..", ";", ":", "::", ":80", "1:2",
        "javascript:alert(1)", "data:,", "mailto:a@b",
        "file:///etc/passwd", "file://far/x", "ftp://far/", "gopher://far/", "ws://far/", "wss://far/", "urn:x", "tel:1", "net.tcp://far/", "ldap://far/",
        "about:blank", "x", "%", "%%", "%zz", "%00", "\u00e4",
        "https://near.example/", "http://near.example/",
    ];

    /// <summary>Header lines that .NET parses, remembers or acts on.</summary>
    private static readonly string[] Headers =
    [
        "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -1", "Content-Length: +5", "Content-Length: 99999999999999999999",
        "Content-Length: 9223372036854775807", "Content-Length: 5, 5",
        "Content-Length:", "Content-Length: 0x5", "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding:", "Transfer-Encoding: \u00ff", "No colon", ": no name", "Na me: x", "N\u00e4me: x", "Name : x", "X: \0", "X: a\u0001b", "X: a\rb",
        "X: \u00ff\u00fe", " folded: first", "X: a\r\n folded",
        "Content-Type: text/html; charset=nonsense", "Content-Type: text/html; charset=utf-7", "Content-Type: text/html; charset=utf-16",
        "Content-Type: text/html; charset=\"", "Content-Type: text/html; charset=",
        "Content-Type: text/html; charset=utf-8; charset=utf-16", "Content-Type: ;", "Content-Type: /", "Content-Type: text/html;;;",
        "Content-Type: text/html, text/plain",
        "Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: deflate", "Content-Encoding: gzip, gzip, br, deflate",
        "Content-Encoding: nonsense", "Content-Encoding: ,", "Content-Encoding: zstd",
        "Set-Cookie: =", "Set-Cookie: ;;;", "Set-Cookie: a=b; domain=", "Set-Cookie: a=b; domain=..",
        "Set-Cookie: a=b; domain=.example; path=\\", "Set-Cookie: a=b; expires=never; max-age=-99999999999",
        "Set-Cookie: $Version=9; a=\"b", "Set-Cookie: a=b; port=\"x\"", "Set-Cookie: \u00ff=\u00ff", "Set-Cookie: a=b, c=d; version=x",
        "Alt-Svc: h3=\":443\"", "Alt-Svc: clear", "Alt-Svc: h3=\":99999\"; ma=x", "Alt-Svc: \"",
        "Alt-Svc: h2=\"near.example:443\"; persist=1", "Refresh: 0; url=http://near.example/", "WWW-Authenticate: Basic", "WWW-Authenticate: Digest",
        "WWW-Authenticate: Digest nonce=, qop=x, algorithm=MD9",
        "WWW-Authenticate: Digest realm=\"a, nonce=\"b", "WWW-Authenticate: Negotiate %%%", "WWW-Authenticate: NTLM !!!",
        "WWW-Authenticate: NTLM TlRMTVNTUAACAAAA", "WWW-Authenticate: ,,,", "Proxy-Authenticate: Basic",
        "Connection: close, keep-alive, upgrade", "Connection: \0", "Keep-Alive: timeout=-1", "Keep-Alive: timeout=99999999999999999999",
        "Keep-Alive: timeout", "Upgrade: h2c", "Date: x", "Expires: -1", "Age: -1",
        "Retry-After: 99999999999999999999", "Content-Range: bytes */*", "Content-Range: bytes 9-1/0", "Content-MD5: !",
        "Content-Disposition: attachment; filename=\"", "Last-Modified: \u00ff", "ETag: \"", "Vary: *",
        "Trailer: Content-Length", "Strict-Transport-Security: max-age=x", "Content-Location: //", "Location: //", "Link: <//>; rel=preload",
        "X-Long: " + new string('a', 70_000),
    ];

    private static readonly string[] StatusLines =
    [
        "HTTP/1.1 000 x", "HTTP/1.1 099 x", "HTTP/1.1 999 x", "HTTP/1.1 1000 x", "HTTP/1.1 20 x", "HTTP/1.1 2000 x", "HTTP/1.1 -20 x", "HTTP/1.1 abc x",
        "HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1 200 \0\u00ff", "HTTP/9.9 200 OK",
        "HTTP/0.9 200 OK", "HTTP/1.0 200 OK", "HTTP/2.0 200 OK", "http/1.1 200 OK", "HTTP/1.1", "HTTP", "", "ICY 200 OK", "SSH-2.0-x", "220 mail",
        "\u0016\u0003\u0001", "HTTP/1.1 200 " + new string('x', 70_000),
        "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 100 Continue", "HTTP/1.1 103 Early Hints", "HTTP/1.1 204 No Content", "HTTP/1.1 205 x",
        "HTTP/1.1 206 x", "HTTP/1.1 304 x", "HTTP/1.1 401 x", "HTTP/1.1 407 x",
        "HTTP/1.1 408 x", "HTTP/1.1 417 x", "HTTP/1.1 421 x", "HTTP/1.1 425 x", "HTTP/1.1 426 x", "HTTP/1.1 429 x", "HTTP/1.1 500 x", "HTTP/1.1 503 x",
    ];

    private static readonly string[] Chunks =
    [
        "zz\r\n", "-1\r\nx\r\n", "+5\r\nhello\r\n", "FFFFFFFFFFFFFFFF\r\nx", "7FFFFFFFFFFFFFFF\r\nx", "5\r\nhelloworld", "5\r\nhel",
        "5 \r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n", "5;a=\"\r\nhello\r\n0\r\n\r\n", "\r\n", "0",
        "0\r\nContent-Length: 5\r\n\r\n", "0\r\nNo colon\r\n\r\n", "0\r\nX: \0\r\n\r\n", "0\r\nSet-Cookie: =\r\n\r\n",
        "1;" + new string('x', 70_000) + "\r\n", "0\r\nX: " + new string('x', 70_000) + "\r\n\r\n", "00000000000000000000005\r\nhello\r\n0\r\n\r\n",
    ];

    /// <summary>An answer that every client understands.</summary>
    public static HostileAnswer Harmless { get; } =
        HostileAnswer.Of("harmless", $"{Ok}Content-Type: text/html\r\nConnection: close\r\nContent-Length: {Page.Length}\r\n\r\n{Page}");

    /// <summary>The nasty ones that are known. Only added to: <c>/known/12</c> stays what it is.</summary>
    public static IReadOnlyList<HostileAnswer> Known { get; } = [.. Table()];

    /// <summary>Makes an answer: the same for the same seed. One in about five hundred is slow, so that thousands do not take hours.</summary>
    public static HostileAnswer Make(int seed)
    {
        Random random = new(seed);
        string redirect = $"HTTP/1.1 {Pick(random, RedirectStatuses)} x";
        StringBuilder head = new(random.Next(4) == 0 ? Pick(random, StatusLines) : random.Next(2) == 0 ? redirect : "HTTP/1.1 200 OK");
        head.Append("\r\n");
        for (int i = random.Next(6); i > 0; i--)
        {
            head.Append(Pick(random, Headers)).Append("\r\n");
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            head.Append("Location: ").Append(random.Next(3) == 0 ? Noise(random, 12) : Pick(random, Locations)).Append("\r\n");
        }

        if (random.Next(2) == 0)
        {
            head.Append("Content-Type: text/html\r\n");
        }

        byte[] body = random.Next(5) switch
        {
            0 => Encoding.Latin1.GetBytes(Pick(random, Chunks)),
            1 => Compressed(Page),
            2 => Encoding.Latin1.GetBytes(Noise(random, 200)),
            3 => [],
            _ => Encoding.Latin1.GetBytes(Page),
        };
        head.Append(random.Next(5) switch
        {
            0 => "Transfer-Encoding: chunked\r\n",
            1 => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {random.Next(300)}\r\n"),
            2 => "Content-Encoding: gzip\r\n",
            _ => "Connection: close\r\n",
        }).Append("\r\n");
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
        for (int i = random.Next(4) == 0 ? random.Next(1, 6) : 0; i > 0 && bytes.Length > 0; i--)
        {
            bytes = Damaged(random, bytes);
        }

        HostileEnd end = random.Next(500) == 0 ? HostileEnd.Silence : random.Next(10) == 0 ? HostileEnd.Reset : HostileEnd.Close;
        return new HostileAnswer(string.Create(CultureInfo.InvariantCulture, $"made from {seed}"), bytes, End: end);
    }

    private static IEnumerable<HostileAnswer> Table()
    {
        foreach (string location in Locations)
        {
            yield return HostileAnswer.Of($"redirect to {location}", $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        }

        yield return HostileAnswer.Of(
            "redirect to a long address", $"HTTP/1.1 302 Found\r\nLocation: http://{new string('a', 65_000)}/\r\nContent-Length: 0\r\n\r\n");
        yield return HostileAnswer.Of("redirect to two addresses", "HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: //\r\nContent-Length: 0\r\n\r\n");
        foreach (string line in StatusLines)
        {
            yield return HostileAnswer.Of($"status line {Short(line)}", $"{line}\r\nContent-Length: {Page.Length}\r\nContent-Type: text/html\r\n\r\n{Page}");
        }

        foreach (string header in Headers)
        {
            yield return HostileAnswer.Of($"header {Short(header)}", $"{Ok}{header}\r\nConnection: close\r\n\r\n{Page}");
            yield return HostileAnswer.Of($"header of a 401 {Short(header)}", $"HTTP/1.1 401 x\r\n{header}\r\nConnection: close\r\n\r\n{Page}");
        }

        foreach (string chunk in Chunks)
        {
            yield return HostileAnswer.Of($"chunk {Short(chunk)}", $"{Ok}Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
        }

        foreach (string encoding in (string[])["gzip", "br", "deflate"])
        {
            yield return HostileAnswer.Of($"no {encoding}", $"{Ok}Content-Type: text/html\r\nContent-Encoding: {encoding}\r\nContent-Length: 22\r\n\r\n{Page}");
            string head = $"{Ok}Content-Type: text/html\r\nContent-Encoding: {encoding}\r\nConnection: close\r\n\r\n";
            yield return HostileAnswer.Of($"half of {encoding}", head + Encoding.Latin1.GetString(Compressed(Page, encoding)[..^6]));
            yield return HostileAnswer.Of($"a {encoding} bomb", head + Encoding.Latin1.GetString(Compressed(new string(' ', 16 * 1024 * 1024), encoding)));
        }

        yield return HostileAnswer.Of("nothing", "");
        yield return HostileAnswer.Of("a reset", "", end: HostileEnd.Reset);
        yield return HostileAnswer.Of("a reset in the headers", Ok + "X: ", end: HostileEnd.Reset);
        yield return HostileAnswer.Of("a reset in the body", $"{Ok}Content-Type: text/html\r\nContent-Length: 100\r\n\r\n{Page}", end: HostileEnd.Reset);
        yield return HostileAnswer.Of("an end in the body", $"{Ok}Content-Type: text/html\r\nContent-Length: 100\r\n\r\n{Page}");
        yield return HostileAnswer.Of("two answers", $"{Ok}Content-Length: 0\r\n\r\n{Ok}Content-Length: 0\r\n\r\n");
        yield return HostileAnswer.Of("lines without carriage returns", $"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: {Page.Length}\n\n{Page}");
        string cookies = string.Concat(Enumerable.Range(0, 1000).Select(static i => $"Set-Cookie: c{i}={i}\r\n"));
        yield return HostileAnswer.Of("a thousand cookies", $"{Ok}{cookies}Content-Length: 0\r\n\r\n");
        yield return HostileAnswer.Of("silence", "", end: HostileEnd.Silence);
        yield return HostileAnswer.Of("silence in the headers", Ok + "X: ", end: HostileEnd.Silence);
        yield return HostileAnswer.Of("silence in the body", $"{Ok}Content-Type: text/html\r\nContent-Length: 100\r\n\r\n{Page}", end: HostileEnd.Silence);
        yield return HostileAnswer.Of("headers without end", Ok, "X: y\r\n");
        yield return HostileAnswer.Of("a header without end", Ok + "X: ", new string('y', 1024));
        yield return HostileAnswer.Of("a status line without end", "HTTP/1.1 200 ", new string('y', 1024));
        yield return HostileAnswer.Of("interim answers without end", "", "HTTP/1.1 102 Processing\r\n\r\n");
        yield return HostileAnswer.Of("a body without end", $"{Ok}Content-Type: text/html\r\n\r\n{Page}", new string('y', 64 * 1024));
        yield return HostileAnswer.Of("chunks without end", $"{Ok}Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\ny\r\n");
        yield return HostileAnswer.Of(
            "a chunk extension without end", $"{Ok}Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1;", new string('y', 1024));
        yield return HostileAnswer.Of("trailers without end", $"{Ok}Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n");
        // RFC 1951, section 3.2.4: stored blocks of no byte, which decompress to nothing, however many arrive.
        yield return HostileAnswer.Of(
            "compressed nothing without end",
            $"{Ok}Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n\u001f\u008b\u0008\0\0\0\0\0\0\u0003",
            "\0\0\0\u00ff\u00ff");
        yield return new HostileAnswer("a byte at a time", Encoding.Latin1.GetBytes(Ok + "X: " + new string('y', 1000)), Pause: TimeSpan.FromMilliseconds(50));
    }

    private static byte[] Damaged(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length);
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 => [.. bytes[..at], .. bytes[at..Math.Min(bytes.Length, at + 20)], .. bytes[at..]],
            _ => bytes[..at],
        };
    }

    private static byte[] Compressed(string text, string encoding = "gzip")
    {
        using MemoryStream compressed = new();
        using (Stream compressor = encoding switch
        {
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest),
            _ => new GZipStream(compressed, CompressionLevel.Fastest),
        })
        {
            compressor.Write(Encoding.Latin1.GetBytes(text));
        }

        return compressed.ToArray();
    }

    // Without a line end, which would only begin another header.
    private static string Noise(Random random, int longest) =>
        string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => (char)random.Next(256)).Where(static c => c is not ('\r' or '\n')));

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
