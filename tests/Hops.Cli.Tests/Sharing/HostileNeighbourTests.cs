using System.Globalization;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>
/// A member of the group tries to make others read wrong distances, with a C program that tries everything. They may read unknown, but never wrong.
/// </summary>
public sealed partial class HostileNeighbourTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-neighbour-").FullName;
    private readonly SharedHost _host;

    public HostileNeighbourTests()
    {
        Requires.Root();
        string program = Path.Combine(_folder, "neighbour");
        CCompiler.Build(File.ReadAllText(Repository.File("tests/Hops.Cli.Tests/Data/neighbour.c")), program);
        Command.Run("chmod", "a+rx", _folder);
        _host = SharedHost.Start();
        Neighbour = _host.Program(User.Member, program);
    }

    private HopsCommand Neighbour { get; }

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_would_make_readings_wrong_is_refused()
    {
        string folder = _host.Enable(SharedHost.Group);
        string status = _host.Administrator.Run("system", "status", "--json").Output;
        Thread.Sleep(1100);
        Outcome outcome = Neighbour.Run("try", folder);
        outcome.AssertStatus(0);
        Assert.Equal(
            """
            update EPERM
            update-batch EPERM
            delete EPERM
            map-writable EPERM
            make-writable EACCES
            open-filter-for-writing EACCES
            make-map EPERM
            load-program EPERM
            pin EACCES
            unlink EACCES
            replace EACCES
            mkdir EACCES
            symlink EACCES
            link EPERM
            chmod EPERM
            chown EPERM
            unlink-current EACCES
            rename-current EACCES
            rmdir EACCES
            unmount EPERM
            lock EACCES
            touch-filter EACCES
            raw-socket EPERM
            packet-socket EPERM
            touch-slots OK

            """,
            outcome.Output);

        // Not even the time of the pin can be changed.
        Assert.Equal(status, _host.Administrator.Run("system", "status", "--json").Output);
        Assert.Equal(folder, _host.Enable(SharedHost.Group));
    }

    [Fact]
    public void Running_the_filter_on_packets_of_its_own_takes_no_slot()
    {
        Outcome outcome = Neighbour.Run("sweep", _host.Enable(SharedHost.Group));
        outcome.AssertStatus(0);
        Assert.Equal("done 131072 before 0 after 0\n", outcome.Output);
    }

    [Fact]
    public void A_victim_reads_right_or_unknown_while_it_attacks()
    {
        const int Seconds = 5;
        string folder = _host.Enable(SharedHost.Group);
        using LabServer near = LabServer.Start(initialTtl: 100);
        using LabServer far = LabServer.Start(initialTtl: 200);
        RunningCommand[] attackers = [.. Enumerable.Range(0, 2).Select(_ => Neighbour.Start("attack", folder, $"{near.Port}", $"{Seconds}"))];
        using RunningCommand victim = _host.Client(User.Member).Start("measure", "PinnedFilter");
        Array.ForEach(attackers, static attacker => attacker.WaitUntil(static running => running.Output == "attacking\n"));
        victim.Input.WriteLine($"measure 127.0.0.1 {near.Port},{far.Port} 5000 2");
        victim.Input.Close();
        Outcome outcome = victim.Wait();
        outcome.AssertStatus(0);
        Assert.Equal("source PinnedFilter", outcome.Lines[0]);

        int unknown = 0;
        int right = 0;
        foreach (Match reading in Reading().Matches(outcome.Lines[1]))
        {
            int[] numbers = [.. reading.Groups.Values.Skip(1).Select(static group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
            int expected = numbers[0] == near.Port ? 100 : 200;
            Assert.True(numbers[1] == expected || numbers[1] == 0, outcome.Lines[1]);
            unknown += numbers[1] == 0 ? numbers[2] : 0;
            right += numbers[1] == 0 ? 0 : numbers[2];
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{right} right, {unknown} unknown");
        Assert.Equal(10_000, right + unknown);
        Assert.True(right > 5_000, outcome.Output);
        foreach (RunningCommand attacker in attackers)
        {
            Outcome attack = attacker.Wait();
            attack.AssertStatus(0);
            TestContext.Current.TestOutputHelper?.WriteLine(attack.Output);
            Assert.Matches(@"rounds [1-9]\d* received [1-9]\d* connected [1-9]\d* used [1-9]", attack.Output);
            attacker.Dispose();
        }
    }

    [Fact]
    public void Binding_an_older_map_to_the_filter_keeps_nobody_from_opening_it()
    {
        using RunningCommand neighbour = (Neighbour with { Input = null }).Start("bind", _host.Enable(SharedHost.Group));
        neighbour.WaitUntil(static running => running.Output == "opened\n");
        _host.Enable("61235");
        string folder = _host.Enable(SharedHost.Group);
        neighbour.Input.WriteLine(folder);
        neighbour.Input.Close();
        Assert.Equal("opened\nbind OK\n", neighbour.Wait().Output);

        using LabServer server = LabServer.Start(initialTtl: 200);
        using RunningCommand victim = _host.Client(User.Member).Start("measure", "PinnedFilter");
        victim.Input.WriteLine($"measure 127.0.0.1 {server.Port} 3 1");
        victim.Input.Close();
        Outcome outcome = victim.Wait();
        outcome.AssertStatus(0);
        Assert.Equal($"{server.Port}:200=3", outcome.Lines[1]);
    }

    [GeneratedRegex(@"(\d+):(\d+)=(\d+)")]
    private static partial Regex Reading();
}
