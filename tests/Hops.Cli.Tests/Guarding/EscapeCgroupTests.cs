using Hops.Cli.Tests.Support;
using Hops.Guard;
using Hops.Host.Guarding;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program moves to other control groups.</summary>
public sealed class EscapeCgroupTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    private const string ForAll = "0777";

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void Other_control_groups_are_not_entered(Promise promise)
    {
        using TemporaryCgroup sibling = TemporaryCgroup.Create();
        using TemporaryCgroup delegated = TemporaryCgroup.Create();
        Delegate(delegated);
        Outcome outcome = lab.Run(promise, "cgroups", TemporaryCgroup.Root, sibling.Path, delegated.Path);
        Assert.Equal(17, outcome.Lines.Length);
        // Only where it may write to a cgroup does the kernel come to ask for the one above both.
        Assert.All(outcome.Lines.Where(static line => !line.StartsWith("still", StringComparison.Ordinal)), static line =>
            Assert.EndsWith(" EACCES", line, StringComparison.Ordinal));
        Assert.Equal("OK", outcome.Said("still-there"));
    }

    /// <summary>
    /// The control: the same attempts, where the user also owns the cgroup above. The kernel reports for threads, later, that it moves none to there.
    /// </summary>
    [Fact]
    public void A_user_moves_between_control_groups_that_are_its_own()
    {
        string program = lab.Program("cgroups");
        using TemporaryCgroup parent = TemporaryCgroup.Create();
        using TemporaryCgroup from = TemporaryCgroup.Create(parent);
        using TemporaryCgroup to = TemporaryCgroup.Create(parent);
        Delegate(parent);
        Delegate(to);
        Assert.Equal("procs OK\nthreads EOPNOTSUPP\nclone OK", from.Run($"exec setpriv --reuid {EscapeLab.User} --clear-groups {program} enter {to.Path}"));
    }

    /// <summary>Why a guarded program is never root's.</summary>
    [Fact]
    public void Root_leaves_a_guarded_control_group_even_without_any_capability()
    {
        string program = lab.Program("cgroups");
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        HopGuardOptions policy = new() { MinimumHops = 3, AllowedSpecialPurposeNetworks = { "198.18.0.0/15" } };
        using HostGuard guard = lab.Network.Client.Run(() => HostGuard.Start(new() { Cgroup = cgroup.Path, Policy = policy }));
        string enter = $"nsenter --net={lab.Network.Client.Path} setpriv --bounding-set -all --inh-caps -all --no-new-privs {program}";
        Assert.Equal("waiting\nwaited ECONNABORTED", cgroup.Run($"echo | {enter} wait {lab.Near} {lab.Port}"));
        Assert.Empty(lab.Arrived());
        Assert.Equal("moved OK", cgroup.Run($"exec {enter} move {TemporaryCgroup.Root} {lab.Near} {lab.Port}"));
        Assert.Equal(["moved"], lab.Arrived());
    }

    /// <summary>Each in a hierarchy that only the command sees: a cgroup is its root.</summary>
    [Theory]
    [InlineData("true", 0, "")]
    [InlineData("chmod 0666 $ROOT/cgroup.procs", 125, "may write to")]
    [InlineData("chmod 0666 $ROOT/cgroup.threads", 125, "may write to")]
    [InlineData("chmod 0777 $ROOT", 125, "may write to")]
    [InlineData("mkdir $ROOT/hops.guard && chmod 0666 $ROOT/hops.guard/cgroup.procs", 125, "may write to")]
    [InlineData("mkdir $ROOT/hops.guard && chown 61236 $ROOT/hops.guard", 125, "others than root may write to")]
    [InlineData("mkdir $ROOT/hops.guard && chmod 0775 $ROOT/hops.guard", 125, "others than root may write to")]
    public void A_guard_does_not_begin_where_its_program_could_leave(string before, int status, string said)
    {
        using PrivateCgroups cgroups = new(before);
        Outcome outcome = (lab.Command(Promise.Misled) with { Through = cgroups.Through }).Run([.. lab.Words(Promise.Misled), "id", "-u"]);
        outcome.AssertStatus(status);
        Assert.Equal(status == 0 ? "61236\n" : "", outcome.Output);
        Assert.Contains(said, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_group_that_root_makes_below_is_guarded_too()
    {
        using RunningCommand program = lab.Start(Promise.Misled, "cgroups", "wait", lab.Near, $"{lab.Port}");
        program.WaitUntil(static running => running.Output == "waiting\n");
        string guarded = $"{TemporaryCgroup.Root}/hops.guard/guard-{program.Id}";
        string below = $"{guarded}/below";
        Directory.CreateDirectory(below);
        string process = File.ReadAllLines($"{guarded}/cgroup.procs").Single();
        File.WriteAllText($"{below}/cgroup.procs", process);
        program.Input.WriteLine();
        program.WaitUntil(static running => running.Output.Contains("waited", StringComparison.Ordinal));
        File.WriteAllText($"{guarded}/cgroup.procs", File.ReadAllLines($"{below}/cgroup.procs").Single());
        Directory.Delete(below);
        program.Input.Close();
        Assert.Equal("waiting\nwaited ECONNABORTED\n", program.Wait().Output);
        Assert.Empty(lab.Arrived());
        Assert.False(Directory.Exists(guarded));
    }

    private static void Delegate(TemporaryCgroup cgroup)
    {
        Command.Run("chmod", ForAll, cgroup.Path);
        Command.Run("chmod", "0666", $"{cgroup.Path}/cgroup.procs", $"{cgroup.Path}/cgroup.threads");
    }
}
