using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>An object a line, for machines.</summary>
internal sealed class JsonReport(Streams streams) : IReport
{
    public void Show(Measurement measurement) => streams.WriteRaw(MeasurementJson.Format(measurement));
}
