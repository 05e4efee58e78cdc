using System.Text.Json.Nodes;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>The units on a machine that systemd has booted.</summary>
public sealed class BootTests(BuiltPackage package)
{
    private static readonly string[] Units = ["hops-enable.service", "hops.service", "hops.socket"];

    [Fact]
    public void Members_of_the_group_measure_once_an_administrator_enables_the_units_and_until_the_package_is_removed()
    {
        Requires.Root();
        using PrivateMachine machine = PrivateMachine.Boot(package.Path);
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        Assert.Equal(["disabled", "disabled", "disabled"], Ask(machine, "is-enabled"));
        Assert.Equal(["inactive", "inactive", "inactive"], Ask(machine, "is-active"));
        machine.Run("useradd", "--groups", "hops", "alice");
        Assert.False(AliceMeasures(machine));

        // By the pins.
        machine.Run("systemctl", "enable", "--now", "hops-enable.service");
        Assert.True(AliceMeasures(machine));
        machine.Run("systemctl", "stop", "hops-enable.service");
        Assert.False(AliceMeasures(machine));

        // By the service, which her question starts.
        machine.Run("systemctl", "enable", "--now", "hops.socket");
        Assert.Equal("inactive", Ask(machine, "is-active")[1]);
        Assert.True(AliceMeasures(machine));
        Assert.Equal("active", Ask(machine, "is-active")[1]);
        string process = machine.Run("systemctl", "show", "--property", "MainPID", "--value", "hops.service").Trim();
        Assert.DoesNotMatch(@"(?m)^Uid:\s.*\b0\b", machine.Run("cat", $"/proc/{process}/status"));

        // Upgraded, they run the new program.
        machine.Run("systemctl", "start", "hops-enable.service");
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        Assert.Equal(["active", "active", "active"], Ask(machine, "is-active"));
        Assert.NotEqual(process, machine.Run("systemctl", "show", "--property", "MainPID", "--value", "hops.service").Trim());
        Assert.True(AliceMeasures(machine));

        machine.Run("dpkg", "--purge", "hops");
        Assert.Equal(["inactive", "inactive", "inactive"], Ask(machine, "is-active"));
        Assert.Equal("", machine.Run("find", "/etc/systemd", "/run", "/var/lib/systemd", "-name", "*hops*"));
        Assert.DoesNotContain("hops/bpf", machine.Run("cat", "/proc/self/mounts"), StringComparison.Ordinal);
    }

    /// <summary>Without rights, over IPv4: by the shared filter or not at all.</summary>
    private static bool AliceMeasures(PrivateMachine machine)
    {
        string report = machine.Try("setpriv", "--reuid", "alice", "--regid", "alice", "--init-groups", "hops", "doctor", "--json").Output;
        return JsonNode.Parse(report)!["sources"]!.AsArray().Single(static s => (string?)s!["source"] == "pinned-filter")!["works"]!.GetValue<bool>();
    }

    private static string[] Ask(PrivateMachine machine, string what) => machine.Try(["systemctl", what, .. Units]).Output.TrimEnd().Split('\n');
}
