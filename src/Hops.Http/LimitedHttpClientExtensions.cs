using System.Globalization;
using System.Net;
using Hops.Guard;
using Hops.Guard.Policy;

namespace Hops.Http;

/// <summary>
/// Fetching from servers that strangers name, to the end of the body: with a limit of size, a limit of time, and one exception for everything that a server, or
/// the way to it, can do.
/// </summary>
/// <remarks>
/// <see cref="HttpClient"/> itself reads bodies with exceptions of many kinds (<see cref="InvalidDataException"/> for compression, <see
/// cref="InvalidOperationException"/> for a charset), and its <see cref="HttpClient.Timeout"/> ends with the headers.
/// </remarks>
public static class LimitedHttpClientExtensions
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>Fetches an address with GET.</summary>
    /// <param name="client">With a hop guard, where strangers name addresses.</param>
    /// <param name="address">Absolute, unless the client has a <see cref="HttpClient.BaseAddress"/>.</param>
    /// <param name="limits">Of size and time; null for the default ones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <inheritdoc cref="SendLimitedAsync"/>
    public static async Task<LimitedResponse> GetLimitedAsync(
        this HttpClient client, Uri address, ResponseLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(address);
        using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        return await client.SendLimitedAsync(request, limits, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="client">With a hop guard, where strangers name addresses.</param>
    /// <param name="request">Stays the caller's.</param>
    /// <param name="limits">Of size and time; null for the default ones.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer, whatever its status.</returns>
    /// <exception cref="HttpRequestException">
    /// Everything that the server and the way to it can cause: refused by the guard (<see cref="HopGuard.IsRefusal"/>), not reachable, no valid answer, and,
    /// with the <see cref="HttpRequestError"/> <see cref="HttpRequestError.ConfigurationLimitExceeded"/>, too long; if it took too long, with a <see
    /// cref="TimeoutException"/> inside.
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

        // What is thrown here, and not from the task, is a mistake in the request, and stays what it is.
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
            // HttpClient's own has a token that the caller does not know.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException)
        {
            // HttpClient's own limit, or its handler's.
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

    /// <returns>At most so many bytes, and whether there are more.</returns>
    private static async Task<(ReadOnlyMemory<byte> Start, bool IsTruncated)> ReadAsync(Stream body, int max, CancellationToken cancellationToken)
    {
        // One byte more than is wanted tells whether there is more. Memory grows with what arrives, not with what is announced.
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
