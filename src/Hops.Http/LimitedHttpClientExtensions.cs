using System.Globalization;
using System.Net;
using Hops.Guard;
using Hops.Guard.Policy;

namespace Hops.Http;

/// <summary>
/// Fetches responses, including their bodies, from untrusted servers, with a limit of size, a limit of time, and one type of exception for every failure that a
/// server or the network can cause.
/// </summary>
/// <remarks>
/// The methods of <see cref="HttpClient"/> that read a body throw exceptions of many types (<see cref="InvalidDataException"/> for compression,
/// <see cref="InvalidOperationException"/> for a charset), and its <see cref="HttpClient.Timeout"/> ends with the headers.
/// </remarks>
public static class LimitedHttpClientExtensions
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>Sends a GET request and reads the response within limits.</summary>
    /// <param name="client">The client; use one with a guard if addresses come from untrusted users.</param>
    /// <param name="address">The address: absolute, unless the client has a <see cref="HttpClient.BaseAddress"/>.</param>
    /// <param name="limits">The limits of size and time; null for the default limits.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <inheritdoc cref="SendLimitedAsync"/>
    public static async Task<LimitedResponse> GetLimitedAsync(
        this HttpClient client, Uri address, ResponseLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(address);
        using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        return await client.SendLimitedAsync(request, limits, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request and reads the response within limits.</summary>
    /// <param name="client">The client; use one with a guard if addresses come from untrusted users.</param>
    /// <param name="request">The request. The caller disposes of it.</param>
    /// <param name="limits">The limits of size and time; null for the default limits.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response, whatever its status.</returns>
    /// <exception cref="HttpRequestException">
    /// The request failed: the guard refused it (<see cref="HopGuard.IsRefusal"/>), the server cannot be reached, its response is invalid or too long (the
    /// <see cref="HttpRequestError"/> is <see cref="HttpRequestError.ConfigurationLimitExceeded"/>), or it took too long (the inner exception is a
    /// <see cref="TimeoutException"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the client's pending requests were.</exception>
    /// <exception cref="InvalidOperationException">The request has been sent before, or has no absolute address.</exception>
    public static async Task<LimitedResponse> SendLimitedAsync(
        this HttpClient client, HttpRequestMessage request, ResponseLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        limits ??= new ResponseLimits();
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limits.Timeout);

        // An exception that is thrown here, and not by the task, is a mistake in the request and is not changed.
        Task<HttpResponseMessage> sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, time.Token);
        Uri asked = request.RequestUri!;
        try
        {
            using HttpResponseMessage response = await sending.ConfigureAwait(false);
            Stream body = await response.Content.ReadAsStreamAsync(time.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                (ReadOnlyMemory<byte> start, bool isTruncated) = await ReadAsync(body, limits.MaximumBytes, time.Token).ConfigureAwait(false);
                if (isTruncated && !limits.AllowTruncation)
                {
                    string answered = FormattableString.Invariant($"answered with more than {limits.MaximumBytes} bytes");
                    throw Failure(asked, HttpRequestError.ConfigurationLimitExceeded, answered, null);
                }

                Uri address = response.RequestMessage?.RequestUri ?? asked;
                return new LimitedResponse(response.StatusCode, address, response.Content.Headers.ContentType, start, isTruncated);
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && !HopGuard.IsRefusal(e))
        {
            // HttpClient's exception has a token that the caller does not know.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            // The limit of HttpClient or of its handler.
            throw Failure(asked, HttpRequestError.Unknown, $"did not answer in time: {e.InnerException.Message}", e.InnerException);
        }
        catch (OperationCanceledException e) when (time.IsCancellationRequested)
        {
            string limit = limits.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw Failure(asked, HttpRequestError.Unknown, $"did not answer within {limit} s", new TimeoutException(e.Message, e));
        }
        catch (Exception e) when (e is not (HttpRequestException or OperationCanceledException))
        {
            throw Failure(asked, HttpRequestError.InvalidResponse, $"gave an answer that cannot be used: {e.Message}", e);
        }
    }

    private static HttpRequestException Failure(Uri asked, HttpRequestError error, string what, Exception? inner)
    {
        DnsEndPoint endPoint = HostName.EndPointOf(asked);
        return new(error, string.Create(CultureInfo.InvariantCulture, $"{endPoint.Host} port {endPoint.Port} {what}"), inner);
    }

    /// <returns>At most <paramref name="max"/> bytes, and whether there are more.</returns>
    private static async Task<(ReadOnlyMemory<byte> Start, bool IsTruncated)> ReadAsync(Stream body, int max, CancellationToken cancellationToken)
    {
        // Reading one byte more than the limit shows whether the body is longer. The buffer grows with the bytes that arrive, not with the announced length.
        byte[] buffer = new byte[Math.Min(max + 1, FirstBytes)];
        int length = 0;
        while (true)
        {
            int read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0)
            {
                return (buffer.AsMemory(0, length), false);
            }

            if (length > max)
            {
                return (buffer.AsMemory(0, max), true);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(max + 1L, buffer.Length * 2L));
            }
        }
    }
}
