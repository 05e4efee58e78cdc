using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>A measurement as an object, for machines: <c>docs/measurement.schema.json</c>.</summary>
internal static class MeasurementJson
{
    private const int Schema = 1;

    public static string Format(Measurement measurement) => JsonLine.Of(json => Add(json, measurement));

    /// <summary>Adds its fields to an object, which may be one within another.</summary>
    public static void Add(JsonLine json, Measurement measurement)
    {
        json.Add("schema", Schema);
        json.Add("time", measurement.Time);
        json.Add("target", measurement.Target);
        if (measurement.Reading is { RemoteEndPoint: var remote })
        {
            json.Add("address", remote.Address.ToString());
            json.Add("port", remote.Port);
            json.Add("family", FamilyName.Of(remote.AddressFamily));
        }

        if (measurement.Distance is { } distance)
        {
            json.Add("receivedTtl", distance.ReceivedTtl);
            json.Add("initialTtl", distance.InitialTtl);
            json.Add("hops", distance.Hops);
            json.Add("plausible", distance.IsPlausible);
            json.Add("source", SourceName.Of(measurement.Reading!.Source));
        }

        json.Add("attempt", measurement.Attempt);
        if (measurement.Reading is { Time: var time })
        {
            json.Add("connectMilliseconds", time);
        }

        if (measurement.Failure is { } failure)
        {
            json.Add("error", KebabCase.Of(failure.Kind));
            json.Add("message", failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}");
        }
    }
}
