using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary><c>hops system enable</c> and <c>disable</c>, while others do the same and while others measure.</summary>
public sealed class EnableTests
{
    private const string OtherGroup = "61235";

    public EnableTests() => Requires.Root();

    [Fact]
    public void Eight_at_once_all_succeed_and_one_filter_stays()
    {
        using SharedHost host = SharedHost.Start();
        using LabServer server = LabServer.Start();
        int measured = 0;
        for (int round = 0; round < 4; round++)
        {
            // Each round asks for another group than the one before, so each replaces the shared filter; in the third and fourth round the processes disagree.
            RunningCommand[] enabling =
            [
                .. Enumerable.Range(0, 8).Select(i =>
                    host.Administrator.Start("system", "enable", "--group", (round < 2 ? round : i) % 2 == 0 ? SharedHost.Group : OtherGroup)),
            ];
            RunningCommand[] measuring = [.. Enumerable.Range(0, 4).Select(_ => host.Client(User.Member).Start("measure", "PinnedFilter"))];
            foreach (RunningCommand client in measuring)
            {
                try
                {
                    client.Input.WriteLine($"measure 127.0.0.1 {server.Port} 100 1");
                    client.Input.Close();
                }
                catch (IOException)
                {
                    // It was refused, and has ended.
                }
            }

            Outcome[] enabled = [.. enabling.Select(static running => running.Wait())];
            Assert.All(enabled, static outcome => outcome.AssertStatus(0));
            foreach (Outcome outcome in measuring.Select(static client => client.Wait()))
            {
                // Refused, because nothing was there yet or it was the other group's. Never an accident.
                Assert.True(
                    (outcome.Status == 0 && outcome.Output == $"source PinnedFilter\n{server.Port}:64=100\n")
                    || (outcome.Status == 4 && outcome.Output == ""
                        && (outcome.Errors.Contains("is not there", StringComparison.Ordinal)
                            || outcome.Errors.Contains("members of the group 61235", StringComparison.Ordinal))),
                    $"{outcome}");
                measured += outcome.Status == 0 ? 1 : 0;
            }

            Array.ForEach(enabling, static running => running.Dispose());
            Array.ForEach(measuring, static running => running.Dispose());
            if (round < 2)
            {
                // The first made it, and the others found it.
                Assert.Single(enabled.Select(SharedHost.FolderOf).Distinct());
            }

            AssertOneGeneration(host);
        }

        Assert.NotEqual(0, measured);
    }

    [Fact]
    public void Enabling_again_changes_nothing()
    {
        using SharedHost host = SharedHost.Start();
        Assert.Equal(host.Enable(SharedHost.Group), host.Enable(SharedHost.Group));
        AssertOneGeneration(host);
    }

    [Fact]
    public void Who_opened_the_filter_before_it_was_replaced_or_removed_goes_on_measuring()
    {
        using SharedHost host = SharedHost.Start();
        using LabServer server = LabServer.Start(initialTtl: 200);
        string first = host.Enable(SharedHost.Group);
        using RunningCommand client = host.Client(User.Member).Start("measure", "PinnedFilter");
        List<string> answers = ["source PinnedFilter"];
        Expect("arm 127.0.0.1", "armed");
        Expect("arm ::1", "armed");
        ExpectMeasured("127.0.0.1");

        Assert.NotEqual(first, host.Enable(OtherGroup));
        AssertOneGeneration(host);
        using RunningCommand late = (host.Client(User.Member) with { Input = "" }).Start("measure", "PinnedFilter");
        Assert.Equal(4, late.Wait().Status);
        // The first of these was armed before.
        ExpectMeasured("127.0.0.1");

        host.Administrator.Run("system", "disable").AssertStatus(0);
        ExpectMeasured("::1");
        ExpectMeasured("127.0.0.1");
        client.Input.Close();
        client.Wait().AssertStatus(0);

        void ExpectMeasured(string address) => Expect($"measure {address} {server.Port} 3 1", $"{server.Port}:200=3");

        void Expect(string order, string answer)
        {
            answers.Add(answer);
            string expected = string.Join('\n', answers) + "\n";
            client.Input.WriteLine(order);
            client.WaitUntil(running => running.Output.Length >= expected.Length);
            Assert.Equal(expected, client.Output);
        }
    }

    [Fact]
    public void Disabling_leaves_nothing_and_may_be_repeated()
    {
        using SharedHost host = SharedHost.WithPins();
        for (int i = 0; i < 2; i++)
        {
            host.Administrator.Run("system", "disable").AssertStatus(0);
            Assert.Equal("lock\n", (host.Administrator with { Program = "ls" }).Run("/run/hops").Output);
        }

        host.Hops(User.Stranger).Run("system", "status").AssertStatus(1);
    }

    [Theory]
    [InlineData("enable")]
    [InlineData("disable")]
    public void An_ordinary_user_is_told_to_ask_for_root(string verb)
    {
        using SharedHost host = SharedHost.WithPins();
        foreach (User user in (User[])[User.WithCapBpf, User.Member, User.Stranger])
        {
            Outcome outcome = host.Hops(user).Run("system", verb);
            outcome.AssertStatus(4);
            Assert.Equal("", outcome.Output);
            Assert.Contains("needs root", outcome.Errors, StringComparison.Ordinal);
            Assert.Contains($"sudo hops system {verb}\n", outcome.Errors, StringComparison.Ordinal);
        }

        AssertOneGeneration(host);
    }

    [Fact]
    public void Root_sees_who_can_write_to_the_slots_and_others_that_they_cannot()
    {
        using SharedHost host = SharedHost.WithPins();
        Assert.Contains(Environment.OSVersion.Version >= new Version(6, 18)
            ? "\nwriters  the filter alone: the kernel lets no other program use the slots\n"
            : "\nwriters  the filter; no other program is seen", host.Administrator.Run("system", "status").Output, StringComparison.Ordinal);
        Assert.All((User[])[User.Member, User.WithCapBpf], user => Assert.Contains(
            "\nwriters  not known: only root can look for other programs\n", host.Hops(user).Run("system", "status").Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Root_without_the_right_to_look_keeps_no_slots_and_is_told_what_is_missing()
    {
        using SharedHost host = SharedHost.Start();
        string first = host.Enable(SharedHost.Group);
        string[] withCapChown = ["setpriv", "--bounding-set", "-all,+chown", "--inh-caps", "-all"];
        HopsCommand limited = host.Administrator with { Through = [.. host.Administrator.Through, .. withCapChown] };
        Outcome status = limited.Run("system", "status");
        Assert.Contains("\nwriters  not known", status.Output, StringComparison.Ordinal);
        Outcome refused = limited.Run("system", "enable", "--group", SharedHost.Group);
        refused.AssertStatus(4);
        Assert.Contains("needs CAP_BPF", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(first, host.Enable(SharedHost.Group));
    }

    [Fact]
    public void What_was_not_used_any_more_is_replaced_and_said_to_be()
    {
        using SharedHost host = SharedHost.Start();
        string first = host.Enable(SharedHost.Group);
        (host.Administrator with { Program = "chown" }).Run("65534", $"{first}/filter").AssertStatus(0);
        Outcome outcome = host.Administrator.Run("system", "enable", "--group", SharedHost.Group);
        outcome.AssertStatus(0);
        Assert.NotEqual(first, SharedHost.FolderOf(outcome));
        Assert.Contains("the earlier pins were replaced: ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("belongs to user 65534, not to root", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("programs that have opened the old filter keep it, so restart them", outcome.Errors, StringComparison.Ordinal);
        AssertOneGeneration(host);
    }

    [Fact]
    public void While_everyone_may_load_eBPF_nothing_is_shared_and_nothing_shared_is_used()
    {
        // A file like that of the sysctl, because the real one affects the whole host.
        using SharedHost host = SharedHost.WithPins("echo 2 >/run/setting && mount --bind /run/setting /proc/sys/kernel/unprivileged_bpf_disabled");
        using LabServer server = LabServer.Start();
        host.Hops(User.Member).Run($"127.0.0.1:{server.Port}").AssertStatus(0);
        (host.Administrator with { Program = "sh" }).Run("-c", "echo 0 >/run/setting").AssertStatus(0);

        const string Reason = "a shared filter cannot be trusted here";
        const string Remedy = "sudo sysctl kernel.unprivileged_bpf_disabled=2";
        foreach (Outcome refused in (Outcome[])
        [
            host.Administrator.Run("system", "enable", "--group", OtherGroup),
            host.Administrator.Run("system", "serve", "--group", SharedHost.Group),
            (host.Client(User.Member) with { Input = "" }).Run("measure", "PinnedFilter"),
        ])
        {
            refused.AssertStatus(4);
            Assert.Contains(Reason, refused.Errors, StringComparison.Ordinal);
            Assert.Contains(Remedy, refused.Errors, StringComparison.Ordinal);
        }

        Outcome root = host.Administrator.Run("--json", $"127.0.0.1:{server.Port}");
        root.AssertStatus(0);
        Assert.Equal(["socket-filter"], root.Values("source"));
        AssertOneGeneration(host);
    }

    // Whatever was done: one filter, and a link to it.
    private static void AssertOneGeneration(SharedHost host)
    {
        string[] names = (host.Administrator with { Program = "ls" }).Run("/run/hops/bpf/v1").Lines;
        Assert.Equal(2, names.Length);
        Assert.Contains("current", names);
        Assert.Equal("filter\nslots\n", (host.Administrator with { Program = "ls" }).Run("/run/hops/bpf/v1/current/").Output);
    }
}
