using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

public sealed class JsonTests
{
    public JsonTests() => Requires.Root();

    [Fact]
    public void Each_line_is_one_object_with_the_documented_fields_also_for_failures()
    {
        using LabServer server = LabServer.Start();
        using LabServer odd = LabServer.Start(initialTtl: 1);
        Outcome outcome = new HopsCommand().Run(
            "--json", "--count", "2", $"127.0.0.1:{server.Port}", $"[::1]:{server.Port}", $"127.0.0.1:{odd.Port}", "127.0.0.1:1", "a b", "\u001b[31m\n\"\\");
        outcome.AssertStatus(1);
        Assert.Equal(12, outcome.Lines.Length);
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.Equal("", outcome.Errors);
    }

    [Fact]
    public void Neither_progress_nor_summary_accompanies_JSON()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = new HopsCommand().Run("--json", "--verbose", "--count", "20", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.Equal(Enumerable.Range(1, 20).Select(static i => $"{i}"), outcome.Values("attempt"));
    }

    [Fact]
    public void Names_in_JSON_stay_readable()
    {
        using PrivateNames names = new();
        Outcome outcome = new HopsCommand { Through = names.Through }.Run("--json", "bücher.example");
        Assert.Contains("\"target\":\"bücher.example\"", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_schema_has_the_same_fields_and_errors()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/measurement.schema.json")));
        JsonProperty[] properties =
            [.. Descendants(schema.RootElement).Where(static p => p.Name == "properties").SelectMany(static p => p.Value.EnumerateObject())];
        Assert.Equal(JsonContract.Fields.Order(StringComparer.Ordinal), properties.Select(static p => p.Name).Distinct().Order(StringComparer.Ordinal));

        IEnumerable<string?> errors = properties.Where(static p => p.Name == "error" && p.Value.ValueKind == JsonValueKind.Object)
            .SelectMany(static p => Descendants(p.Value))
            .SelectMany(static p => p.Name == "enum" ? [.. p.Value.EnumerateArray()] : p.Name == "const" ? [p.Value] : Array.Empty<JsonElement>())
            .Select(static value => value.GetString());
        Assert.Equal(JsonContract.Errors.Order(StringComparer.Ordinal), errors.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"schema":1,"time":"2026-01-01T00:00:00.000Z","target":"a","attempt":1}""")]
    [InlineData("""{"schema":1,"time":"2026-01-01T00:00:00.000Z","target":"a","attempt":1,"error":"refused","message":"m","hops":3}""")]
    [InlineData("""{"schema":1,"time":"2026-01-01T00:00:00.000Z","target":"a","attempt":1,"error":"other","message":"m"}""")]
    [InlineData("""{"schema":1,"time":"2026-01-01T00:00:00.000Z","target":"a","attempt":0,"error":"refused","message":"m"}""")]
    [InlineData("""{"schema":1,"time":"yesterday","target":"a","attempt":1,"error":"refused","message":"m"}""")]
    [InlineData("""[]""")]
    public void What_hops_never_prints_breaks_the_schema(string line)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/measurement.schema.json")));
        using JsonDocument value = JsonDocument.Parse(line);
        Assert.False(JsonSchema.Accepts(schema.RootElement, value.RootElement));
    }

    private static IEnumerable<JsonProperty> Descendants(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static p => Descendants(p.Value).Prepend(p)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Descendants),
        _ => [],
    };
}
