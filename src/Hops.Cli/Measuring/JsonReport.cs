using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>Prints each result as a JSON object on one line.</summary>
internal sealed class JsonReport(Streams streams) : IReport
{
    public void Show(Measurement measurement) => streams.WriteRaw(MeasurementJson.Format(measurement));
}
