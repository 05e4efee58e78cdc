using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>hops watch</c> on hosts whose control groups lie elsewhere, or are not there.</summary>
public sealed class WatchPlacesTests
{
    public WatchPlacesTests() => Requires.Root();

    [Fact]
    public void Without_control_groups_of_version_2_it_says_so_and_how_to_mount_them()
    {
        Outcome outcome = In("umount --recursive /sys/fs/cgroup").Run("watch", "--duration", "0.2");
        outcome.AssertStatus(4);
        Assert.Contains("no such hierarchy is mounted here: 'mount -t cgroup2 none FOLDER' mounts it", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>As on hosts with both versions, where version 2 lies beside the others.</summary>
    [Theory]
    [InlineData("/sys/fs/cgroup/unified")]
    [InlineData("/sys/fs/cgroup/with blank")]
    public void It_finds_them_where_they_are_mounted(string folder)
    {
        HopsCommand command = In($"umount --recursive /sys/fs/cgroup; mount -t tmpfs none /sys/fs/cgroup; mkdir '{folder}'; mount -t cgroup2 none '{folder}'");
        using RunningCommand watch = command.Start("watch", "--out", "--count", "1");
        watch.WaitUntil(static running => running.Output.Contains("REMOTE", StringComparison.Ordinal));
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        Outcome outcome = watch.Wait();
        outcome.AssertStatus(0);
        Assert.Contains("127.0.0.1:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_controller_of_version_1_in_use_it_works_as_well()
    {
        Outcome outcome = In(
            "mkdir /run/hops-net; mount -t cgroup -o net_cls,net_prio none /run/hops-net || mount -t cgroup -o none,name=hops none /run/hops-net")
            .Run("watch", "--duration", "0.2");
        outcome.AssertStatus(0);
    }

    /// <summary>The command in a mount namespace of its own, which was changed before.</summary>
    private static HopsCommand In(string script) => new()
    {
        Through = [Requires.Program("util-linux", "unshare"), "--mount", "bash", "-c", $"mount -t tmpfs none /run; {script}; exec \"$@\"", "bash"],
    };
}
