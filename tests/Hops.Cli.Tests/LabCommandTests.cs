using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

public sealed class LabCommandTests : IDisposable
{
    private readonly string _folder;

    public LabCommandTests()
    {
        Requires.Root();
        _folder = Directory.CreateTempSubdirectory("hops-path-").FullName;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_lab_shows_the_measured_distance_beside_the_expected_one()
    {
        Leftovers leftovers = new();
        Outcome outcome = new HopsCommand { Variables = leftovers.Mark }.Run("lab", "--routers", "3");
        outcome.AssertStatus(0);
        string[][] rows = [.. outcome.Lines.Where(static line => line.Contains("IPv", StringComparison.Ordinal)).Select(Cells)];
        Assert.Equal([["3", "IPv4", "3", "3 hops (TTL 61 of 64)", "right"], ["3", "IPv6", "3", "3 hops (TTL 61 of 64)", "right"]], rows);
        Assert.Equal("", outcome.Errors);
        Assert.DoesNotContain('\u001b', outcome.Output);
        leftovers.AssertNone();
    }

    [Fact]
    public void Without_a_number_it_shows_labs_of_several_sizes()
    {
        Outcome outcome = new HopsCommand().Run("lab");
        outcome.AssertStatus(0);
        string[][] rows = [.. outcome.Lines.Where(static line => line.Contains("IPv", StringComparison.Ordinal)).Select(Cells)];
        Assert.True(rows.Length >= 8);
        Assert.All(rows, static row => Assert.StartsWith($"{row[0]} hop", row[3], StringComparison.Ordinal));
        Assert.All(rows, static row => Assert.Equal("right", row[4]));
    }

    [Fact]
    public void A_lab_that_is_killed_leaves_nothing_behind()
    {
        Leftovers leftovers = new();
        using RunningCommand running = new HopsCommand { Variables = leftovers.Mark }.Start("lab", "--routers", "62");
        running.WaitUntil(static r => Leftovers.HeldBy(r.Id) > 10);
        running.Signal(RunningCommand.SigKill);
        running.Wait().AssertStatus(128 + RunningCommand.SigKill);
        leftovers.AssertNone();
    }

    [Theory]
    [InlineData(RunningCommand.SigInt, 130)]
    [InlineData(RunningCommand.SigTerm, 143)]
    public void A_lab_that_is_interrupted_while_it_is_built_leaves_nothing_behind(int signal, int status)
    {
        Leftovers leftovers = new();
        using RunningCommand running = new HopsCommand { Variables = leftovers.Mark }.Start("lab", "--routers", "62");
        running.WaitUntil(static r => Leftovers.HeldBy(r.Id) > 10);
        running.Signal(signal);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(status);
        Assert.Equal("", outcome.Errors);
        leftovers.AssertNone();
    }

    /// <summary>A terminal sends SIGINT to <c>ip</c> as well. One that is slow is sure to be hit.</summary>
    [Fact]
    public void Ctrl_C_while_ip_is_running_ends_in_good_order()
    {
        string ip = Requires.Program("iproute2", "ip");
        string slow = Path.Combine(_folder, "ip");
        File.WriteAllText(slow, $"#!/bin/sh\nsleep 0.5\nexec {ip} \"$@\"\n");
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Leftovers leftovers = new();
        Dictionary<string, string> variables = new(leftovers.Mark) { ["PATH"] = $"{_folder}:/usr/bin:/bin" };
        using RunningCommand running = new HopsCommand { Through = ["setsid"], Variables = variables }.Start("lab", "--routers", "1");
        running.WaitUntil(static r => Leftovers.HeldBy(r.Id) == 3);
        Thread.Sleep(100);
        running.SignalGroup(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(130);
        Assert.Equal("", outcome.Errors);
        leftovers.AssertNone();
    }

    [Fact]
    public void Without_ip_it_names_the_package_that_has_it()
    {
        Outcome outcome = new HopsCommand { Variables = new Dictionary<string, string> { ["PATH"] = _folder } }.Run("lab", "--routers", "1");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("iproute2", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    private static string[] Cells(string row) => [.. row.Split('│', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
