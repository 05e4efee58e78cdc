using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>A network in which a server stands at each distance from 0 to 6, and one whose TTL is not plausible.</summary>
public sealed partial class CalibrateTests : IClassFixture<CalibrateTests.ServerAtEachDistance>, IDisposable
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/calibration.schema.json"))).RootElement;

    private readonly ServerAtEachDistance _lab;
    private readonly string _folder;

    public CalibrateTests(ServerAtEachDistance lab)
    {
        Requires.Root();
        _lab = lab;
        _folder = Directory.CreateTempSubdirectory("hops-calibrate-").FullName;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_inside_of_0_to_3_and_an_outside_of_4_to_6_want_a_minimum_of_4()
    {
        Outcome outcome = Calibrate(["# ours", "", .. At(0, 1, 2, 3, 3)], At(4, 5, 6));
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.Equal(
            [
                "inside",
                "0 hops █ 1",
                "1 hop █ 1",
                "2 hops █ 1",
                "3 hops █ 2",
                "4 hops 0",
                "5 hops 0",
                "6 hops 0",
                "outside",
                "0 hops 0",
                "1 hop 0",
                "2 hops 0",
                "3 hops 0",
                "4 hops █ 1",
                "5 hops █ 1",
                "6 hops █ 1",
            ],
            outcome.Lines.TakeWhile(static line => !line.StartsWith('[')).Select(static line => Repeated().Replace(line.Trim(), "$1")));
        Assert.Contains(
            "[+] A minimum of 4 tells inside from outside: it refuses all 5 inside targets, and lets all 3 outside targets through.", outcome.Lines);
        Assert.Contains($"The farthest inside is {At(3)[0]}, 3 hops away; the nearest outside is {At(4)[0]}, 4 hops away.", outcome.Lines);
        Assert.Contains("  new HopGuardOptions { MinimumHops = 4 }", outcome.Lines);
        Assert.EndsWith("  {\n    \"HopGuard\": {\n      \"MinimumHops\": 4\n    }\n  }\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_distributions_are_drawn_on_one_scale()
    {
        Outcome outcome = Calibrate(At(1), At(5, 5, 5, 5));
        outcome.AssertStatus(0);
        int[] bars = [.. outcome.Lines.Select(static line => line.Count(static c => c == '█')).Where(static length => length > 0)];
        // One target and four. The numbers behind the bars take a little of their room.
        Assert.Equal(2, bars.Length);
        Assert.InRange(bars[0], bars[1] / 6, bars[1] / 3);
    }

    [Fact]
    public void JSON_has_the_proposal_and_each_measurement()
    {
        JsonElement calibration = CalibrateAsJson(0, At(0, 3), At(5, 6));
        Assert.Equal(
            ("separate", 4, 3, 5),
            (Text(calibration, "verdict"), Number(calibration, "minimumHops"), Number(calibration, "farthestInside"), Number(calibration, "nearestOutside")));
        Assert.Equal([0, 3], calibration.GetProperty("inside").EnumerateArray().Select(static m => Number(m, "hops")));
        Assert.Equal([5, 6], calibration.GetProperty("outside").EnumerateArray().Select(static m => Number(m, "hops")));
        Assert.Equal(At(0, 3), calibration.GetProperty("inside").EnumerateArray().Select(static m => Text(m, "target")));
    }

    [Fact]
    public void Where_inside_and_outside_overlap_nothing_is_proposed_and_the_misjudged_are_named()
    {
        string[] inside = At(0, 1, 5);
        string[] outside = At(3, 4, 6);
        Outcome outcome = Calibrate(inside, outside);
        outcome.AssertStatus(1);
        Assert.Contains("[!] Inside and outside overlap: no minimum tells them apart, and none is proposed.", outcome.Lines);
        Assert.Contains("A minimum of 2 misjudges the fewest, 1 of 6:", outcome.Lines);
        Assert.Contains($"  it lets through, inside: {inside[2]}, 5 hops away", outcome.Lines);
        Assert.Contains("A minimum of 6 is the lowest that lets none of these inside targets through; it misjudges 2 of 6:", outcome.Lines);
        Assert.Contains($"  it refuses, outside: {outside[0]}, 3 hops away", outcome.Lines);
        Assert.DoesNotContain("MinimumHops =", outcome.Output, StringComparison.Ordinal);

        JsonElement calibration = CalibrateAsJson(1, inside, outside);
        Assert.Equal("overlap", Text(calibration, "verdict"));
        Assert.False(calibration.TryGetProperty("minimumHops", out _));
        JsonElement fewest = calibration.GetProperty("fewestMisjudged");
        Assert.Equal((2, inside[2..], []), (Number(fewest, "minimumHops"), Names(fewest, "letThrough"), Names(fewest, "refused")), Same);
        JsonElement strict = calibration.GetProperty("noneLetThrough");
        Assert.Equal((6, [], outside[..2]), (Number(strict, "minimumHops"), Names(strict, "letThrough"), Names(strict, "refused")), Same);
    }

    [Fact]
    public void What_is_not_measured_or_not_plausible_is_left_out_and_the_status_tells_so()
    {
        string closed = $"{_lab.Address(6)}:1";
        string odd = $"{_lab.Address(6)}:{ServerAtEachDistance.OddPort}";
        string udp = $"udp4://{_lab.Address(6)}";
        string[] outside = [.. At(5), closed, odd, udp, "not a target"];
        JsonElement calibration = CalibrateAsJson(1, At(2), outside);
        Assert.Equal(("separate", 3), (Text(calibration, "verdict"), Number(calibration, "minimumHops")));
        Assert.Equal(outside[1..], Names(calibration, "notCounted"));

        Outcome outcome = Calibrate(At(2), outside);
        outcome.AssertStatus(1);
        Assert.Contains("Of 5 outside targets, 4 do not count. A guard refuses what it cannot measure, whatever its minimum.", outcome.Lines);
        Assert.Contains($"  {odd}: 18 hops (TTL 14 of 32, implausible)", outcome.Lines);
        Assert.Contains($"  {udp}: not a target: a guard measures TCP connections, and this is UDP", outcome.Lines);
        Assert.Contains(
            "[+] A minimum of 3 tells inside from outside: it refuses the one inside target, and lets the one outside target that counts through.",
            outcome.Lines);

        // An implausible distance alone does not count as outside, no matter how far it seems.
        Assert.Equal("too-few", Text(CalibrateAsJson(1, At(2), [odd]), "verdict"));
    }

    [Fact]
    public void What_cannot_be_measured_at_all_is_told_with_the_way_out()
    {
        using PublicCopy copy = PublicCopy.OfHops();
        HopsCommand stranger = _lab.Hops with { Program = copy.Program, Through = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] };
        // The lists come to it opened: it may not look into the folder.
        Outcome outcome = (stranger with { Input = string.Join('\n', At(0)) }).Run("calibrate", "--source", "socket-filter", "-", PublicFile(At(5)));
        outcome.AssertStatus(4);
        Assert.Contains("[!] No minimum can be proposed: no distance inside and none outside is known and plausible.", outcome.Lines);
        Assert.Contains("CAP_BPF", outcome.Errors, StringComparison.Ordinal);

        Outcome probing = (stranger with { Input = string.Join('\n', At(0)) }).Run("calibrate", "--source", "minimum-ttl", "-", PublicFile(At(5)));
        probing.AssertStatus(0);
        Assert.Contains("      \"MinimumHops\": 1", probing.Lines);
    }

    [Theory]
    [InlineData("calibrate", "INSIDE")]
    [InlineData("calibrate inside.txt", "OUTSIDE")]
    [InlineData("calibrate inside.txt inside.txt third", "'third'")]
    [InlineData("calibrate inside.txt missing.txt", "'missing.txt'")]
    [InlineData("calibrate missing.txt inside.txt", "'missing.txt'")]
    [InlineData("calibrate inside.txt empty.txt", "'empty.txt': it contains none")]
    [InlineData("calibrate empty.txt inside.txt", "'empty.txt': it contains none")]
    [InlineData("calibrate inside.txt -", "'-': it contains none")]
    [InlineData("calibrate inside.txt inside.txt --source datagram", "'datagram'")]
    [InlineData("calibrate inside.txt inside.txt --min-hops 3", "'--min-hops'")]
    public void Wrong_usage_is_one_line_that_names_the_problem(string commandLine, string problem)
    {
        Write("inside.txt", At(0));
        Write("empty.txt", ["# nothing yet"]);
        Outcome outcome = (_lab.Hops with { Through = ["env", "-C", _folder] }).Run(commandLine.Split(' '));
        outcome.AssertStatus(2);
        Assert.Equal("", outcome.Output);
        Assert.Contains(problem, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_interrupted_proposes_nothing()
    {
        using Socket listener = _lab.ListenAt(5);
        using RunningCommand running = (_lab.Hops with { Input = null }).Start("calibrate", Write("inside.txt", At(0)), "-");
        running.Input.WriteLine($"{listener.LocalEndPoint}");
        running.Input.Flush();
        using (Socket connection = listener.Accept())
        {
            // The other end closes when it has measured; more targets may come.
            Assert.Equal(0, connection.Receive(new byte[1]));
        }

        Thread.Sleep(100);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(130);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public void Control_characters_of_targets_are_never_printed()
    {
        string[] outside = [.. At(5), "\u001b[31m\u202e"];
        Assert.DoesNotContain(Calibrate(At(0), outside).Output, static c => c is '\u001b' or '\u202e');
        CalibrateAsJson(1, At(0), outside);
    }

    [Fact]
    public void It_has_help_of_its_own_with_five_examples()
    {
        Outcome outcome = new HopsCommand().Run("calibrate", "--help");
        outcome.AssertStatus(0);
        Assert.Contains("hops calibrate <INSIDE> <OUTSIDE> [options]", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(5, outcome.Lines.SkipWhile(static line => line != "Examples:").Skip(1).TakeWhile(static line => line.StartsWith(' ')).Count());
        Assert.DoesNotContain("--min-hops", outcome.Output, StringComparison.Ordinal);
    }

    private Outcome Calibrate(string[] inside, string[] outside, params string[] options) =>
        _lab.Hops.Run(["calibrate", .. options, Write("inside.txt", inside), Write("outside.txt", outside)]);

    private JsonElement CalibrateAsJson(int status, string[] inside, string[] outside)
    {
        Outcome outcome = Calibrate(inside, outside, "--json");
        outcome.AssertStatus(status);
        Assert.Equal("", outcome.Errors);
        JsonElement calibration = outcome.OneJson;
        Assert.True(JsonSchema.Accepts(Schema, calibration), $"Not as docs/calibration.schema.json says: {outcome.Output}");
        Assert.All(calibration.GetProperty("inside").EnumerateArray().Concat(calibration.GetProperty("outside").EnumerateArray()), JsonContract.AssertKept);
        string[] documented = [.. Schema.GetProperty("properties").EnumerateObject().Select(static p => p.Name)];
        Assert.All(calibration.EnumerateObject(), property => Assert.Contains(property.Name, documented));
        return calibration;
    }

    private string Write(string name, string[] lines)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }

    private string PublicFile(string[] lines)
    {
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return Write("public.txt", lines);
    }

    private string[] At(params int[] distances) => [.. distances.Select(distance => $"{_lab.Address(distance)}")];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string[] Names(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(static value => value.GetString()!)];

    private static bool Same((int Minimum, string[] LetThrough, string[] Refused) a, (int Minimum, string[] LetThrough, string[] Refused) b) =>
        a.Minimum == b.Minimum && a.LetThrough.SequenceEqual(b.LetThrough) && a.Refused.SequenceEqual(b.Refused);

    [GeneratedRegex("([ █])\\1+")]
    private static partial Regex Repeated();

    public sealed class ServerAtEachDistance : IDisposable
    {
        public const int OddPort = 8443;
        private const int Farthest = 6;

        private readonly List<LabServer> _servers = [];
        private LabNetwork? _lab;

        // Made by the first test that needs it: without root there is none, and nothing to skip the tests from here.
        private LabNetwork Lab => _lab ??= Build();

        internal HopsCommand Hops => new() { At = Lab.Client };

        internal IPAddress Address(int distance) => Lab.AddressAt(distance, AddressFamily.InterNetwork);

        internal Socket ListenAt(int distance)
        {
            Socket listener = Lab.HostAt(distance).Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            listener.Bind(new IPEndPoint(Address(distance), 0));
            listener.Listen();
            return listener;
        }

        public void Dispose()
        {
            _servers.ForEach(static server => server.Dispose());
            _lab?.Dispose();
        }

        private LabNetwork Build()
        {
            LabNetwork lab = LabNetwork.Create(Farthest);
            _servers.AddRange(Enumerable.Range(0, Farthest + 1).Select(distance => LabServer.Start(lab.HostAt(distance), 443)));
            // Arrives with 14, which looks like 18 hops from 32.
            _servers.Add(LabServer.Start(lab.Server, OddPort, initialTtl: 20));
            return lab;
        }
    }
}
