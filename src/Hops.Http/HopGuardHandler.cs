using System.Net;
using Hops.Http.Connecting;
using Hops.Http.Policy;
using Hops.Http.SideChannels;
using Hops.Http.Telemetry;

namespace Hops.Http;

/// <summary>
/// The innermost handler of a guarded client. It judges what a connect callback does not see: the scheme, and the version, since HTTP/3 connects without the callback. Each request's
/// version policy is rewritten so that no upgrade to HTTP/3 can happen.
/// </summary>
internal sealed class HopGuardHandler : DelegatingHandler
{
    private readonly GuardPolicy _policy;
    private readonly GuardTelemetry _telemetry;
    private HandlerSettings? _settings;

    private HopGuardHandler(SocketsHttpHandler inner, GuardPolicy policy, GuardTelemetry telemetry)
        : base(inner)
    {
        _policy = policy;
        _telemetry = telemetry;
    }

    /// <summary>Puts a guard around a handler. The user's other settings of it stay.</summary>
    /// <exception cref="InvalidOperationException">The handler connects in a way of its own: it has a proxy or a connect callback, or it would make connections beside those that are judged.</exception>
    public static HopGuardHandler Around(SocketsHttpHandler inner, string client, GuardPolicy policy, IHopNetwork network, GuardTelemetry telemetry)
    {
        if (inner.ConnectCallback is not null)
        {
            throw new InvalidOperationException(
                $"The client '{client}' has a SocketsHttpHandler with a ConnectCallback, and a guard must make its connections itself: remove the callback, or the guard.");
        }

        if (inner.Proxy is not null)
        {
            throw new InvalidOperationException(
                $"The client '{client}' has a Proxy: the proxy would be measured in place of the target, and it is the proxy that connects. Remove it, or let the proxy guard.");
        }

        HandlerSettings settings = HandlerSettings.Close(inner, client, policy.AllowCertificateDownloads);
        telemetry.WarnOfIgnoredProxy(inner.UseProxy);
        inner.UseProxy = false;
        inner.ConnectCallback = new GuardedConnector(policy, network, telemetry).ConnectAsync;
        return new HopGuardHandler(inner, policy, telemetry) { _settings = settings };
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _settings?.ThrowIfChanged();
        if (Judge(request) is { } refused)
        {
            throw refused;
        }

        try
        {
            return base.Send(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is HopGuardException refusal)
        {
            GuardTelemetry.Trace(refusal.EndPoint, refusal.Reason, _policy.Mode);
            throw;
        }
        catch (HttpRequestException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _settings?.ThrowIfChanged();
        if (Judge(request) is { } refused)
        {
            return Task.FromException<HttpResponseMessage>(refused);
        }

        Task<HttpResponseMessage> answer = base.SendAsync(request, cancellationToken);
        return answer.IsCompletedSuccessfully ? answer : FinishAsync(answer);
    }

    private async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> answer)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is HopGuardException refusal)
        {
            // SocketsHttpHandler connects outside of the request's activity.
            GuardTelemetry.Trace(refusal.EndPoint, refusal.Reason, _policy.Mode);
            throw;
        }
        catch (HttpRequestException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    private HttpRequestException? Explain(HttpRequestException failure) => _policy.AllowCertificateDownloads ? null : MissingIssuer.Explain(failure);

    /// <returns>The refusal, as those of the connect callback arrive; null if the request may be made.</returns>
    private HttpRequestException? Judge(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return null;
        }

        if (_policy.JudgeScheme(uri) is { } refusal)
        {
            _telemetry.Decided(refusal.EndPoint, refusal.Reason, _policy.Mode, refusal);
            if (_policy.Mode == HopGuardMode.Enforce)
            {
                return Wrap(refusal);
            }
        }

        if (WithoutHttp3(request) is { } mistake)
        {
            // Not let through in report-only mode either: it would be neither judged nor reported.
            DnsEndPoint endPoint = HostName.EndPointOf(uri);
            HopGuardException refused = new(HopGuardReason.Version, endPoint, [], $"{endPoint.Host} port {endPoint.Port} was refused: {mistake}");
            _telemetry.Decided(endPoint, refused.Reason, HopGuardMode.Enforce, refused);
            return Wrap(refused);
        }

        return null;
    }

    /// <returns>Why the request cannot be made without HTTP/3; null if it can.</returns>
    private static string? WithoutHttp3(HttpRequestMessage request)
    {
        switch (request.Version.Major, request.VersionPolicy)
        {
            case ( >= 3, HttpVersionPolicy.RequestVersionExact or HttpVersionPolicy.RequestVersionOrHigher):
                return $"it insists on HTTP/{request.Version}, whose connections cannot be measured";
            case ( >= 3, _):
                request.Version = HttpVersion.Version20;
                request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                break;
            case (2, HttpVersionPolicy.RequestVersionOrHigher):
                request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
                break;
            case (_, HttpVersionPolicy.RequestVersionOrHigher):
                request.Version = HttpVersion.Version20;
                request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                break;
        }

        return null;
    }

    // As those of the connect callback arrive.
    private static HttpRequestException Wrap(HopGuardException refusal) => new(HttpRequestError.ConnectionError, refusal.Message, refusal);
}
