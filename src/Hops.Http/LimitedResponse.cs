using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Hops.Http;

/// <summary>An answer that has been read within limits. Nothing of it can fail any more, and nothing is left to dispose.</summary>
public sealed class LimitedResponse
{
    private readonly string? _charset;

    internal LimitedResponse(HttpStatusCode statusCode, Uri requestUri, MediaTypeHeaderValue? contentType, ReadOnlyMemory<byte> body, bool isTruncated)
    {
        StatusCode = statusCode;
        RequestUri = requestUri;
        MediaType = contentType?.MediaType;
        _charset = contentType?.CharSet;
        Body = body;
        IsTruncated = isTruncated;
    }

    /// <summary>What the server says. Servers say what they like: from 0 to 999.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Whether the status is from 200 to 299.</summary>
    public bool IsSuccessStatusCode => (int)StatusCode is >= 200 and <= 299;

    /// <summary>The address that answered, after redirects.</summary>
    public Uri RequestUri { get; }

    /// <summary>Such as <c>text/html</c>, as the server writes it; null if it names none that can be read.</summary>
    public string? MediaType { get; }

    /// <summary>The body, decompressed if the handler does that; with <see cref="ResponseLimits.AllowTruncation"/> perhaps its start.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether <see cref="Body"/> is only the start of a longer body.</summary>
    public bool IsTruncated { get; }

    /// <summary>
    /// Decodes the body: as its byte order mark says, else as the charset of its media type, else as UTF-8, also where this program does not know the charset.
    /// Bytes that make no sense become replacement characters.
    /// </summary>
    public string GetText()
    {
        using StreamReader reader = new(new MemoryStream(Body.ToArray(), writable: false), EncodingOf(_charset), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static Encoding EncodingOf(string? charset)
    {
        try
        {
            return charset is null ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // The second is for UTF-7, which .NET knows and does not decode.
            return Encoding.UTF8;
        }
    }
}
