using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>Formats a measurement as a JSON object: <c>docs/measurement.schema.json</c>.</summary>
internal static class MeasurementJson
{
    private const int Schema = 1;

    public static string Format(Measurement measurement) => JsonLine.Of(json => Add(json, measurement));

    /// <summary>Adds the fields of a measurement to an object.</summary>
    public static void Add(JsonLine json, Measurement measurement)
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, measurement.Time);
        json.Add("target"u8, measurement.Target);
        if (measurement.RemoteEndPoint is { } remote)
        {
            json.Add("address"u8, EndPointText.Of(remote.Address));
            json.Add("port"u8, remote.Port);
            json.Add("family"u8, FamilyName.Of(remote.AddressFamily));
        }

        if (measurement.Distance is { } distance)
        {
            json.Add(distance);
            json.Add("source"u8, SourceName.Of(measurement.Reading!.Source));
        }

        if (measurement.Refusal is { Distance: { } ofRefusal } refusal)
        {
            json.Add(ofRefusal);
            json.Add("source"u8, SourceName.Of(refusal.Source));
            json.Add("packet"u8, "rst");
        }

        json.Add("attempt"u8, measurement.Attempt);
        if (measurement.Reading is { Time: var time })
        {
            json.Add("connectMilliseconds"u8, time);
        }

        if (measurement.Failure is { } failure)
        {
            json.Add("error"u8, KebabCase.Of(failure.Kind));
            json.Add("message"u8, failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}");
        }
    }
}
