using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Many targets: where they come from, and in which order they are answered.</summary>
public sealed class InputTests : IDisposable
{
    private readonly LabServer _server;
    private readonly string _folder;

    public InputTests()
    {
        Requires.Root();
        _server = LabServer.Start();
        _folder = Directory.CreateTempSubdirectory("hops-input-").FullName;
    }

    private string Good => $"127.0.0.1:{_server.Port}";

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("GOOD\n127.0.0.1:1\n", 2)]
    [InlineData("GOOD\n127.0.0.1:1", 2)]
    [InlineData("GOOD\r\n127.0.0.1:1\r\n", 2)]
    [InlineData("# a comment\n\n   \n  GOOD  \n\t# another\n\t127.0.0.1:1\n\n", 2)]
    [InlineData("\ufeffGOOD\n127.0.0.1:1\n", 2)]
    [InlineData("#GOOD\n", 0)]
    [InlineData("GOOD # a comment\n127.0.0.1:1\t#another\n", 2)]
    [InlineData("", 0)]
    public void An_input_is_a_target_a_line_without_comments_and_empty_lines(string text, int count)
    {
        string written = text.Replace("GOOD", Good, StringComparison.Ordinal);
        string file = Path.Combine(_folder, "targets.txt");
        File.WriteAllText(file, written);
        Outcome fromFile = new HopsCommand().Run("--json", "--input", file);
        Outcome fromPipe = new HopsCommand { Input = written }.Run("--json", "--input", "-");
        string[] expected = count == 0 ? [] : [Good, "127.0.0.1:1"];
        Assert.Equal(expected, fromFile.Values("target"));
        Assert.Equal(expected, fromPipe.Values("target"));
        Assert.Equal(fromFile.Status, fromPipe.Status);
    }

    [Fact]
    public void Arguments_come_before_the_input()
    {
        Outcome outcome = new HopsCommand { Input = $"{Good}\n127.0.0.1:1\n" }.Run("--json", "--input", "-", "127.0.0.1:2", "[::1]:1");
        Assert.Equal(["127.0.0.1:2", "[::1]:1", Good, "127.0.0.1:1"], outcome.Values("target"));
    }

    [Fact]
    public void Of_a_password_nothing_is_printed_where_a_line_is_cut()
    {
        string input = $"https://user:pa55 #word@host\nhttps://user:{new string('s', 3000)}@host\nuser:pa55word://x@host\n2001:db8::%\e[2J/32\n";
        foreach (string option in (string[])["--json", "--csv", "--verbose"])
        {
            Outcome outcome = new HopsCommand { Input = input }.Run(option, "--input", "-");
            outcome.AssertStatus(1);
            Assert.DoesNotContain("pa55", outcome.Output + outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("sss", outcome.Output + outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', outcome.Output + outcome.Errors);
        }
    }

    [Fact]
    public void A_part_of_a_URL_is_no_comment()
    {
        Outcome outcome = new HopsCommand { Input = $"http://{Good}/#part#of # the page\n" }.Run("--json", "--input", "-");
        Assert.Equal($"http://{Good}/#part#of", outcome.Values("target")[0]);
    }

    [Theory]
    [InlineData("\"$HOPS\" --input <(echo TARGET)")]
    [InlineData("echo TARGET | \"$HOPS\" --input /dev/stdin")]
    public void The_input_may_be_a_pipe_with_a_name(string script)
    {
        Outcome outcome = HopsCommand.Shell(script.Replace("TARGET", Good, StringComparison.Ordinal));
        outcome.AssertStatus(0);
        Assert.Equal($"[+] {Good} is 0 hops away (socket-filter)\n", outcome.Output);
    }

    [Fact]
    public void Names_that_nobody_looks_up_hold_up_nobody()
    {
        using NetworkNamespace alone = NetworkNamespace.Create();
        alone.Ip(["link set lo up"]);
        using PrivateNames names = PrivateNames.WithServer();
        using Socket server = alone.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        server.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        string[] targets = [.. Enumerable.Range(1, 40).Select(static i => $"name{i}.example"), "127.0.0.1:1"];
        long start = Stopwatch.GetTimestamp();
        Outcome outcome = new HopsCommand { At = alone, Through = names.Through, Input = string.Join('\n', targets) }.Run(
            "--json", "--timeout", "1", "--parallel", "40", "--input", "-");
        // The resolver asks for ten seconds, twice that for both families; and with a thread a processor they would wait for each other.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1, 8);
        Assert.Equal([.. Enumerable.Repeat("unresolved", 40), "refused"], outcome.Values("error"));
        Assert.Equal("Looking up 'name1.example' failed: no answer within 1 s", outcome.Values("message")[0]);
    }

    [Theory]
    [InlineData("")]
    // As other programs on a terminal leave them.
    [InlineData("perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK); exec @ARGV'")]
    public void A_reader_who_takes_its_time_costs_no_result(string before)
    {
        // More than a pipe and what is kept ahead of it can hold, so measuring has to wait, too; no target's time runs meanwhile.
        const int Count = 16_000;
        string file = Path.Combine(_folder, "targets.txt");
        File.WriteAllLines(file, Enumerable.Repeat(Good, Count));
        Outcome outcome = HopsCommand.Shell($"{before} \"$HOPS\" --quiet --timeout 2 --input '{file}' | (sleep 4; wc -l); echo \"${{PIPESTATUS[0]}}\"");
        Assert.Equal([$"{Count}", "0"], outcome.Lines);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_targets()
    {
        const int Some = 20_000;
        const int Many = 100_000;
        string file = Path.Combine(_folder, "results.json");
        HopsCommand command = new() { Input = null, Through = ["sh", "-c", $"exec \"$@\" >'{file}'", "sh"] };
        using RunningCommand running = command.Start("--json", "--input", "-");
        long after = PeakMemoryAfter(Some);
        // The results alone would take more, were they kept: each has some strings, an address and half a kilobyte of text.
        Assert.InRange(PeakMemoryAfter(Many) - after, 0, 30 * 1024 * 1024);
        running.Input.Close();
        running.Wait().AssertStatus(1);
        Assert.Equal(Some + Many + 2, File.ReadLines(file).Count());

        long PeakMemoryAfter(int count)
        {
            // No server listens on port 1.
            for (int i = 0; i < count; i++)
            {
                running.Input.Write($"127.0.0.{1 + (i % 200)}:1\n");
            }

            string last = $"127.0.1.{count % 200}:1";
            running.Input.Write($"{last}\n");
            running.Input.Flush();
            running.WaitUntil(_ => EndOf(file).Contains($"\"{last}\"", StringComparison.Ordinal));
            string peak = File.ReadLines($"/proc/{running.Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    private static string EndOf(string file)
    {
        using FileStream stream = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(-Math.Min(stream.Length, 1024), SeekOrigin.End);
        return new StreamReader(stream).ReadToEnd();
    }

    [Fact]
    public void Results_keep_the_order_of_the_targets_though_some_are_slow()
    {
        using SilentNetwork network = new();
        string[] targets =
        [
            .. Enumerable.Range(1, 60).Select(i =>
                (i % 4) switch { 0 => SilentNetwork.Silent(i), 1 => network.Good, 2 => network.Refusing, _ => $"invalid:{i}:x" }),
        ];
        long start = Stopwatch.GetTimestamp();
        Outcome outcome = (network.Hops with { Input = string.Join('\n', targets) }).Run("--json", "--timeout", "0.5", "--input", "-");
        // One after the other, the silent ones alone would take 7.5 seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.5, 5);
        outcome.AssertStatus(1);
        Assert.Equal(targets, outcome.Values("target"));
        Assert.Equal(
            targets.Select((_, i) => ((i + 1) % 4) switch { 0 => "timeout", 1 => null, 2 => "refused", _ => "invalid-target" }), outcome.Values("error"));
    }

    [Fact]
    public void Parallel_1_is_one_after_the_other()
    {
        using SilentNetwork network = new();
        long start = Stopwatch.GetTimestamp();
        network.Hops.Run("--parallel", "1", "--timeout", "0.4", SilentNetwork.Silent(1), SilentNetwork.Silent(2), SilentNetwork.Silent(3)).AssertStatus(1);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1.2, 10);
    }

    [Fact]
    public void Results_of_piped_targets_do_not_wait_for_the_end_of_the_input()
    {
        using RunningCommand running = new HopsCommand { Input = null }.Start("--input", "-");
        running.Input.WriteLine(Good);
        running.Input.Flush();
        running.WaitUntil(static r => r.Output.EndsWith('\n'));
        running.Input.WriteLine(Good);
        running.Input.Close();
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Assert.Equal(2, outcome.Lines.Length);
    }

    [Fact]
    public void Attempts_count_from_1_for_each_target()
    {
        Outcome outcome = new HopsCommand().Run("--json", "--count", "3", Good, "127.0.0.1:1");
        Assert.Equal([Good, Good, Good, "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:1"], outcome.Values("target"));
        Assert.Equal(["1", "2", "3", "1", "2", "3"], outcome.Values("attempt"));
    }

    [Fact]
    public void A_thousand_targets_are_all_answered()
    {
        Outcome outcome = new HopsCommand { Input = string.Concat(Enumerable.Repeat($"{Good}\n", 1000)) }.Run("--json", "--parallel", "64", "--input", "-");
        outcome.AssertStatus(0);
        Assert.Equal(Enumerable.Repeat("0", 1000), outcome.Values("hops"));
    }

    [Fact]
    public void A_summary_follows_more_than_a_few_results()
    {
        string[] many = [.. Enumerable.Repeat(Good, 7), "127.0.0.1:1"];
        Outcome outcome = new HopsCommand().Run(many);
        Assert.Equal(7, outcome.Lines.Length);
        Assert.Equal("8 results, 7 measured", outcome.ErrorLines[^1]);
        Assert.Contains(
            outcome.ErrorLines,
            static line => line.TrimStart().StartsWith("0 hops", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" 7", StringComparison.Ordinal));

        Outcome few = new HopsCommand().Run(Good, Good, Good);
        Assert.Equal("", few.Errors);
    }

    [Fact]
    public void Quiet_leaves_only_results()
    {
        string[] many = [.. Enumerable.Repeat(Good, 7), "127.0.0.1:1", "not a target"];
        foreach (string option in (string[])["--quiet", "-q"])
        {
            Outcome outcome = new HopsCommand().Run([option, .. many]);
            outcome.AssertStatus(1);
            Assert.Equal(7, outcome.Lines.Length);
            Assert.Equal("", outcome.Errors);
        }
    }
}
