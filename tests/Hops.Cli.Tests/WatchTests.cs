using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>hops watch</c>, as its users run it. What the library tells is tested with the library.</summary>
public sealed class WatchTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/watch.schema.json"))).RootElement;

    /// <summary>Fields that not every connection has.</summary>
    /// <summary>Fields that not every connection that is opened has, with tests of their own.</summary>
    private static readonly string[] OfSome =
    [
        "deviation", "learntLeast", "learntMost", "unit", "userUnit", "container", "pod", "remoteName", "contradicted", "formerTtl", "reset",
        "durationMilliseconds", "bytesSent", "bytesReceived", "smallestRoundTripMilliseconds", "retransmissions",
    ];

    public WatchTests() => Requires.Root();

    [Fact]
    public void A_line_for_each_connection_and_totals_at_the_end()
    {
        using RunningCommand watch = new HopsCommand().Start("watch", "--out", "--process", $"{Environment.ProcessId}");
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        int port = Connect(IPAddress.Loopback);
        Connect(IPAddress.IPv6Loopback);
        watch.WaitUntil(static running => running.Output.Split('\n').Length == 4);
        watch.Signal(RunningCommand.SigInt);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Matches(@"^TIME +DIR PROCESS +REMOTE +HOPS +TTL +RTT ms UNIT$", outcome.Lines[0]);
        Assert.Matches(
            $@"^\d\d:\d\d:\d\d\.\d{{3}} out \S.*\[{Environment.ProcessId}\] +127\.0\.0\.1:{port} +0 +64/64 +\d+\.\d{{3}}(?: \S+)?$", outcome.Lines[1]);
        Assert.Contains("[::1]:", outcome.Lines[2], StringComparison.Ordinal);
        Assert.Equal("2 connections, 0 of unknown and 0 of implausible distance; 0 records lost.\n", outcome.Errors);
    }

    [Fact]
    public void Json_is_as_its_schema_says_and_ends_after_count()
    {
        using RunningCommand watch = new HopsCommand().Start("watch", "--json", "--process", $"{Environment.ProcessId}", "--count", "3");
        while (!watch.HasExited)
        {
            Connect(IPAddress.Loopback);
            Thread.Sleep(20);
        }

        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Equal(3, outcome.Json.Length);
        Assert.All(outcome.Json, static line => Assert.True(JsonSchema.Accepts(Schema, line), $"{line}"));
        Assert.Equal(
            Schema.GetProperty("properties").EnumerateObject().Select(static p => p.Name).Except(OfSome),
            outcome.Json[0].EnumerateObject().Select(static p => p.Name).Except(OfSome));
    }

    [Fact]
    public void What_becomes_of_a_connection_is_told_when_asked()
    {
        using Socket listener = Listen(IPAddress.Loopback, ttl: null);
        using Socket older = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        older.Connect(listener.LocalEndPoint!);
        using Socket olderServer = listener.Accept();
        string[] words = ["watch", "--process", $"{Environment.ProcessId}", "--existing", "--closed", "--drift"];
        using RunningCommand lines = new HopsCommand().Start(words);
        lines.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        using RunningCommand json = new HopsCommand().Start([.. words, "--json"]);
        // It does not say when it has begun.
        json.WaitUntil(running =>
        {
            olderServer.Send(new byte[1]);
            Thread.Sleep(20);
            return running.Output.Contains("existing", StringComparison.Ordinal);
        });
        using (Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(listener.LocalEndPoint!);
            using Socket server = listener.Accept();
            server.Ttl = 61;
            server.Send(new byte[1234]);
            client.Receive(new byte[2000]);
        }

        json.WaitUntil(static running => running.Output.Split("\"closed\"").Length == 3);
        lines.WaitUntil(static running => running.Output.Split("over after").Length == 3);
        json.Signal(RunningCommand.SigInt);
        lines.Signal(RunningCommand.SigInt);
        Outcome told = json.Wait();
        Assert.All(told.Json, static line => Assert.True(JsonSchema.Accepts(Schema, line), $"{line}"));
        Assert.Contains(told.Json, static line => Is(line, "existing") && !line.TryGetProperty("direction", out _));
        Assert.Contains(
            told.Json, static line => Is(line, "drifted") && line.GetProperty("formerTtl").GetInt32() == 64 && !line.GetProperty("reset").GetBoolean());
        Assert.Contains(told.Json, static line => Is(line, "closed") && line.GetProperty("bytesSent").GetInt64() == 1234);
        Outcome shown = lines.Wait();
        Assert.Contains("(older than the watch)", shown.Output, StringComparison.Ordinal);
        Assert.Contains("(another TTL: 64/64 before", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"\(over after \d+\.\d{3} s, 0 bytes out, 1234 in, round trip from \d", shown.Output);

        static bool Is(JsonElement line, string what) => line.GetProperty("event").GetString() == what;
    }

    [Fact]
    public void A_distance_that_the_round_trip_contradicts_is_marked()
    {
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using RunningCommand watch = StartIn(cgroup, "--out");
        // A busy machine is slow.
        watch.WaitUntil(running =>
        {
            cgroup.Within(() => Connect(IPAddress.Loopback, ttl: 35));
            Thread.Sleep(20);
            return running.Output.Contains(" 29! ", StringComparison.Ordinal);
        });
        watch.Signal(RunningCommand.SigInt);
        Assert.Contains("(! too quick for so many hops)", watch.Wait().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_has_a_bar_for_each_distance()
    {
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using RunningCommand watch = StartIn(cgroup, "--summary", "--out");
        cgroup.Within(() =>
        {
            Connect(IPAddress.Loopback);
            Connect(IPAddress.Loopback, ttl: 61);
            Connect(IPAddress.Loopback, ttl: 30);
        });
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Contains("0 hops", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("3 hops", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("implausible", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("3 connections, 0 of unknown and 1 of implausible distance; 0 records lost.\n", outcome.Errors);
    }

    [Fact]
    public void A_watch_that_is_shared_answers_a_user_without_rights()
    {
        using SharedHost host = SharedHost.Start();
        using Hops.Lab.LabServer server = Hops.Lab.LabServer.Start(initialTtl: 100);
        using RunningCommand watch = host.Administrator.Start("watch", "--share");
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        using RunningCommand client = host.Client(User.Stranger).Start("measure", "HostWatch");
        client.Input.WriteLine($"measure 127.0.0.1 {server.Port} 50 2");
        client.Input.Close();
        Outcome outcome = client.Wait();
        outcome.AssertStatus(0);
        Assert.Equal(["source HostWatch", $"{server.Port}:100=100"], outcome.Lines);
        watch.Signal(RunningCommand.SigTerm);
        watch.Wait().AssertStatus(0);
    }

    [Fact]
    public void It_ends_by_itself_when_its_time_is_up()
    {
        Outcome outcome = new HopsCommand().Run("watch", "--duration", "0.2", "--network", "203.0.113.0/24");
        outcome.AssertStatus(0);
        Assert.Single(outcome.Lines);
        Assert.StartsWith("0 connections, ", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_would_steer_the_terminal_is_escaped()
    {
        using RunningCommand watch = new HopsCommand().Start("watch", "--out", "--count", "1", "--command", "\u001b[31mred");
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        using Socket listener = Listen(IPAddress.Loopback, ttl: null);
        string script = $"printf '\\033[31mred' >/proc/self/comm; : </dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndPoint!).Port}";
        Command.Run(Requires.Program("bash", "bash"), "-c", script);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Contains(@"\u001b[31mred[", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Output);
    }

    [Fact]
    public void Killed_it_leaves_nothing_attached()
    {
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using RunningCommand watch = StartIn(cgroup);
        watch.Signal(RunningCommand.SigKill);
        watch.Wait();
        Assert.Equal(0, AttachedTo(cgroup));
    }

    [Fact]
    public void Two_watches_at_once_tell_the_same()
    {
        string[] words = ["watch", "--json", "--out", "--process", $"{Environment.ProcessId}", "--count", "1"];
        using RunningCommand one = new HopsCommand().Start([.. words, "--side", "header"]);
        using RunningCommand other = new HopsCommand().Start([.. words, "--side", "packets"]);
        // Neither says in JSON when it has begun.
        while (!one.HasExited || !other.HasExited)
        {
            Connect(IPAddress.Loopback, ttl: 77);
            Thread.Sleep(50);
        }

        Outcome[] outcomes = [one.Wait(), other.Wait()];
        Assert.All(outcomes, static outcome =>
        {
            outcome.AssertStatus(0);
            Assert.Equal(77, outcome.Json[0].GetProperty("receivedTtl").GetInt32());
            Assert.Equal(Environment.ProcessId, outcome.Json[0].GetProperty("process").GetInt32());
        });
    }

    [Fact]
    public void Without_rights_it_says_which_are_missing()
    {
        Outcome outcome = new HopsCommand { Through = [Requires.Program("util-linux", "setpriv"), "--bounding-set=-all"] }.Run("watch");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("CAP_BPF and CAP_NET_ADMIN", outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.Errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_unit_is_watched_alone_and_named()
    {
        using TemporaryCgroup service = TemporaryCgroup.Create(suffix: ".service");
        string unit = Path.GetFileNameWithoutExtension(service.Path);
        using RunningCommand watch = new HopsCommand().Start("watch", "--out", "--unit", unit);
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        Connect(IPAddress.Loopback);
        int inside = 0;
        service.Within(() => inside = Connect(IPAddress.Loopback));
        watch.Signal(RunningCommand.SigInt);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        string line = Assert.Single(outcome.Lines[1..]);
        Assert.Contains($" 127.0.0.1:{inside} ", line, StringComparison.Ordinal);
        Assert.EndsWith($" {(unit.Length > 18 ? $"{unit[..17]}…" : unit)}", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 80, 110);
    }

    [Fact]
    public void In_json_a_connection_has_its_unit_and_container()
    {
        string id = string.Concat(Enumerable.Repeat("4f1e2d3c", 8));
        using TemporaryCgroup slice = TemporaryCgroup.Create(suffix: ".slice");
        string scope = $"docker-{id}.scope";
        Directory.CreateDirectory($"{slice.Path}/{scope}");
        try
        {
            using RunningCommand watch = new HopsCommand().Start("watch", "--out", "--unit", Path.GetFileName(slice.Path), "--json", "--count", "1");
            using Socket listener = Listen(IPAddress.Loopback, ttl: null);
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            while (!watch.HasExited)
            {
                Command.Run(Requires.Program("bash", "bash"), "-c", $"echo 0 >{slice.Path}/{scope}/cgroup.procs && : </dev/tcp/127.0.0.1/{port}");
            }

            JsonElement json = watch.Wait().OneJson;
            Assert.True(JsonSchema.Accepts(Schema, json), $"{json}");
            Assert.Equal((id, scope), (json.GetProperty("container").GetString(), json.GetProperty("unit").GetString()));
        }
        finally
        {
            Directory.Delete($"{slice.Path}/{scope}");
        }
    }

    [Fact]
    public void It_ends_when_the_cgroup_is_removed_which_a_restarted_unit_no_longer_has()
    {
        using TemporaryCgroup service = TemporaryCgroup.Create(suffix: ".service");
        using RunningCommand watch = new HopsCommand().Start("watch", "--unit", Path.GetFileName(service.Path));
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        Directory.Delete(service.Path);
        Directory.CreateDirectory(service.Path);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(1);
        Assert.Contains("the cgroup was removed", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_of_a_user_is_not_taken_for_the_hosts_and_its_path_is_told()
    {
        using TemporaryCgroup folder = TemporaryCgroup.Create();
        using TemporaryCgroup inner = TemporaryCgroup.Create(folder, ".service");
        Outcome outcome = new HopsCommand().Run("watch", "--unit", Path.GetFileName(inner.Path));
        outcome.AssertStatus(4);
        Assert.Contains($"watched by its path: {inner.Path[TemporaryCgroup.Root.Length..]}.", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-unit", "No unit 'no-such-unit.service' of this host has a cgroup")]
    [InlineData("no such", @"No unit 'no\x20such.service' of this host")]
    [InlineData("../../etc", "No unit '..-..-etc.service' of this host")]
    public void A_unit_that_is_none_is_named(string name, string expected)
    {
        Outcome outcome = new HopsCommand().Run("watch", "--unit", name);
        outcome.AssertStatus(4);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cgroup and --unit exclude each other", "--cgroup", "/", "--unit", "nginx")]
    [InlineData("--unit takes a name", "--unit", "")]
    [InlineData("--learn takes a name", "--learn", "")]
    [InlineData("--network takes a network", "--network", "10/8")]
    [InlineData("--network takes a network", "--network", "192.0.2.1/24")]
    [InlineData("--network takes a network", "--network", "::ffff:192.0.2.0/90")]
    [InlineData("--network takes a network", "--network", "example.com")]
    [InlineData("--near takes a number from 0 to 126", "--near", "127")]
    [InlineData("--side takes header or packets", "--side", "ebpf")]
    [InlineData("--command takes a name", "--command", "")]
    public void Wrong_usage_is_named(string expected, params string[] words)
    {
        Outcome outcome = new HopsCommand().Run(["watch", .. words]);
        outcome.AssertStatus(2);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cgroup_that_is_none_is_named()
    {
        Outcome outcome = new HopsCommand().Run("watch", "--cgroup", "no-such.service");
        outcome.AssertStatus(4);
        Assert.Contains("There is no cgroup 'no-such.service'", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>Starts it on a cgroup, and waits until its last program is attached.</summary>
    private static RunningCommand StartIn(TemporaryCgroup cgroup, params string[] words)
    {
        RunningCommand watch = new HopsCommand().Start(["watch", "--cgroup", cgroup.Path, .. words]);
        watch.WaitUntil(_ => AttachedTo(cgroup) > 0);
        return watch;
    }

    private static int AttachedTo(TemporaryCgroup cgroup) => CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupSockOps).ProgramIds.Count;

    private static int Connect(IPAddress address, int? ttl = null)
    {
        using Socket listener = Listen(address, ttl);
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndPoint!);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private static Socket Listen(IPAddress address, int? ttl)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (ttl is { } initial)
        {
            listener.Ttl = (short)initial;
        }

        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }
}
