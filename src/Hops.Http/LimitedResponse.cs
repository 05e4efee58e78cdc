using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Hops.Http;

/// <summary>Represents a response that was read completely, within limits. Its members do not throw, and it does not need to be disposed of.</summary>
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

    /// <summary>Gets the status code that the server sent: from 0 to 999, because servers also send undefined ones.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Gets whether the status code is from 200 to 299.</summary>
    public bool IsSuccessStatusCode => (int)StatusCode is >= 200 and <= 299;

    /// <summary>Gets the address of the response, after redirects.</summary>
    public Uri RequestUri { get; }

    /// <summary>Gets the media type as the server sent it, such as <c>text/html</c>; null if it sent none, or one that is not valid.</summary>
    public string? MediaType { get; }

    /// <summary>Gets the body, decompressed if the handler does that. If <see cref="IsTruncated"/> is true, it is only the start of the body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets whether <see cref="Body"/> is only the start of a longer body, which needs <see cref="ResponseLimits.AllowTruncation"/>.</summary>
    public bool IsTruncated { get; }

    /// <summary>
    /// Decodes the body with the encoding of its byte order mark, else with the charset of its media type, else (also if the charset is unknown) as UTF-8.
    /// Invalid bytes become replacement characters.
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
            // .NET throws NotSupportedException for UTF-7.
            return Encoding.UTF8;
        }
    }
}
