using System.Text.Json;

namespace Hops.Cli.Tests.Support;

/// <summary>The result of a process: its exit status and its output.</summary>
internal sealed record Outcome(int Status, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Each line of the output as JSON.</summary>
    public JsonElement[] Json => [.. Lines.Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The only line of the output as JSON.</summary>
    public JsonElement OneJson => Assert.Single(Json);

    /// <summary>The values of a field of each line, null where there is none.</summary>
    public string?[] Values(string field) => [.. Json.Select(line => line.TryGetProperty(field, out JsonElement value) ? value.ToString() : null)];

    /// <summary>Shows in a failed test all that there is to see.</summary>
    public void AssertStatus(int expected) => Assert.True(expected == Status, $"Not exit status {expected}: {this}");

    public override string ToString() => $"Exit status {Status}.\nOutput:\n{Output}\nErrors:\n{Errors}";
}
