using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Repeating;

/// <summary>Tests the rate of connections as the server sees it, and that a slow one does not delay others with --no-order.</summary>
public sealed class PaceTests
{
    public PaceTests() => Requires.Root();

    [Fact]
    public void A_rate_is_that_of_all_targets_together()
    {
        using Socket listener = Listen(null, IPAddress.Any);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using RunningCommand running = new HopsCommand().Start(["--rate", "20", .. Enumerable.Range(1, 40).Select(i => $"127.0.0.{i}:{port}")]);
        TimeSpan[] times = Accept(listener, 40);
        running.Wait().AssertStatus(0);
        // On a slow machine the first ones come late, and less evenly than they were sent.
        Assert.True(times[39] - times[9] > TimeSpan.FromSeconds(1.2), $"{times[39] - times[9]}");
    }

    [Fact]
    public void One_host_is_spared_unless_it_is_this_machine()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using Socket listener = Listen(lab.Server, lab.ServerAddress(AddressFamily.InterNetwork));
        using RunningCommand running = new HopsCommand { At = lab.Client }.Start("--count", "32", $"{listener.LocalEndPoint}");
        // Eleven at once, and then ten a second.
        TimeSpan[] times = Accept(listener, 32);
        running.Wait().AssertStatus(0);
        Assert.True(times[31] - times[11] > TimeSpan.FromSeconds(1.5), $"{times[31] - times[11]}");

        using LabServer own = LabServer.Start();
        long start = Stopwatch.GetTimestamp();
        new HopsCommand().Run("--count", "300", "--quiet", $"127.0.0.1:{own.Port}").AssertStatus(0);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(25));
    }

    [Fact]
    public void A_measurement_by_minimum_TTL_counts_as_all_its_connections()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        long start = Stopwatch.GetTimestamp();
        Outcome outcome = new HopsCommand { At = lab.Client }.Run(
            "--source", "minimum-ttl", "--count", "2", $"{lab.ServerAddress(AddressFamily.InterNetwork)}:{server.Port}");
        outcome.AssertStatus(0);
        // 24 connections at 10 a second, of which one second's worth may come at once.
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(1.4));
    }

    [Fact]
    public void Different_hosts_do_not_wait_for_each_other()
    {
        HostPace pace = new(perSecond: 1);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        for (int i = 0; i < 65_536; i++)
        {
            pace.Wait(new IPAddress([198, 18, (byte)(i / 256), (byte)i]), 1, limit.Token);
        }

        Assert.False(limit.IsCancellationRequested);
    }

    [Theory]
    [InlineData("--rate", "1")]
    [InlineData("--rate-per-host", "1")]
    public void A_signal_ends_the_wait(string option, string value)
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        using RunningCommand running = new HopsCommand { At = lab.Client }.Start(
            option, value, "--count", "1000", $"{lab.ServerAddress(AddressFamily.InterNetwork)}:{server.Port}");
        running.WaitUntil(static r => r.Output.Count('\n') >= 2);
        running.Signal(RunningCommand.SigInt);
        running.Wait().AssertStatus(130);
    }

    [Fact]
    public void Without_order_a_silent_target_holds_up_no_line()
    {
        using SilentNetwork network = new();
        string[] targets = [SilentNetwork.Silent(), network.Good, network.Good, network.Good];
        using RunningCommand running = network.Hops.Start(["--no-order", "--json", "--timeout", "60", .. targets]);
        running.WaitUntil(static r => r.Output.Count('\n') == 3);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(130);
        Assert.Equal(targets[1..], outcome.Values("target"));
    }

    private static Socket Listen(NetworkNamespace? at, IPAddress address)
    {
        Socket listener = at is null ? New() : at.Run(New);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(1024);
        return listener;

        static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    }

    /// <summary>When each connection came.</summary>
    private static TimeSpan[] Accept(Socket listener, int connections)
    {
        TimeSpan[] times = new TimeSpan[connections];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < connections; i++)
        {
            Assert.True(listener.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
            listener.Accept().Dispose();
            times[i] = Stopwatch.GetElapsedTime(start);
        }

        return times;
    }
}
