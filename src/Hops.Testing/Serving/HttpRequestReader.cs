using System.Globalization;
using System.Text;

namespace Hops.Testing.Serving;

/// <summary>Reads the requests of one connection.</summary>
/// <param name="stream">Is read by the byte: best with a buffer.</param>
/// <param name="scheme">Of the requests' addresses.</param>
internal sealed class HttpRequestReader(Stream stream, string scheme)
{
    /// <returns>The next request, or null when the client has closed the connection.</returns>
    /// <exception cref="InvalidDataException">It is not HTTP/1.1.</exception>
    public async Task<HttpRequestMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        string start = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (start.Length == 0)
        {
            return null;
        }

        if (start.Split(' ') is not [string method, string target, "HTTP/1.1" or "HTTP/1.0"])
        {
            throw new InvalidDataException($"The fake server was sent '{start}', which is not an HTTP/1.1 request.");
        }

        List<(string Name, string Value)> fields = await ReadFieldsAsync(cancellationToken).ConfigureAwait(false);
        byte[] body = await ReadBodyAsync(fields, cancellationToken).ConfigureAwait(false);
        Uri address = new($"{scheme}://{ValueOf(fields, "Host")}{target}");
        HttpRequestMessage request = new(new HttpMethod(method), address) { Content = new ByteArrayContent(body) };
        foreach ((string name, string value) in fields)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private async Task<byte[]> ReadBodyAsync(List<(string Name, string Value)> fields, CancellationToken cancellationToken)
    {
        if (!string.Equals(ValueOf(fields, "Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase))
        {
            byte[] whole = new byte[int.Parse(ValueOf(fields, "Content-Length") ?? "0", CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(whole, cancellationToken).ConfigureAwait(false);
            return whole;
        }

        List<byte> body = [];
        while (true)
        {
            string size = (await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Split(';')[0];
            byte[] chunk = new byte[int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
            if (chunk.Length == 0)
            {
                await ReadFieldsAsync(cancellationToken).ConfigureAwait(false);
                return [.. body];
            }

            await stream.ReadExactlyAsync(chunk, cancellationToken).ConfigureAwait(false);
            body.AddRange(chunk);
            await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<(string Name, string Value)>> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        List<(string Name, string Value)> fields = [];
        while (await ReadLineAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add(colon > 0
                ? (line[..colon], line[(colon + 1)..].Trim())
                : throw new InvalidDataException($"The fake server was sent '{line}', which is no header field."));
        }

        return fields;
    }

    /// <returns>Empty also at the end.</returns>
    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
    }

    private static string? ValueOf(List<(string Name, string Value)> fields, string name) =>
        fields.Find(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
