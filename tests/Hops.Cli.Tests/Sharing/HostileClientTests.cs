using System.Diagnostics;
using System.Globalization;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;
using Hops.TestSupport.Hostile;

namespace Hops.Cli.Tests.Sharing;

/// <summary>
/// Members of the group try to end <c>hops system serve</c>, or to keep others from getting its filter. Each runs as another user than the client that should
/// be served.
/// </summary>
public sealed class HostileClientTests(HostileClientTests.Attacked attacked) : IClassFixture<HostileClientTests.Attacked>
{
    private const string Socket = "/run/hops/hops.sock";

    public static TheoryData<string> Behaviours => [.. HostileUnixClient.Behaviours.Select(static behaviour => behaviour.Name)];

    [Theory]
    [MemberData(nameof(Behaviours))]
    public void Others_are_served_whatever_a_client_does_and_nothing_of_it_stays(string behaviour)
    {
        RunningCommand service = attacked.Service;
        attacked.AssertServes();
        int before = OpenFilesOf(service);
        using (RunningCommand attackers = attacked.Attack(65_533, behaviour, behaviour switch { "floods" => 4, "lingering-descriptors" => 10, _ => 300 }))
        {
            attacked.AssertServes();
            TimeSpan busy = TimeOf(service);
            long start = Stopwatch.GetTimestamp();
            attacked.AssertServes();
            // An attack that goes on keeps it busy.
            Assert.True(behaviour == "floods" || TimeOf(service) - busy < Stopwatch.GetElapsedTime(start) / 2, "It does not rest.");
            attackers.Input.Close();
            attackers.Wait().AssertStatus(0);
        }

        service.WaitUntil(running => OpenFilesOf(running) <= before);
    }

    [Fact]
    public void With_few_descriptors_and_one_capability_it_serves_others_while_three_users_leave_theirs_unread()
    {
        using RunningCommand service = attacked.ServeWith(
            ["prlimit", "--nofile=256:256", "setpriv", "--bounding-set", "-all,+bpf,+chown", "--inh-caps", "-all"]);
        RunningCommand[] attackers = [.. Enumerable.Range(65_531, 3).Select(user => attacked.Attack(user, "reads-nothing", 300))];
        attacked.AssertServes();
        attacked.AssertServes();
        service.WaitUntil(static running => running.Errors.Contains("has too many connections open that have not taken the filter", StringComparison.Ordinal));
        Array.ForEach(attackers, static attacker => attacker.Dispose());
        service.Signal(RunningCommand.SigTerm);
        Assert.Matches("served [0-9]+ times, refused [0-9]+ callers\n$", service.Wait().Errors);
    }

    [Fact]
    public void Without_a_descriptor_left_it_rests_says_so_and_serves_when_there_is_one()
    {
        using RunningCommand service = attacked.ServeWith([]);
        attacked.AssertServes();
        Limit(service, OpenFilesOf(service));
        // More than there may be gaps between its descriptors.
        using (RunningCommand waiting = attacked.Attack(65_533, "reads-nothing", 50))
        {
            service.WaitUntil(
                static running => running.Errors.Contains("callers have to wait: accepting one failed (Too many open files)", StringComparison.Ordinal));
            TimeSpan busy = TimeOf(service);
            Thread.Sleep(1000);
            Assert.True(TimeOf(service) - busy < TimeSpan.FromSeconds(0.5), "It does not rest.");
        }

        Limit(service, 1024);
        attacked.AssertServes();
    }

    private static void Limit(RunningCommand service, int files) => Command.Run("prlimit", $"--pid={service.Id}", $"--nofile={files}:");

    private static int OpenFilesOf(RunningCommand process) => Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length;

    private static TimeSpan TimeOf(RunningCommand process)
    {
        // proc_pid_stat(5): user and system time are the 14th and 15th field, in hundredths of a second; the second is the name, in parentheses.
        string[] fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].Split(' ');
        return TimeSpan.FromSeconds((int.Parse(fields[11], CultureInfo.InvariantCulture) + int.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0);
    }

    /// <summary>A host with a service that stands all attacks, one after the other. One that ends fails the test that it ends in.</summary>
    public sealed class Attacked : IDisposable
    {
        private readonly HostileUnixClient _hostile = HostileUnixClient.Build();
        private readonly SharedHost _host = SharedHost.Start();
        private RunningCommand? _service;

        public Attacked() => Requires.Root();

        internal RunningCommand Service => _service = _service is { HasExited: false } ? _service : ServeWith([]);

        /// <summary>Starts a service in place of the one that there was; it belongs to the caller.</summary>
        internal RunningCommand ServeWith(IReadOnlyList<string> through)
        {
            _service?.Dispose();
            _service = null;
            HopsCommand administrator = _host.Administrator;
            RunningCommand service = (administrator with { Through = [.. administrator.Through, .. through] })
                .Start("system", "serve", "--group", SharedHost.Group);
            service.WaitUntil(static running => running.Errors.Contains($"serving at {Socket}", StringComparison.Ordinal));
            return service;
        }

        /// <summary>Attacks as a member of the group, and waits until it is done.</summary>
        internal RunningCommand Attack(int user, string behaviour, int count)
        {
            HopsCommand member = _host.Program(User.Root, _hostile.Program);
            RunningCommand attackers = (member with
            {
                Through = [.. member.Through, "setpriv", "--reuid", $"{user}", "--regid", $"{user}", "--groups", SharedHost.Group, "--"],
                Input = null,
            }).Start(behaviour, Socket, $"{count}");
            attackers.WaitUntil(static running => running.Output == HostileUnixClient.Ready);
            return attackers;
        }

        /// <summary>An honest member, who may not call <c>bpf(2)</c>, gets the filter.</summary>
        internal void AssertServes()
        {
            Outcome outcome = (_host.Client(User.ContainedMember) with { Input = "" }).Run("measure", "PinnedFilter");
            outcome.AssertStatus(0);
            Assert.Equal("source PinnedFilter\n", outcome.Output);
        }

        public void Dispose()
        {
            _service?.Dispose();
            _host.Dispose();
            _hostile.Dispose();
        }
    }
}
