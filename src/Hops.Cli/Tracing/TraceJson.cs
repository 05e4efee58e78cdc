using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;

namespace Hops.Cli.Tracing;

/// <summary>Formats a trace as one JSON object: <c>docs/trace.schema.json</c>.</summary>
internal static class TraceJson
{
    private const int Schema = 1;

    public static string Format(TraceResult result) => JsonLine.Of(json =>
    {
        Begin(json, result.Target, result.Time);
        json.Add("address"u8, EndPointText.Of(result.EndPoint.Address));
        json.Add("port"u8, result.EndPoint.Port);
        json.Add("family"u8, FamilyName.Of(result.EndPoint.AddressFamily));
        json.Add("protocol"u8, result.Protocol == ProtocolType.Udp ? "udp" : "tcp");
        json.Add("end"u8, KebabCase.Of(result.There.End));
        json.Add("routersThere"u8, result.There.Routers);
        if (result.Back is { Distance: { } back, Source: { } source })
        {
            json.Add("back"u8, fields =>
            {
                fields.Add(back);
                fields.Add("source"u8, source);
            });
        }

        if (result.Differs is { } differs)
        {
            json.Add("differs"u8, differs);
        }

        json.Add("ttls"u8, Enumerable.Range(1, result.There.Last), (fields, ttl) => Add(fields, ttl, result));
        if (result.Back.Failure is { } failure)
        {
            Add(json, failure);
        }
    });

    /// <summary>Formats the object of a trace that failed before its start.</summary>
    public static string Format(string target, Failure failure) => JsonLine.Of(json =>
    {
        Begin(json, target, DateTimeOffset.UtcNow);
        Add(json, failure);
    });

    private static void Begin(JsonLine json, string target, DateTimeOffset time)
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, time);
        json.Add("target"u8, target);
    }

    private static void Add(JsonLine json, Failure failure)
    {
        json.Add("error"u8, KebabCase.Of(failure.Kind));
        json.Add("message"u8, failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}");
    }

    private static void Add(JsonLine json, int ttl, TraceResult result)
    {
        json.Add("ttl"u8, ttl);
        json.Add("probes"u8, result.There.Sent[ttl - 1]);
        json.Add("answers"u8, TraceRow.Of(result, ttl), Add);
    }

    private static void Add(JsonLine json, TraceRow row)
    {
        json.Add("address"u8, EndPointText.Of(row.Answer.Address));
        json.Add("name"u8, row.Name);
        json.Add("answer"u8, KebabCase.Of(row.Answer.Kind));
        json.Add("count"u8, row.Count);
        if (row.Answer.Icmp is { } icmp)
        {
            json.Add("icmpType"u8, icmp.Type);
            json.Add("icmpCode"u8, icmp.Code);
        }

        if (row is { Last: { } last, Minimum: { } minimum })
        {
            json.Add("lastMilliseconds"u8, last);
            json.Add("minimumMilliseconds"u8, minimum);
        }

        if (row.Answer.Back is { } back)
        {
            json.Add("back"u8, fields => fields.Add(back));
        }
    }
}
