using System.Text.Json.Nodes;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary><c>hops watch --unit</c> on a machine that systemd has booted.</summary>
public sealed class UnitTests(BuiltPackage package)
{
    // Clients can connect to a socket of systemd before a program accepts.
    private const string Socket = """
        [Socket]
        ListenStream=127.0.0.1:7001
        """;

    private const string Sleeps = """
        [Service]
        ExecStart=/bin/sleep infinity
        """;

    private const string Connects = """
        [Service]
        ExecStart=/bin/bash -c 'while sleep 0.05; do : </dev/tcp/127.0.0.1/7001; done'
        Slice=web-front.slice
        """;

    [Fact]
    public void A_unit_of_a_real_systemd_is_found_by_its_name_watched_alone_and_told()
    {
        Requires.Root();
        using PrivateMachine machine = BootWithConnections();
        Write(machine, @"web\x2dapp@1.service", Connects);
        machine.Run("systemctl", "start", @"web\x2dapp@1.service");
        foreach (string name in (string[])[@"web\x2dapp@1", @"web\x2dapp@1.service", "web-front.slice"])
        {
            string lines = machine.Run("hops", "watch", "--unit", name, "--out", "--json", "--count", "3", "--duration", "30");
            JsonNode[] told = [.. lines.TrimEnd('\n').Split('\n').Select(static line => JsonNode.Parse(line)!)];
            Assert.Equal(3, told.Length);
            Assert.All(told, connection => Assert.Equal(7001, (int)connection["remotePort"]!));
            if (name != "web-front.slice")
            {
                Assert.All(told, static connection => Assert.Equal(@"web\x2dapp@1.service", (string?)connection["unit"]));
                Assert.All(told, static connection => Assert.Equal(@"/web.slice/web-front.slice/web\x2dapp@1.service", (string?)connection["cgroup"]));
            }
        }

        machine.Run("systemctl", "stop", @"web\x2dapp@1.service");
        (int status, _, string errors) = machine.Try("hops", "watch", "--unit", @"web\x2dapp@1");
        Assert.True(status == 4, errors);
        Assert.Contains(@"No unit 'web\x2dapp@1.service' of this host", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_of_the_package_tells_connections_with_three_capabilities_and_leaves_nothing()
    {
        Requires.Root();
        using PrivateMachine machine = BootWithConnections();
        // This machine has no journal.
        Directory.CreateDirectory(machine.File("/etc/systemd/system/hops-watch.service.d"));
        File.WriteAllText(machine.File("/etc/systemd/system/hops-watch.service.d/output.conf"), "[Service]\nStandardOutput=file:/watched\n");
        machine.Run("systemctl", "start", "hops-watch.service");
        JsonNode? told = null;
        string lines = "";
        for (int i = 0; i < 100 && told is null; i++)
        {
            lines = machine.Run("cat", "/watched");
            told = lines.Split('\n')[..^1].Select(static line => JsonNode.Parse(line)!)
                .FirstOrDefault(static one => (int)one["remotePort"]! == 7001);
            Thread.Sleep(100);
        }

        Assert.True(told is not null, $"{machine.Try("systemctl", "status", "--no-pager", "hops-watch.service").Output}\n{lines}");
        Assert.Equal(("outgoing", "bash", 64), ((string?)told["direction"], (string?)told["command"], (int?)told["receivedTtl"]));
        string process = machine.Run("systemctl", "show", "--property", "MainPID", "--value", "hops-watch.service").Trim();
        Assert.All(Threads(machine, process), static status =>
        {
            // CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF.
            Assert.Contains("CapPrm:\t000000c000001000\n", status, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?m)^Uid:\s.*\b0\b", status);
        });
        Assert.Contains("\nwatches  1 ", machine.Try("hops", "system", "status").Output, StringComparison.Ordinal);
        machine.Run("systemctl", "stop", "hops-watch.service");
        Assert.DoesNotContain("watches", machine.Try("hops", "system", "status").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Started_as_root_a_watch_ceases_to_be_root_with_all_its_threads()
    {
        Requires.Root();
        using PrivateMachine machine = BootWithConnections();
        Write(machine, "watch.service", """
            [Service]
            ExecStart=/usr/bin/hops watch --out
            StandardOutput=file:/watched
            """);
        machine.Run("systemctl", "start", "watch.service");
        string process = machine.Run("systemctl", "show", "--property", "MainPID", "--value", "watch.service").Trim();
        for (int i = 0; i < 100 && !machine.Run("cat", "/watched").Contains("bash[", StringComparison.Ordinal); i++)
        {
            Thread.Sleep(100);
        }

        // It goes on telling.
        Assert.Contains("bash[", machine.Run("cat", "/watched"), StringComparison.Ordinal);
        Assert.All(Threads(machine, process), static status =>
        {
            Assert.Contains("CapPrm:\t0000000000000000\n", status, StringComparison.Ordinal);
            Assert.Matches(@"(?m)^Uid:\t65534\t65534\t65534\t65534$", status);
            Assert.Matches(@"(?m)^Gid:\t65534\t65534\t65534\t65534$", status);
            Assert.Matches(@"(?m)^Groups:\s*$", status);
        });
    }

    /// <summary>
    /// A machine on which a service connects again and again: commands of these tests are not below the machine's root of the control groups.
    /// </summary>
    private PrivateMachine BootWithConnections()
    {
        PrivateMachine machine = PrivateMachine.Boot(package.Path);
        try
        {
            machine.Run("dpkg", "--install", PrivateMachine.Package);
            Write(machine, "listens.socket", Socket);
            Write(machine, "listens.service", Sleeps);
            Write(machine, "other.service", Connects);
            machine.Run("systemctl", "start", "listens.socket", "other.service");
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    /// <summary>Returns the kernel's status of each thread.</summary>
    private static string[] Threads(PrivateMachine machine, string process)
    {
        string[] all = [.. machine.Run("bash", "-c", $"for t in /proc/{process}/task/*; do cat $t/status; echo ---; done").Split("---\n")[..^1]];
        Assert.InRange(all.Length, 2, 100);
        return all;
    }

    private static void Write(PrivateMachine machine, string name, string text) =>
        File.WriteAllText(machine.File($"/etc/systemd/system/{name}"), text.Replace("[S", "[Unit]\nDefaultDependencies=no\n[S", StringComparison.Ordinal));
}
