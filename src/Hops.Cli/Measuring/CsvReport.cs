using System.Buffers;
using System.Globalization;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// A record a line behind a line of names, for spreadsheets and data tools (RFC 4180, with the line ends of Unix). The columns are the fields of
/// <see cref="MeasurementJson"/>; new ones are only ever added at the end.
/// </summary>
internal sealed class CsvReport(Streams streams) : IReport
{
    private static readonly SearchValues<char> MustBeQuoted = SearchValues.Create(",\"");

    // Some languages' editions take the wide ones, too.
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@＝＋－＠");

    private static readonly string[] Columns =
    [
        "time", "target", "address", "port", "family", "receivedTtl", "initialTtl", "hops", "plausible", "source", "attempt", "connectMilliseconds", "error",
        "message",
    ];

    private bool _hasHeading;

    public void Show(Measurement measurement)
    {
        if (!_hasHeading)
        {
            _hasHeading = true;
            streams.WriteRaw(string.Join(',', Columns));
        }

        streams.WriteRaw(string.Join(',', Fields(measurement).Select(Quoted)));
    }

    private static string?[] Fields(Measurement measurement) =>
    [
        measurement.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        measurement.Target,
        measurement.Reading?.RemoteEndPoint.Address.ToString(),
        Number(measurement.Reading?.RemoteEndPoint.Port),
        measurement.Reading is { RemoteEndPoint: var remote } ? FamilyName.Of(remote.AddressFamily) : null,
        Number(measurement.Distance?.ReceivedTtl),
        Number(measurement.Distance?.InitialTtl),
        Number(measurement.Distance?.Hops),
        measurement.Distance is { } distance ? distance.IsPlausible ? "true" : "false" : null,
        measurement.Distance is null ? null : SourceName.Of(measurement.Reading!.Source),
        Number(measurement.Attempt),
        measurement.Reading?.Time.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture),
        measurement.Failure is { } failed ? KebabCase.Of(failed.Kind) : null,
        measurement.Failure is not { } failure ? null : failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}",
    ];

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        // A list of targets is a stranger's: a spreadsheet would compute what begins like a formula (OWASP, CSV Injection). No number here is negative.
        string text = TerminalText.EscapeAll(BeginsFormula.Contains(value[0]) ? $"'{value}" : value);
        return text.AsSpan().ContainsAny(MustBeQuoted) || text[0] == ' ' || text[^1] == ' '
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
