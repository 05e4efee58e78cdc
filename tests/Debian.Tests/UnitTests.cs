using System.Text.Json.Nodes;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary><c>hops watch --unit</c> on a machine that systemd has booted.</summary>
public sealed class UnitTests(BuiltPackage package)
{
    // What systemd listens for is connected to before anybody accepts.
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
        using PrivateMachine machine = PrivateMachine.Boot(package.Path);
        machine.Run("dpkg", "--install", PrivateMachine.Package);
        Write(machine, "listens.socket", Socket);
        Write(machine, "listens.service", Sleeps);
        Write(machine, "other.service", Connects);
        Write(machine, @"web\x2dapp@1.service", Connects);
        machine.Run("systemctl", "start", "listens.socket", "other.service", @"web\x2dapp@1.service");
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

    private static void Write(PrivateMachine machine, string name, string text) =>
        File.WriteAllText(machine.File($"/etc/systemd/system/{name}"), text.Replace("[S", "[Unit]\nDefaultDependencies=no\n[S", StringComparison.Ordinal));
}
