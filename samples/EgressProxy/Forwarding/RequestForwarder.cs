using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using EgressProxy.Clients;
using EgressProxy.Reporting;
using EgressProxy.Settings;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EgressProxy.Forwarding;

/// <summary>Forwards requests of plain HTTP: <c>GET http://example.com/ HTTP/1.1</c>.</summary>
internal sealed class RequestForwarder(ProxyOptions options, ProxyUsers users, Answers answers, AccessLog log, ForwardClients clients, IHttpForwarder forwarder)
{
    /// <summary>The name of this proxy in <c>Via</c>. It is random for each process, so that two proxies in a row are not taken for a loop.</summary>
    private readonly string _pseudonym = $"egress-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    private readonly ForwarderRequestConfig _config = new()
    {
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = options.IdleTimeout,
        AllowResponseBuffering = false,
    };

    public async Task ForwardAsync(HttpContext context, IPAddress client)
    {
        long start = Stopwatch.GetTimestamp();
        if (users.Find(context.Request.Headers.ProxyAuthorization.Count == 1 ? context.Request.Headers.ProxyAuthorization.ToString() : null) is not { } user)
        {
            Write(Outcome.Unauthorized, "", null);
            await Answers.UnauthorizedAsync(context.Response);
            return;
        }

        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (Mistake(context.Request, raw, out Uri? target, out int status) is { } mistake)
        {
            Write(Outcome.Invalid, user.Name, target);
            await Answers.WriteAsync(context.Response, status, mistake);
            return;
        }

        if (ForwardTransformer.MaxForwards(context.Request) == 0)
        {
            Write(Outcome.Established, user.Name, target);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        ForwarderError error = await forwarder.SendAsync(
            context, target!.GetLeftPart(UriPartial.Authority), clients.Of(user), _config, new ForwardTransformer(target, _pseudonym));
        Outcome outcome = error == ForwarderError.None ? Outcome.Established : Outcome.Of(context.GetForwarderErrorFeature()?.Exception);
        Write(outcome, user.Name, target);
        if (error != ForwarderError.None && !context.Response.HasStarted)
        {
            await answers.ToRequestAsync(context.Response, outcome);
        }

        void Write(Outcome outcome, string name, Uri? to) =>
            log.Write(client, name, "HTTP", to?.IdnHost ?? "", to?.Port ?? 0, outcome, 0, 0, Stopwatch.GetElapsedTime(start));
    }

    private string? Mistake(HttpRequest request, string raw, out Uri? target, out int status)
    {
        target = null;
        status = StatusCodes.Status400BadRequest;
        if (HttpMethods.IsConnect(request.Method))
        {
            return "CONNECT must be the first request of a connection.";
        }

        if (HttpMethods.IsTrace(request.Method))
        {
            // The answer would show the client which fields the proxy and others add to its request.
            status = StatusCodes.Status405MethodNotAllowed;
            return "TRACE is not forwarded.";
        }

        if (!ForwardTarget.TryRead(raw, out target, out string? mistake))
        {
            return mistake;
        }

        if (request.Headers.Via.Any(via => via?.Contains(_pseudonym, StringComparison.Ordinal) == true))
        {
            status = StatusCodes.Status508LoopDetected;
            return "The request is in a loop: this proxy has forwarded it before.";
        }

        return null;
    }
}
