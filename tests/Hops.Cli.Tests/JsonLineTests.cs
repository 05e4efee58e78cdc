using System.Text.Json;
using CsCheck;
using Hops.Cli.Output;

namespace Hops.Cli.Tests;

public sealed class JsonLineTests
{
    [Fact]
    public void Fields_stand_as_they_were_added_and_those_without_a_value_are_left_out()
    {
        string line = JsonLine.Of(static json =>
        {
            json.Add("name", "bücher 'quoted'");
            json.Add("none", (string?)null);
            json.AddOrNull("null", null);
            json.Add("number", 3);
            json.Add("noNumber", (int?)null);
            json.Add("is", true);
            json.Add("milliseconds", TimeSpan.FromMicroseconds(1500.25));
            json.Add("time", new DateTimeOffset(2026, 1, 2, 5, 4, 5, 6, TimeSpan.FromHours(2)));
            json.AddSecondOrNull("second", null);
            json.Add("names", ["a", "b"]);
            json.Add("object", static fields => fields.Add("inner", 1));
            json.Add("objects", [1, 2], static (fields, value) => fields.Add("value", value));
        });
        Assert.Equal(
            """{"name":"bücher 'quoted'","null":null,"number":3,"is":true,"milliseconds":1.5,"time":"2026-01-02T03:04:05.006Z","second":null,"""
            + """
              "names":["a","b"],"object":{"inner":1},"objects":[{"value":1},{"value":2}]}
              """,
            line);
    }

    [Fact]
    public void Any_text_is_read_back_and_steers_no_terminal() => Gen.String.Where(static text => !text.Any(char.IsSurrogate)).Sample(
        static text =>
        {
            string line = JsonLine.Of(json => json.Add("text", text));
            Assert.True(TerminalText.IsSafe(line));
            using JsonDocument read = JsonDocument.Parse(line);
            Assert.Equal(text, read.RootElement.GetProperty("text").GetString());
        },
        iter: 20_000);
}
