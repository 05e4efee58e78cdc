using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>Does with the package what users do: installs it, uses it, removes it.</summary>
public sealed class InstallTests(BuiltPackage package)
{
    [Fact]
    public void What_is_installed_measures_and_what_is_purged_leaves_nothing_but_its_group()
    {
        Requires.Root();
        using PrivateMachine machine = PrivateMachine.Start(package.Path);
        string[] before = FilesOf(machine);
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        Assert.Equal("", machine.Run("dpkg", "--verify", "hops"));
        Assert.NotEqual(before, FilesOf(machine));
        int group = GroupOf(machine);
        Assert.InRange(group, 1, 999);

        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        Assert.Contains(" is 0 (socket-filter)", machine.Run("hops", $"tcp4://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}"), StringComparison.Ordinal);

        machine.Run("hops", "system", "enable");
        Assert.True(Directory.Exists(machine.File("/run/hops/bpf/v1")));
        Assert.Contains(" /run/hops/bpf ", machine.Run("cat", "/proc/self/mounts"), StringComparison.Ordinal);

        machine.Run("dpkg", "--purge", "hops");
        Assert.Equal(before, FilesOf(machine));
        Assert.DoesNotContain("hops/bpf", machine.Run("cat", "/proc/self/mounts"), StringComparison.Ordinal);
        // Files may belong to it.
        Assert.Equal(group, GroupOf(machine));
    }

    [Fact]
    public void The_group_is_made_without_systemd_too_and_a_group_that_is_there_is_kept()
    {
        Requires.Root();
        using PrivateMachine machine = PrivateMachine.Start(package.Path);
        string sysusers = machine.Run("sh", "-c", "command -v systemd-sysusers || true").Trim();
        if (sysusers.Length > 0)
        {
            File.Delete(machine.File(sysusers));
        }

        machine.Run("dpkg", "--install", PrivateMachine.Package);
        int group = GroupOf(machine);
        Assert.InRange(group, 1, 999);
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        Assert.Equal(group, GroupOf(machine));
    }

    [Fact]
    public void Systemd_finds_nothing_wrong_with_the_installed_units()
    {
        Requires.Program("systemd", "systemd-analyze");
        Assert.Equal((0, "", ""), package.Machine.Try("sh", "-c", "exec systemd-analyze verify /usr/lib/systemd/system/hops*"));
    }

    private static int GroupOf(PrivateMachine machine) => int.Parse(machine.Run("getent", "group", "hops").Split(':')[2], CultureInfo.InvariantCulture);

    /// <summary>All files but those in which dpkg and man keep their own books, and what adding a group changes.</summary>
    private static string[] FilesOf(PrivateMachine machine) => [.. machine.Run("find", "/etc", "/opt", "/run", "/usr", "/var", "-xdev").Split('\n')
        .Where(static file => !file.StartsWith("/var/cache/man", StringComparison.Ordinal) && !file.StartsWith("/var/lib/dpkg/", StringComparison.Ordinal)
            && file is not ("/etc/group-" or "/etc/gshadow-" or "/etc/.pwd.lock" or "/var/log/dpkg.log"))
        .Order(StringComparer.Ordinal)];
}
