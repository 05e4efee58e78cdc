using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>A run that ends before its targets do.</summary>
public sealed class SignalTests
{
    public SignalTests() => Requires.Root();

    [Theory]
    [InlineData(RunningCommand.SigInt, 130, false)]
    [InlineData(RunningCommand.SigInt, 130, true)]
    [InlineData(RunningCommand.SigTerm, 143, false)]
    [InlineData(RunningCommand.SigTerm, 143, true)]
    public void What_was_measured_before_a_signal_is_printed(int signal, int status, bool json)
    {
        using SilentNetwork network = new();
        string[] targets = [network.Good, network.Good, .. Enumerable.Range(1, 100).Select(SilentNetwork.Silent)];
        using RunningCommand running = network.Hops.Start(["--timeout", "60", .. json ? ["--json"] : Array.Empty<string>(), .. targets]);
        running.WaitUntil(static r => r.Output.Count('\n') == 2);
        running.Signal(signal);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(status);
        Assert.Equal(2, outcome.Lines.Length);
        Assert.Equal("", outcome.Errors);
    }

    [Theory]
    [InlineData(RunningCommand.SigInt, 130)]
    [InlineData(RunningCommand.SigTerm, 143)]
    public void A_single_target_ends_at_once_with_the_same_status(int signal, int status)
    {
        using SilentNetwork network = new();
        // A shell's background jobs ignore SIGINT, and so do these tests then, and whom they start.
        using RunningCommand running = (network.Hops with { Through = ["env", "--default-signal=INT"] }).Start("--timeout", "60", SilentNetwork.Silent());
        running.WaitUntil(static r => IsConnecting(r.Id));
        running.Signal(signal);
        Assert.Equal(new Outcome(status, "", ""), running.Wait());
    }

    [Fact]
    public void What_waited_behind_a_slow_target_is_printed_too()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using Socket listener = lab.Server.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        string good = $"{listener.LocalEndPoint}";
        using RunningCommand running = new HopsCommand { At = lab.Client }.Start("--json", "--timeout", "60", SilentNetwork.Silent(), good, good, good);
        for (int i = 0; i < 3; i++)
        {
            using Socket connection = listener.Accept();
            // The other end closes when it has measured.
            Assert.Equal(0, connection.Receive(new byte[1]));
        }

        // From the end of the connection to the result; nothing shows that. On a busy machine a thread with a low priority waits for its turn.
        Thread.Sleep(1000);
        Assert.Equal("", running.Output);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(130);
        Assert.Equal([good, good, good], outcome.Values("target"));
    }

    [Theory]
    [InlineData(RunningCommand.SigInt, 130)]
    [InlineData(RunningCommand.SigTerm, 143)]
    public void A_signal_ends_the_wait_for_more_input(int signal, int status)
    {
        using LabServer server = LabServer.Start();
        using RunningCommand running = new HopsCommand { Input = null }.Start("--input", "-", $"127.0.0.1:{server.Port}");
        running.WaitUntil(static r => r.Output.EndsWith('\n'));
        running.Signal(signal);
        running.Wait().AssertStatus(status);
    }

    [Fact]
    public void Two_signals_at_once_are_one()
    {
        using LabServer server = LabServer.Start();
        string target = $"127.0.0.1:{server.Port}";
        using RunningCommand running = new HopsCommand().Start("--interval", "0.2", target);
        running.WaitUntil(static r => r.Output.Count('\n') >= 2);
        running.Signal(RunningCommand.SigInt);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Assert.StartsWith(
            $"{target}: {outcome.Lines.Length} attempts: 0 hops {outcome.Lines.Length} times", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    // The fourth word of a line is the state, and 02 is SYN_SENT (proc(5), include/net/tcp_states.h).
    private static bool IsConnecting(int process) =>
        File.ReadLines($"/proc/{process}/net/tcp").Any(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] == "02");

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--verbose")]
    public void A_closed_pipe_ends_quietly(string option)
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = HopsCommand.Shell($"yes 127.0.0.1:{server.Port} 2>/dev/null | \"$HOPS\" {option} --input - | head -n 1; echo \"${{PIPESTATUS[1]}}\"");
        Assert.Equal(2, outcome.Lines.Length);
        Assert.Equal("141", outcome.Lines[1]);
        Assert.Equal("", outcome.Errors);
    }
}
