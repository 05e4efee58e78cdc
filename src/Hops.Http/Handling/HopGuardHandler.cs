using System.Net;
using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Http.SideChannels;
using Hops.Http.Telemetry;

namespace Hops.Http.Handling;

/// <summary>
/// The innermost handler of a guarded client. It judges what a connect callback does not see: the scheme, and the version, since HTTP/3 connects without the
/// callback. Each request's version policy is rewritten so that no upgrade to HTTP/3 can happen. Whatever the answer makes .NET throw, an <see
/// cref="HttpRequestException"/> leaves it.
/// </summary>
internal sealed class HopGuardHandler : DelegatingHandler
{
    private readonly HttpMessageHandler _inner;
    private readonly string _client;
    private readonly HopGuard _guard;
    private readonly ClientTelemetry _telemetry;
    private volatile bool _disposed;
    private HandlerSettings? _settings;

    /// <param name="inner">What sends; <see cref="Around"/> makes it connect as the guard does.</param>
    /// <param name="client">The client's name.</param>
    /// <param name="guard">Judges.</param>
    /// <param name="telemetry">The telemetry of the client.</param>
    internal HopGuardHandler(HttpMessageHandler inner, string client, HopGuard guard, ClientTelemetry telemetry)
        : base(inner)
    {
        _inner = inner;
        _client = client;
        _guard = guard;
        _telemetry = telemetry;
    }

    /// <summary>Adds a guard to a handler, whose other settings stay.</summary>
    /// <exception cref="InvalidOperationException">
    /// The handler connects in a way of its own (it has a proxy, a connect callback or the guard of another chain), it would make connections beside those that
    /// are judged, or it has already been used.
    /// </exception>
    public static HopGuardHandler Around(SocketsHttpHandler inner, string client, HopGuard guard, ClientTelemetry telemetry)
    {
        ThrowIfGuarded(inner, client);
        if (inner.ConnectCallback is not null)
        {
            throw new InvalidOperationException(
                $"The client '{client}' has a SocketsHttpHandler with a ConnectCallback, and a guard must make its connections itself: "
                + "remove the callback, or the guard.");
        }

        if (inner.Proxy is not null)
        {
            throw new InvalidOperationException(
                $"The client '{client}' has a Proxy: the proxy would be measured in place of the target, and it is the proxy that connects. "
                + "Remove it, or use a guard in the proxy.");
        }

        HandlerSettings settings = HandlerSettings.Close(inner, client, guard.Policy.AllowCertificateDownloads);
        telemetry.WarnOfIgnoredProxy(inner.UseProxy);
        inner.UseProxy = false;
        inner.ConnectCallback = new HandlerConnector(guard).ConnectAsync;
        return new HopGuardHandler(inner, client, guard, telemetry) { _settings = settings };
    }

    /// <summary>A handler serves one guard: connections that one of them made would be used by the other, which did not judge them.</summary>
    /// <exception cref="InvalidOperationException">The handler already has a guard.</exception>
    public static void ThrowIfGuarded(SocketsHttpHandler handler, string client)
    {
        if (handler.ConnectCallback?.Target is HandlerConnector)
        {
            throw new InvalidOperationException(
                $"The client '{client}' got a SocketsHttpHandler that already has a hop guard: it is shared. IHttpClientFactory asks for a handler for each "
                + "client, and again whenever the handler's lifetime is over (2 minutes unless set): return a new one each time, as "
                + "ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()) does.");
        }
    }

    /// <summary>Also logged: an application may hide every failure from strangers.</summary>
    public InvalidOperationException TakenAway()
    {
        const string mistake =
            "it was removed. After it was added to the SocketsHttpHandler, another handler was put in between, or UseProxy or ConnectCallback was set. "
            + "Configure the handler before, with UseSocketsHttpHandler or ConfigurePrimaryHttpMessageHandler.";
        _telemetry.TakenAway(mistake);
        return new InvalidOperationException($"The hop guard '{_client}' sends nothing: {mistake}");
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ThrowIfTakenAway();
        if (Judge(request) is { } refused)
        {
            throw refused;
        }

        Uri? asked = request.RequestUri;
        try
        {
            return base.Send(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is HopGuardException refusal)
        {
            GuardTelemetry.Trace(refusal.EndPoint, refusal.Reason, _guard.Policy.Mode);
            throw;
        }
        catch (HttpRequestException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
        catch (Exception e) when (IsOfAnswer(e, request, asked) && request.Version.Major < 2)
        {
            // .NET sends blockingly by HTTP/1.1 only, and says so itself.
            throw OfAnswer(e, asked!);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ThrowIfTakenAway();
        if (Judge(request) is { } refused)
        {
            return Task.FromException<HttpResponseMessage>(refused);
        }

        Uri? asked = request.RequestUri;
        // What is thrown here, and not from the task, is the caller's mistake.
        Task<HttpResponseMessage> answer = base.SendAsync(request, cancellationToken);
        return answer.IsCompletedSuccessfully ? answer : FinishAsync(answer, request, asked);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> FinishAsync(Task<HttpResponseMessage> answer, HttpRequestMessage request, Uri? asked)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.InnerException is HopGuardException refusal)
        {
            // SocketsHttpHandler connects outside of the request's activity.
            GuardTelemetry.Trace(refusal.EndPoint, refusal.Reason, _guard.Policy.Mode);
            throw;
        }
        catch (HttpRequestException e) when (Explain(e) is { } explained)
        {
            throw explained;
        }
        catch (Exception e) when (IsOfAnswer(e, request, asked))
        {
            throw OfAnswer(e, asked!);
        }
    }

    /// <summary>
    /// .NET lets handlers be changed until their first request. Code that has kept a reference could take the guard away: then nothing is sent any more.
    /// </summary>
    private void ThrowIfTakenAway()
    {
        if (InnerHandler != _inner
            || _inner is SocketsHttpHandler { UseProxy: true } or SocketsHttpHandler { ConnectCallback: not { Target: HandlerConnector } })
        {
            throw TakenAway();
        }

        _settings?.ThrowIfChanged();
    }

    /// <summary>
    /// Whether an exception comes from the answer, so that the caller must expect it: .NET throws those of <see cref="Uri"/> for some redirects, for
    /// example. A request that .NET refuses to begin, and a handler that was disposed, are mistakes of the caller and keep their exceptions.
    /// </summary>
    private bool IsOfAnswer(Exception e, HttpRequestMessage request, Uri? asked) =>
        e is not (HttpRequestException or OperationCanceledException)
        && !(_disposed && e is ObjectDisposedException)
        && request.Version.Major > 0
        && asked is { IsAbsoluteUri: true, Scheme: "https" or "http" or "wss" or "ws" };

    private static HttpRequestException OfAnswer(Exception e, Uri asked)
    {
        DnsEndPoint endPoint = HostName.EndPointOf(asked);
        return new(HttpRequestError.InvalidResponse, $"{endPoint.Host} port {endPoint.Port} gave an answer that cannot be used: {e.Message}", e);
    }

    private HttpRequestException? Explain(HttpRequestException failure) => _guard.Policy.AllowCertificateDownloads ? null : MissingIssuer.Explain(failure);

    /// <returns>The refusal, as those of the connect callback arrive; null if the request may be made.</returns>
    private HttpRequestException? Judge(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(MinimumHandler.Own, out int minimum) && minimum != _guard.Policy.MinimumHops)
        {
            throw new InvalidOperationException(
                "The request has its own minimum (HopGuardRequest.MinimumHops), but its handler supports only one, because it was created from a "
                + "single handler: create it with a function that creates handlers, CreateHandler(() => new SocketsHttpHandler()).");
        }

        if (request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return null;
        }

        if (WithoutHttp3(request) is { } mistake)
        {
            // Not let through in report-only mode either: it would be neither judged nor reported.
            DnsEndPoint endPoint = HostName.EndPointOf(uri);
            string text = $"{endPoint.Host} port {endPoint.Port} was refused: {mistake}";
            HopGuardException refused = new(HopGuardReason.Version, endPoint, _guard.Policy.MinimumFor(endPoint.Host), [], text);
            _guard.Refused(refused, HopGuardMode.Enforce);
            return Wrap(refused);
        }

        if (_guard.Policy.JudgeScheme(uri) is { } refusal)
        {
            _guard.Refused(refusal, _guard.Policy.Mode);
            if (_guard.Policy.Mode == HopGuardMode.Enforce)
            {
                return Wrap(refusal);
            }

            request.Options.Set(HandlerConnector.Reported, uri);
        }

        return null;
    }

    /// <returns>Why the request cannot be made without HTTP/3; null if it can.</returns>
    private static string? WithoutHttp3(HttpRequestMessage request)
    {
        switch (request.Version.Major, request.VersionPolicy)
        {
            case ( >= 3, HttpVersionPolicy.RequestVersionExact or HttpVersionPolicy.RequestVersionOrHigher):
                return $"it requires HTTP/{request.Version}, whose connections cannot be measured";
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
