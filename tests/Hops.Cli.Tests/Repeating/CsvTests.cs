using System.Text;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Repeating;

/// <summary><c>--csv</c>, read by a parser that takes RFC 4180 at its word.</summary>
public sealed class CsvTests
{
    /// <summary>The columns may only grow at the end: programs read them by their place.</summary>
    private static readonly string[] FirstColumns =
    [
        "time", "target", "address", "port", "family", "receivedTtl", "initialTtl", "hops", "plausible", "source", "attempt", "connectMilliseconds", "error",
        "message",
    ];

    public CsvTests() => Requires.Root();

    [Fact]
    public void Its_columns_are_the_fields_of_JSON_and_the_documentation_names_them()
    {
        using LabServer server = LabServer.Start();
        string heading = new HopsCommand().Run("--csv", $"127.0.0.1:{server.Port}").Lines[0];
        string[] columns = heading.Split(',');
        Assert.Equal(FirstColumns, columns.Take(FirstColumns.Length));
        Assert.Equal(JsonContract.Fields.Except(["schema"]).Order(StringComparer.Ordinal), columns.Order(StringComparer.Ordinal));
        Assert.Contains($"\n{heading}\n", File.ReadAllText(Repository.File("docs/command-line.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_says_what_JSON_says()
    {
        using LabServer server = LabServer.Start();
        using LabServer odd = LabServer.Start(initialTtl: 65);
        string[] targets =
            [$"127.0.0.1:{server.Port}", $"[::1]:{server.Port}", $"127.0.0.1:{odd.Port}", "127.0.0.1:1", "a, b", "say \"x\"", "udp4://127.0.0.1:1"];
        Outcome csv = new HopsCommand().Run(["--csv", "--count", "2", .. targets]);
        csv.AssertStatus(1);
        Assert.Equal("", csv.Errors);
        List<string[]> records = Parse(csv.Output);
        string[] columns = records[0];
        Outcome json = new HopsCommand().Run(["--json", "--count", "2", .. targets]);
        Assert.Equal(json.Lines.Length, records.Count - 1);
        foreach ((JsonElement line, string[] record) in json.Json.Zip(records.Skip(1)))
        {
            Assert.Equal(columns.Length, record.Length);
            foreach ((string column, string field) in columns.Zip(record).Where(static pair => pair.First is not ("time" or "connectMilliseconds")))
            {
                Assert.Equal(line.TryGetProperty(column, out JsonElement value) ? Text(value) : "", field);
            }

            Assert.True(DateTimeOffset.TryParse(record[0], out _));
            Assert.Equal(line.TryGetProperty("connectMilliseconds", out _), record[11].Length > 0);
        }
    }

    /// <summary>A spreadsheet computes what begins like a formula.</summary>
    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1", "'+1")]
    [InlineData("-1+1.example", "'-1+1.example")]
    [InlineData("@SUM(1,\"2\")", "***@SUM(1,\"2\")")]
    [InlineData("＝1", "'＝1")]
    [InlineData("\t=1", "\\u0009=1")]
    [InlineData("\r=1\n=2", "\\u000d=1\\u000a=2")]
    [InlineData("\e[31mred", "\\u001b[31mred")]
    [InlineData(" blanks ", " blanks ")]
    public void A_target_is_neither_a_formula_nor_a_second_line(string target, string field)
    {
        Outcome outcome = new HopsCommand().Run("--csv", "--", target);
        outcome.AssertStatus(1);
        Assert.Equal(2, outcome.Lines.Length);
        Assert.Equal(field, Parse(outcome.Output)[1][1]);
    }

    [Fact]
    public void Rounds_have_one_heading()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = new HopsCommand().Run("--csv", "--interval", "1", "--count", "2", $"127.0.0.1:{server.Port}", "127.0.0.1:1");
        outcome.AssertStatus(1);
        Assert.Equal("", outcome.Errors);
        List<string[]> records = Parse(outcome.Output);
        Assert.Equal(["attempt", "1", "1", "2", "2"], records.Select(static record => record[10]));
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.ToString(),
    };

    /// <summary>RFC 4180, section 2, with the line ends of Unix. What it does not allow fails.</summary>
    private static List<string[]> Parse(string text)
    {
        List<string[]> records = [];
        List<string> record = [];
        for (int i = 0; i < text.Length;)
        {
            StringBuilder field = new();
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || text[i + 1] == '"'; i++)
                {
                    i += text[i] == '"' ? 1 : 0;
                    field.Append(text[i]);
                }

                i++;
            }
            else
            {
                for (; text[i] is not (',' or '\n'); i++)
                {
                    Assert.NotEqual('"', text[i]);
                    field.Append(text[i]);
                }
            }

            record.Add(field.ToString());
            Assert.Contains(text[i], ",\n");
            if (text[i++] == '\n')
            {
                records.Add([.. record]);
                record.Clear();
            }
        }

        Assert.Empty(record);
        return records;
    }
}
