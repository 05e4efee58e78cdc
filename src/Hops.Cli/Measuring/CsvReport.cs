using System.Buffers;
using System.Globalization;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// Prints results as CSV with a header line, for spreadsheets and data tools (RFC 4180, with the line ends of Unix). The columns are the fields of
/// <see cref="MeasurementJson"/>; new ones are only ever added at the end.
/// </summary>
internal sealed class CsvReport(Streams streams) : IReport
{
    private static readonly SearchValues<char> MustBeQuoted = SearchValues.Create(",\"");

    // Editions for some languages accept the full-width forms, too.
    private static readonly SearchValues<char> BeginsFormula = SearchValues.Create("=+-@＝＋－＠");

    private static readonly string[] Columns =
    [
        "time", "target", "address", "port", "family", "receivedTtl", "initialTtl", "hops", "plausible", "source", "attempt", "connectMilliseconds", "error",
        "message", "packet",
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

    private static string?[] Fields(Measurement measurement)
    {
        // A measured refusal has a distance, too; the last column marks it.
        Reading? reading = measurement.Distance is null ? measurement.Refusal : measurement.Reading;
        HopDistance? distance = reading?.Distance;
        return
        [
            measurement.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            measurement.Target,
            measurement.RemoteEndPoint is { Address: var address } ? EndPointText.Of(address) : null,
            Number(measurement.RemoteEndPoint?.Port),
            measurement.RemoteEndPoint is { } remote ? FamilyName.Of(remote.AddressFamily) : null,
            Number(distance?.ReceivedTtl),
            Number(distance?.InitialTtl),
            Number(distance?.Hops),
            distance is { } measured ? measured.IsPlausible ? "true" : "false" : null,
            distance is null ? null : SourceName.Of(reading!.Source),
            Number(measurement.Attempt),
            measurement.Reading?.Time.TotalMilliseconds.ToString("F3", CultureInfo.InvariantCulture),
            measurement.Failure is { } failed ? KebabCase.Of(failed.Kind) : null,
            measurement.Failure is not { } failure ? null : failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}",
            measurement.Refusal is null ? null : "rst",
        ];
    }

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        // Lists of targets may come from strangers, and spreadsheets compute a text that begins like a formula (OWASP, CSV Injection). No number here is
        // negative.
        string text = TerminalText.EscapeAll(BeginsFormula.Contains(value[0]) ? $"'{value}" : value);
        return text.AsSpan().ContainsAny(MustBeQuoted) || text[0] == ' ' || text[^1] == ' '
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
