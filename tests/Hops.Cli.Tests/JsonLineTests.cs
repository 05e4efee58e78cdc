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
            json.Add("name"u8, "bücher 'quoted'");
            json.Add("none"u8, (string?)null);
            json.AddOrNull("null"u8, null);
            json.Add("number"u8, 3);
            json.Add("noNumber"u8, (int?)null);
            json.Add("is"u8, true);
            json.Add("milliseconds"u8, TimeSpan.FromMicroseconds(1500.25));
            json.Add("time"u8, new DateTimeOffset(2026, 1, 2, 5, 4, 5, 6, TimeSpan.FromHours(2)));
            json.AddSecondOrNull("second"u8, null);
            json.Add("names"u8, ["a", "b"]);
            json.Add("object"u8, static fields => fields.Add("inner"u8, 1));
            json.Add("objects"u8, [1, 2], static (fields, value) => fields.Add("value"u8, value));
        });
        Assert.Equal(
            """{"name":"bücher 'quoted'","null":null,"number":3,"is":true,"milliseconds":1.500,"time":"2026-01-02T03:04:05.006Z","second":null,"""
            + """
              "names":["a","b"],"object":{"inner":1},"objects":[{"value":1},{"value":2}]}
              """,
            line);
    }

    [Fact]
    public void Any_text_is_read_back_and_steers_no_terminal() => Gen.String.Where(static text => !text.Any(char.IsSurrogate)).Sample(
        static text =>
        {
            string line = JsonLine.Of(json => json.Add("text"u8, text));
            Assert.True(TerminalText.IsSafe(line));
            using JsonDocument read = JsonDocument.Parse(line);
            Assert.Equal(text, read.RootElement.GetProperty("text").GetString());
        },
        iter: 20_000);
}
