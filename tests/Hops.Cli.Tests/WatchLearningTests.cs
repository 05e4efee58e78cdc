using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>hops watch --learn</c> and <c>--against</c>, while a service moves along a row of routers: its routes change, its addresses stay.</summary>
public sealed class WatchLearningTests : IDisposable
{
    private const int Port = 7001;
    private const int OtherPort = 7002;
    private const string Nothing = "hops-baseline 1\nend\n";

    private static readonly IPAddress Service = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Service6 = IPAddress.Parse("2001:db8:77::7");
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/watch.schema.json"))).RootElement;

    private static readonly string[] Fields = ["deviation", "hops", "learntLeast", "learntMost"];

    private readonly LabNetwork _network;
    private readonly List<LabServer> _servers = [];
    private readonly string _folder;
    private readonly string _file;

    public WatchLearningTests()
    {
        Requires.Root();
        _network = LabNetwork.Create(4);
        _folder = Directory.CreateTempSubdirectory("hops-learning-").FullName;
        _file = Path.Combine(_folder, "usual.txt");
        for (int distance = 1; distance <= _network.Routers; distance++)
        {
            _servers.Add(LabServer.Start(_network.HostAt(distance), Port));
            _servers.Add(LabServer.Start(_network.HostAt(distance), OtherPort));
        }
    }

    public void Dispose()
    {
        _servers.ForEach(static server => server.Dispose());
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_nearer_or_farther_than_learnt_or_new_is_told_and_nothing_else()
    {
        Learn(() =>
        {
            Connect(Service, Port, at: 2);
            Connect(Service, Port, at: 3);
            Connect(Service6, Port, at: 2);
        });
        Assert.Equal("hops-baseline 1\nout 203.0.113.0/24 7001 2 3\nout 2001:db8:77::/48 7001 2 2\nend\n", File.ReadAllText(_file));

        Outcome same = Watch(
            () =>
            {
                Connect(Service, Port, at: 3);
                Connect(Service, Port, at: 2);
                Connect(Service6, Port, at: 2);
                // Implausible: 2 away of 32.
                _network.HostAt(2).SetSysctl("net/ipv4/ip_default_ttl", 32);
                Connect(Service, OtherPort, at: 2);
                _network.HostAt(2).SetSysctl("net/ipv4/ip_default_ttl", 64);
            },
            "--against", _file);
        same.AssertStatus(0);
        Assert.Single(same.Lines);
        Assert.Equal(
            "4 connections, 0 of unknown and 1 of implausible distance; 0 records lost.\n0 of them deviated from the learnt distances.\n", same.Errors);

        Outcome other = Watch(
            () =>
            {
                Connect(Service, Port, at: 1);
                Connect(Service, Port, at: 4);
                Connect(Service6, Port, at: 3);
                Connect(Service, OtherPort, at: 2);
                Connect(Service, Port, at: 2);
            },
            "--against", _file);
        other.AssertStatus(3);
        Assert.Equal(
            ["nearer: 1, learnt 2 to 3", "farther: 4, learnt 2 to 3", "farther: 3, learnt 2", "new: 2"],
            other.Lines[1..].Select(static line => line[69..]));
        Assert.All(other.Lines, static line => Assert.InRange(line.Length, 1, 110));
        Assert.EndsWith("\n4 of them deviated from the learnt distances.\n", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_starts_with_another_ttl_deviates()
    {
        _network.SetServerInitialTtl(64);
        Learn(() => Connect(Service, Port, at: 4));
        _network.SetServerInitialTtl(62);
        Outcome outcome = Watch(() => Connect(Service, Port, at: 4), "--against", _file);
        outcome.AssertStatus(3);
        Assert.EndsWith(" farther: 6, learnt 4", outcome.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void In_json_a_deviation_has_what_was_learnt_and_count_is_of_deviations()
    {
        Learn(() =>
        {
            Connect(Service, Port, at: 3);
            Connect(Service, OtherPort, at: 2);
        });
        using RunningCommand watch = Start("--against", _file, "--json", "--count", "1");
        while (!watch.HasExited)
        {
            Connect(Service, OtherPort, at: 2);
            Connect(Service, Port, at: 2);
        }

        Outcome outcome = watch.Wait();
        outcome.AssertStatus(3);
        Assert.True(JsonSchema.Accepts(Schema, outcome.OneJson), outcome.Output);
        Assert.Equal(["nearer", "2", "3", "3"], Fields.Select(field => outcome.Values(field)[0]));
    }

    [Fact]
    public void Told_and_learnt_at_once_each_is_told_once()
    {
        Outcome outcome = Watch(
            () =>
            {
                Connect(Service, Port, at: 2);
                Connect(Service, Port, at: 2);
                Connect(Service, Port, at: 3);
                Connect(Service, Port, at: 3);
            },
            "--learn", _file, "--against", _file);
        outcome.AssertStatus(3);
        Assert.Equal(["new: 2", "farther: 3, learnt 2"], outcome.Lines[1..].Select(static line => line[69..]));
        Assert.Equal("hops-baseline 1\nout 203.0.113.0/24 7001 2 3\nend\n", File.ReadAllText(_file));
    }

    [Fact]
    public void What_was_learnt_is_written_when_it_is_terminated_and_whole_when_it_is_killed()
    {
        using (RunningCommand killed = Start("--learn", _file))
        {
            WaitForHeading(killed);
            Connect(Service, Port, at: 2);
            killed.WaitUntil(static running => running.Output.Split('\n').Length == 3);
            killed.Signal(RunningCommand.SigKill);
            killed.Wait();
        }

        Assert.Equal(Nothing, File.ReadAllText(_file));
        using RunningCommand terminated = Start("--learn", _file);
        WaitForHeading(terminated);
        Connect(Service, Port, at: 2);
        terminated.Signal(RunningCommand.SigTerm);
        terminated.Wait().AssertStatus(0);
        Assert.Equal("hops-baseline 1\nout 203.0.113.0/24 7001 2 2\nend\n", File.ReadAllText(_file));
    }

    [Fact]
    public void On_a_disk_that_became_full_it_says_so_and_fails()
    {
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk);
        try
        {
            using RunningCommand watch = Start("--learn", $"{disk}/usual.txt");
            WaitForHeading(watch);
            Command.Try("dd", "if=/dev/zero", $"of={disk}/zero", "bs=4k");
            Connect(Service, Port, at: 2);
            watch.Signal(RunningCommand.SigInt);
            Outcome outcome = watch.Wait();
            outcome.AssertStatus(1);
            Assert.Contains($"could not be written to {disk}/usual.txt: ", outcome.Errors, StringComparison.Ordinal);
            Assert.Equal(Nothing, File.ReadAllText($"{disk}/usual.txt"));
        }
        finally
        {
            Command.Run("umount", disk);
        }
    }

    [Theory]
    [InlineData("--against", ":", "Nothing was learnt yet")]
    [InlineData("--against", "echo hops-baseline 3 >FILE", "line 1 is not 'hops-baseline 1'")]
    [InlineData("--learn", "echo hops-baseline 3 >FILE", "line 1 is not 'hops-baseline 1'")]
    [InlineData("--learn", "printf 'hops-baseline 1\\nout 192.0.2.0/24 443 9 \\033[31m\\nend\\n' >FILE", "line 2 does not end with two distances")]
    [InlineData("--learn", "ln -s /etc/passwd FILE", "it is a symbolic link")]
    [InlineData("--against", "mkfifo FILE", "it is not a regular file")]
    [InlineData("--learn", "chmod 777 .", "can be written to by others")]
    public void A_file_that_is_not_in_order_is_refused_before_anything_is_watched(string option, string script, string expected)
    {
        Command.Run("bash", "-ec", $"cd {_folder}; {script.Replace("FILE", _file, StringComparison.Ordinal)}");
        Outcome outcome = new HopsCommand().Run("watch", option, _file);
        outcome.AssertStatus(2);
        Assert.Equal("", outcome.Output);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        Assert.Single(outcome.ErrorLines);
        Assert.True(TerminalSafe(outcome.ErrorLines[0]), outcome.Errors);
    }

    [Fact]
    public void Two_cannot_learn_into_one_file()
    {
        using RunningCommand one = Start("--learn", _file);
        WaitForHeading(one);
        Outcome other = new HopsCommand().Run("watch", "--learn", _file);
        other.AssertStatus(2);
        Assert.Contains("Another process is learning into", other.Errors, StringComparison.Ordinal);
    }

    private static bool TerminalSafe(string line) => line.All(static c => !char.IsControl(c));

    private static void WaitForHeading(RunningCommand watch) =>
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));

    private static RunningCommand Start(params string[] words) =>
        new HopsCommand().Start(["watch", "--out", "--process", $"{Environment.ProcessId}", .. words]);

    private void Learn(Action connect) => Watch(connect, "--learn", _file).AssertStatus(0);

    /// <summary>Runs a watch during some connections, and returns its output.</summary>
    private static Outcome Watch(Action connect, params string[] words)
    {
        using RunningCommand watch = Start(words);
        WaitForHeading(watch);
        connect();
        watch.Signal(RunningCommand.SigInt);
        return watch.Wait();
    }

    /// <summary>Moves the service to a host, and connects to it.</summary>
    private void Connect(IPAddress service, int port, int at)
    {
        string address = $"{service}/{(service.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}";
        _network.HostAt(at).Ip([$"address add {address} dev lo"]);
        using (Socket socket = _network.Client.Run(() => new Socket(service.AddressFamily, SocketType.Stream, ProtocolType.Tcp)))
        {
            socket.Connect(service, port);
        }

        _network.HostAt(at).Ip([$"address del {address} dev lo"]);
    }
}
