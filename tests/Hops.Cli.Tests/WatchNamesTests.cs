using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>hops watch --names</c>, with a real name server.</summary>
public sealed class WatchNamesTests : IDisposable
{
    private readonly TemporaryCgroup _cgroup;

    public WatchNamesTests()
    {
        Requires.Root();
        _cgroup = TemporaryCgroup.Create();
    }

    public void Dispose() => _cgroup.Dispose();

    [Fact]
    public void A_line_ends_with_the_name_once_it_is_known()
    {
        using ReverseNameServer server = new("Far.Example");
        using RunningCommand watch = Start(server);
        ConnectUntil(watch, static running => running.Output.Contains("far.example", StringComparison.Ordinal));
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.EndsWith(" UNIT               NAME", outcome.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" -", outcome.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" far.example", outcome.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(1, server.Questions);
    }

    [Fact]
    public void Json_has_the_name_in_a_field()
    {
        JsonElement schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/watch.schema.json"))).RootElement;
        using ReverseNameServer server = new("far.example");
        using RunningCommand watch = Start(server, "--json");
        ConnectUntil(watch, static running => running.Output.Contains("far.example", StringComparison.Ordinal));
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.All(outcome.Json, line => Assert.True(JsonSchema.Accepts(schema, line), $"{line}"));
        Assert.Equal((null, "far.example"), (outcome.Values("remoteName")[0], outcome.Values("remoteName")[^1]));
    }

    [Fact]
    public void A_silent_name_server_holds_up_neither_records_nor_the_end()
    {
        using ReverseNameServer server = new(null);
        using RunningCommand watch = Start(server);
        for (int i = 1; i <= 100; i++)
        {
            _cgroup.Within(() => Connect(IPAddress.Parse($"127.0.0.{i}")));
        }

        watch.WaitUntil(static running => running.Output.Count('\n') == 101);
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.All(outcome.Lines[1..], static line => Assert.EndsWith(" -", line, StringComparison.Ordinal));
        // The resolver asks again after 5 seconds, and that had not come when it was over; there are no more look-ups than that at once.
        Assert.InRange(server.Questions, 1, 16);
    }

    [Theory]
    [InlineData("\e[31mred.example")]
    [InlineData("192.0.2.1")]
    [InlineData("far.0x7f")]
    [InlineData("two words.example")]
    [InlineData("under_score.example")]
    [InlineData("b\u00fccher.example")]
    public void What_is_no_name_of_a_host_is_not_shown(string name)
    {
        using ReverseNameServer server = new(name);
        using RunningCommand watch = Start(server);
        ConnectUntil(watch, _ => server.Questions > 0);
        // If the answer were believed, some of these would show it.
        int lines = watch.Output.Count('\n');
        ConnectUntil(watch, running => running.Output.Count('\n') > lines + 20);
        watch.Signal(RunningCommand.SigTerm);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.All(outcome.Lines[1..], static line => Assert.EndsWith(" -", line, StringComparison.Ordinal));
    }

    private RunningCommand Start(ReverseNameServer server, params string[] words)
    {
        RunningCommand watch = server.Hops.Start(["watch", "--names", "--out", "--cgroup", _cgroup.Path, .. words]);
        watch.WaitUntil(_ => CgroupPrograms.Query(_cgroup.Path, BpfAttachType.CgroupSockOps).ProgramIds.Count > 0);
        return watch;
    }

    private void ConnectUntil(RunningCommand watch, Func<RunningCommand, bool> condition) => watch.WaitUntil(running =>
    {
        _cgroup.Within(static () => Connect(IPAddress.Loopback));
        return condition(running);
    });

    private static void Connect(IPAddress address)
    {
        using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndPoint!);
    }
}
