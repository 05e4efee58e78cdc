using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace EgressProxy.Tunnels;

/// <summary>
/// Reads the head of a CONNECT request (RFC 9110, section 9.3.6) with Kestrel's parser. Kestrel's server requires the target's port in <c>Host</c>, which
/// programs leave out, and does not support tunnels.
/// </summary>
internal sealed class ConnectHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private const int LongestName = 255;

    private static readonly HttpParser<ConnectHead> Parser = new(showErrorDetails: false);
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private bool _hasLine;
    private bool _hasContent;
    private string _target = "";

    /// <summary>The mistake in the request; null if it is valid.</summary>
    public string? Mistake { get; private set; }

    /// <summary>The target's name or address, without brackets.</summary>
    public string Host { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>The field <c>Proxy-Authorization</c>; null if the request has none.</summary>
    public string? Authorization { get; private set; }

    /// <summary>Continues to read. Consumed bytes are not needed again.</summary>
    /// <returns>Whether the head is complete.</returns>
    /// <exception cref="BadHttpRequestException">The bytes are not HTTP.</exception>
    public bool Read(ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        SequenceReader<byte> reader = new(buffer);
        _hasLine = _hasLine || Parser.ParseRequestLine(this, ref reader);
        bool isComplete = _hasLine && Parser.ParseHeaders(this, ref reader);
        consumed = reader.Position;
        if (isComplete)
        {
            Mistake ??= _hasContent ? "CONNECT has no content." : TryReadTarget() ? null : "CONNECT needs a host and a port: CONNECT example.com:443";
        }

        return isComplete;
    }

    void IHttpRequestLineHandler.OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        // The target ends at the last blank, before the version.
        Span<byte> target = startLine[targetPath.Offset..];
        int end = target.IndexOf((byte)' ');
        _target = Encoding.Latin1.GetString(end < 0 ? target : target[..end]);
    }

    void IHttpHeadersHandler.OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(name, "Proxy-Authorization"u8))
        {
            Mistake ??= Authorization is null ? null : "Proxy-Authorization is repeated.";
            Authorization = Encoding.Latin1.GetString(value);
        }
        else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8) || (Ascii.EqualsIgnoreCase(name, "Content-Length"u8) && !value.SequenceEqual("0"u8)))
        {
            _hasContent = true;
        }
    }

    void IHttpHeadersHandler.OnHeadersComplete(bool endStream)
    {
    }

    void IHttpHeadersHandler.OnStaticIndexedHeader(int index) => throw new NotSupportedException();

    void IHttpHeadersHandler.OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();

    /// <summary>Reads the target in authority form: a host and a port, without a user, a path or a zone. The guard judges the host.</summary>
    private bool TryReadTarget()
    {
        int colon = _target.LastIndexOf(':');
        if (colon < 0 || !TryReadPort(_target.AsSpan(colon + 1), out int port))
        {
            return false;
        }

        string host = _target[..colon];
        if (host is ['[', .. string literal, ']'])
        {
            if (literal.Contains('%', StringComparison.Ordinal)
                || !IPAddress.TryParse(literal, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }

            host = $"{address}";
        }
        else if (host.Length is 0 or > LongestName || host.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            return false;
        }

        (Host, Port) = (host, port);
        return true;
    }

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 5 && !text.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(text, out port) && port is > 0 and <= ushort.MaxValue;
    }
}
