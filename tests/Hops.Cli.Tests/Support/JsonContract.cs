using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hops.Cli.Tests.Support;

/// <summary>
/// Checks that a line of <c>--json</c> keeps the promises of the documentation: the published schema, and rules that the schema does not express.
/// </summary>
internal static partial class JsonContract
{
    public static readonly string[] Errors =
        ["invalid-target", "unresolved", "no-address", "refused", "timeout", "unreachable", "unmeasured", "not-permitted"];

    public static readonly string[] Fields =
    [
        "schema", "time", "target", "address", "port", "family", "receivedTtl", "initialTtl", "hops", "plausible", "source", "packet", "attempt",
        "connectMilliseconds",
        "error", "message",
    ];

    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/measurement.schema.json"))).RootElement;

    private static readonly string[] Always = ["schema", "time", "target", "attempt"];
    private static readonly string[] OfAnAddress = ["address", "port", "family"];
    private static readonly string[] OfAConnection = [.. OfAnAddress, "connectMilliseconds"];
    private static readonly string[] OfADistance = ["receivedTtl", "initialTtl", "hops", "plausible", "source"];
    private static readonly string[] OfAFailure = ["error", "message"];

    public static void AssertKept(JsonElement line)
    {
        Assert.True(JsonSchema.Accepts(Schema, line), $"Not as docs/measurement.schema.json says: {line}");
        string[] names = [.. line.EnumerateObject().Select(static p => p.Name)];
        Assert.Distinct(names);
        string? error = line.TryGetProperty("error", out JsonElement value) ? value.GetString() : null;
        string[] expected = error switch
        {
            null => [.. Always, .. OfAConnection, .. OfADistance],
            "unmeasured" => [.. Always, .. OfAConnection, .. OfAFailure],
            "refused" when names.Contains("packet") => [.. Always, .. OfAnAddress, .. OfADistance, "packet", .. OfAFailure],
            // With --all-addresses a failure names the address that it is of.
            _ => [.. Always, .. OfAFailure, .. names.Contains("address") ? OfAnAddress : []],
        };
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        foreach (JsonProperty property in line.EnumerateObject())
        {
            Assert.True(IsKept(property), $"{property} in {line}");
        }
    }

    private static bool IsKept(JsonProperty property) => property.Name switch
    {
        "schema" => property.Value.GetInt32() == 1,
        "time" => Time().IsMatch(property.Value.GetString()!) && property.Value.TryGetDateTimeOffset(out _),
        "target" => property.Value.ValueKind == JsonValueKind.String,
        "message" => property.Value.GetString() is { Length: > 0 } text && !text.Any(char.IsControl),
        "address" => System.Net.IPAddress.TryParse(property.Value.GetString(), out _),
        "family" => property.Value.GetString() is "ipv4" or "ipv6",
        "port" => property.Value.GetInt32() is >= 1 and <= 65535,
        "receivedTtl" => property.Value.GetInt32() is >= 1 and <= 255,
        "initialTtl" => property.Value.GetInt32() is 32 or 64 or 128 or 255,
        "hops" => property.Value.GetInt32() is >= 0 and <= 126,
        "packet" => property.Value.GetString() == "rst",
        "plausible" => property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "source" => property.Value.GetString() is "socket-filter" or "pinned-filter" or "socket-option" or "minimum-ttl" or "datagram",
        "attempt" => property.Value.GetInt32() >= 1,
        "connectMilliseconds" => property.Value.GetDouble() is > 0 and < 60_000,
        "error" => Errors.Contains(property.Value.GetString()),
        _ => false,
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Time();
}
