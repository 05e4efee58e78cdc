using System.Text;
using EgressProxy.Clients;
using EgressProxy.Settings;
using Hops.Guard;
using Microsoft.AspNetCore.WebUtilities;

namespace EgressProxy.Reporting;

/// <summary>
/// Answers clients when the proxy has no connection to the target. Programs may pass the answer on to the stranger who supplied the address, so refused,
/// closed, silent and unresolvable targets get the same answer, unless the operator reveals the reason. It is a 403, after which programs do not try again.
/// </summary>
internal sealed class Answers(ProxyOptions options)
{
    /// <summary>The field with the reason, if it is revealed.</summary>
    public const string ReasonField = "X-Egress-Reason";

    private const string Type = "text/plain; charset=utf-8";

    public static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    private (int Status, string? Reason) Failure(Outcome outcome) =>
        options.RevealReasons ? (outcome.Status, outcome.Detail) : (StatusCodes.Status403Forbidden, null);

    /// <summary>Returns the answer to a CONNECT that failed, after which the connection is closed.</summary>
    public byte[] ToConnect(Outcome outcome)
    {
        (int status, string? reason) = Failure(outcome);
        return Message(status, HopGuard.PublicMessage, reason is null ? "" : $"{ReasonField}: {reason}\r\n");
    }

    public static byte[] Unauthorized() =>
        Message(StatusCodes.Status407ProxyAuthenticationRequired, "The proxy needs a user and a password.", $"Proxy-Authenticate: {ProxyUsers.Challenge}\r\n");

    public static byte[] Message(int status, string body, string fields = "")
    {
        byte[] text = Encoding.ASCII.GetBytes($"{body}\n");
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nConnection: close\r\n{fields}"
                + $"Content-Type: {Type}\r\nContent-Length: {text.Length}\r\n\r\n"),
            .. text,
        ];
    }

    /// <summary>Writes the answer to a request of plain HTTP that failed.</summary>
    public Task ToRequestAsync(HttpResponse response, Outcome outcome)
    {
        (int status, string? reason) = Failure(outcome);
        response.Clear();
        if (reason is not null)
        {
            response.Headers[ReasonField] = reason;
        }

        return WriteAsync(response, status, HopGuard.PublicMessage);
    }

    public static Task UnauthorizedAsync(HttpResponse response)
    {
        response.Headers.ProxyAuthenticate = ProxyUsers.Challenge;
        return WriteAsync(response, StatusCodes.Status407ProxyAuthenticationRequired, "The proxy needs a user and a password.");
    }

    public static Task WriteAsync(HttpResponse response, int status, string body)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{body}\n");
        response.StatusCode = status;
        response.ContentType = Type;
        response.ContentLength = text.Length;
        return response.Body.WriteAsync(text, response.HttpContext.RequestAborted).AsTask();
    }
}
