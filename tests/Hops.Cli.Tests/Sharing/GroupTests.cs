using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>The filter is shared with the intended group, or not at all.</summary>
public sealed class GroupTests : IDisposable
{
    // A private /etc, in which groups can be made.
    private const string OwnEtc =
        "cp -a /etc /run/etc && mount --bind /run/etc /etc && sed -i '/^hops:/d;/^monitor:/d' /etc/group /etc/gshadow && groupadd --gid 61236 monitor";

    private readonly SharedHost _host;

    public GroupTests()
    {
        Requires.Root();
        _host = SharedHost.Start(OwnEtc);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_usual_group_is_made_once_and_that_is_said()
    {
        Outcome first = _host.Administrator.Run("system", "enable");
        first.AssertStatus(0);
        Assert.Contains("created the system group hops\n", first.Errors, StringComparison.Ordinal);
        Assert.Contains("with the members of the group hops,", first.Output, StringComparison.Ordinal);
        Outcome second = _host.Administrator.Run("system", "enable");
        second.AssertStatus(0);
        Assert.DoesNotContain("made", second.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enable")]
    [InlineData("serve")]
    public void Another_group_that_does_not_exist_is_not_made_and_what_was_shared_stays(string verb)
    {
        string folder = _host.Enable("monitor");
        string groups = Groups();
        Outcome outcome = _host.Administrator.Run("system", verb, "--group", "monitro");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("there is no group 'monitro'\n", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("remedy: choose another with --group, or make it: sudo groupadd --system monitro ", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(groups, Groups());
        Assert.Equal(folder, _host.Enable("monitor"));
    }

    [Fact]
    public void Replacing_what_was_shared_with_others_is_said()
    {
        _host.Enable("monitor");
        Outcome same = _host.Administrator.Run("system", "enable", "--group", "61236");
        same.AssertStatus(0);
        Assert.DoesNotContain("until now", same.Errors, StringComparison.Ordinal);

        Outcome everyone = _host.Administrator.Run("system", "enable", "--everyone");
        everyone.AssertStatus(0);
        Assert.Contains("until now it was shared with the members of the group monitor, ", everyone.Errors, StringComparison.Ordinal);
        Outcome group = _host.Administrator.Run("system", "enable", "--group", "monitor");
        group.AssertStatus(0);
        Assert.Contains("until now it was shared with all users, ", group.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advice_for_a_group_without_a_name_works()
    {
        Outcome enabled = _host.Administrator.Run("system", "enable", "--group", "61237");
        enabled.AssertStatus(0);
        Assert.Contains("sudo groupadd --gid 61237 NAME, then sudo usermod -aG NAME USER", enabled.Errors, StringComparison.Ordinal);
        Outcome refused = _host.Hops(User.Stranger).Run("--source", "pinned-filter", "127.0.0.1:1");
        Assert.Contains(
            "remedy: sudo groupadd --gid 61237 NAME, sudo usermod -aG NAME USER, then log in again (containers: --group-add 61237)\n",
            refused.Errors, StringComparison.Ordinal);

        // What is said, word for word.
        HopsCommand shell = _host.Administrator with { Program = "sh" };
        shell.Run("-ec", "groupadd --gid 61237 measuring; useradd --no-create-home alice; usermod -aG measuring alice").AssertStatus(0);
        HopsCommand hops = _host.Hops(User.Root);
        (hops with { Through = [.. hops.Through, "setpriv", "--reuid", "alice", "--regid", "alice", "--init-groups"] }).Run("system", "status").AssertStatus(0);
    }

    [Theory]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("0100")]
    [InlineData("99999999999999999999")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("domain\\users")]
    [InlineData("-x")]
    [InlineData("an-unreasonably-long-name-of-33-ch")]
    public void What_is_no_name_and_no_number_is_wrong_usage(string group)
    {
        Outcome outcome = _host.Administrator.Run("system", "enable", $"--group={group}");
        outcome.AssertStatus(2);
        Assert.Contains(
            "--group takes the name of a group (up to 32 letters, digits, '.', '_' and '-', which is not first) or a number from 0 to 4294967294",
            outcome.Errors, StringComparison.Ordinal);
        _host.Administrator.Run("system", "status").AssertStatus(1);
    }

    [Theory]
    [InlineData("mount -o remount,ro /run", "making /run/hops failed: Read-only file system", "run it where root can write to /run;")]
    [InlineData(
        "mkdir -m 0755 /run/hops && mount -o remount,ro /run", "opening /run/hops/lock failed: Read-only file system",
        "run it where root can write to /run/hops;")]
    public void A_read_only_folder_is_blamed_itself(string setUp, string reason, string remedy)
    {
        using SharedHost host = SharedHost.Start(setUp);
        foreach (string verb in (string[])["enable", "serve"])
        {
            Outcome outcome = host.Administrator.Run("system", verb, "--everyone");
            outcome.AssertStatus(4);
            Assert.Contains(reason, outcome.Errors, StringComparison.Ordinal);
            Assert.Contains(remedy, outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("another process", outcome.Errors, StringComparison.Ordinal);
        }
    }

    private string Groups() => (_host.Administrator with { Program = "getent" }).Run("group").Output;
}
