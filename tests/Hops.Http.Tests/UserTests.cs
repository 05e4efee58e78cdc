using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Hops.Guard;
using Hops.GuardedClient;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Http.Tests;

/// <summary>A service whose user may not load eBPF.</summary>
[SupportedOSPlatform("linux")]
public sealed class UserTests : IDisposable
{
    private const string Group = "61234";

    private static readonly string Hops = Path.Combine(GuardedService.Folder.Replace("GuardedClient", "Hops.Cli", StringComparison.Ordinal), "hops");

    private static readonly string[] Nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private readonly string _folder;

    public UserTests()
    {
        Requires.Root();
        string policy = File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled").Trim();
        Assert.SkipWhen(int.Parse(policy, CultureInfo.InvariantCulture) == 0, "needs kernel.unprivileged_bpf_disabled=2: here everyone may load eBPF");

        // The sources may lie where only root can read.
        _folder = Directory.CreateTempSubdirectory("hops-public-").FullName;
        foreach (string file in Directory.GetFiles(GuardedService.Folder))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The shared filter, and whether the service's user is in the group.</summary>
    [Theory]
    [InlineData("enable", true)]
    [InlineData("serve", true)]
    [InlineData("enable", false)]
    [InlineData("serve", false)]
    [InlineData("", true)]
    public void A_service_that_may_not_load_eBPF_measures_by_the_shared_filter_or_refuses(string shared, bool member)
    {
        using PrivateHost host = PrivateHost.Start();
        using LabNetwork lab = LabNetwork.Create(3);
        using LabServer server = LabServer.Start(lab.Server);
        Process? serving = Share(host, shared);
        try
        {
            string[] groups = member ? ["--groups", Group] : ["--clear-groups"];
            string[] through = [.. host.Through, "setpriv", "--reuid", "65534", "--regid", "65534", .. groups];
            using GuardedService service = new(lab.Client, through, _folder);
            string url = $"https://{lab.ServerAddress(AddressFamily.InterNetwork)}:{server.Port}/";
            Report named = service.Run(new Errand(GuardLab.Options(4, ("Source", "PinnedFilter")), [url]));
            Report best = service.Run(new Errand(GuardLab.Options(4), [url]));
            if (shared.Length > 0 && member)
            {
                Assert.All([named, best], report =>
                {
                    Assert.Null(report.Startup);
                    Assert.Contains("Information: Hop guard 'strangers': measures by PinnedFilter, minimum 4 hops, Enforce", report.Log);
                    Assert.Contains("is 3 hops (TTL 61 of 64), and the minimum is 4", Assert.Single(report.Fetches).Error, StringComparison.Ordinal);
                });
                return;
            }

            Assert.Contains("The hop guard 'strangers' cannot measure", named.Startup, StringComparison.Ordinal);
            Assert.Contains(shared.Length == 0 ? "sudo hops system enable" : $"group {Group}", named.Startup, StringComparison.Ordinal);
            Assert.Empty(named.Fetches);

            // IPv6 can be measured without any right, but this host has IPv4, too.
            Assert.StartsWith("The hop guard 'strangers' cannot measure all connections", best.Startup, StringComparison.Ordinal);
            Assert.Contains(
                "This host has IPv4, and connections over it cannot be measured: SocketOption measures IPv6 only; SocketFilter: ",
                best.Startup,
                StringComparison.Ordinal);
            Assert.Contains("Hop distances can be measured here only in part.", best.Startup, StringComparison.Ordinal);
            Assert.Empty(best.Fetches);
        }
        finally
        {
            serving?.Kill();
            serving?.WaitForExit();
            serving?.Dispose();
        }
    }

    [Fact]
    public void Without_any_right_a_service_may_do_with_IPv6()
    {
        using LabNetwork lab = LabNetwork.Create(3);
        using LabServer server = LabServer.Start(lab.Server);
        using PrivateHost files = PrivateHost.Start();
        using GuardedService service = new(lab.Client, [.. files.Through, .. Nobody], _folder);
        string[] urls = [.. Families.Select(family => $"https://{Host(lab.ServerAddress(family))}:{server.Port}/")];
        Report report = service.Run(new Errand(GuardLab.Options(4, ("AddressFamily", "InterNetworkV6")), urls));
        Assert.Null(report.Startup);
        Assert.Equal(
            ["Information: Hop guard 'strangers': measures by SocketOption, minimum 4 hops, Enforce"],
            report.Log.Where(static line => line.StartsWith("Information", StringComparison.Ordinal)));
        Assert.Equal("Near", report.Fetches[1].Outcome);
        // Not refused, and not tried.
        Assert.Null(report.Fetches[0].Reason);
        Assert.Contains($"{lab.ServerAddress(AddressFamily.InterNetwork)} has no IPv6 address", report.Fetches[0].Error, StringComparison.Ordinal);
        Assert.Equal("Healthy", report.Health);
    }

    [Fact]
    public void A_service_that_only_reports_starts_and_is_not_healthy()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using PrivateHost files = PrivateHost.Start();
        using GuardedService service = new(lab.Client, [.. files.Through, .. Nobody], _folder);
        Report report = service.Run(new Errand(GuardLab.Options(4, ("Mode", "ReportOnly")), []));
        Assert.Null(report.Startup);
        Assert.Contains("Warning: Hop guard 'strangers': not all connections can be measured", Assert.Single(report.Log), StringComparison.Ordinal);
        Assert.StartsWith(
            "Unhealthy The hop guard 'strangers' cannot measure: This host has IPv4, and connections over it cannot be measured",
            report.Health,
            StringComparison.Ordinal);
    }

    /// <summary>Which families a host has, whether the service has a right, and whether it starts.</summary>
    [Theory]
    [InlineData("IPv4 and IPv6", true, true)]
    [InlineData("IPv4 and IPv6", false, false)]
    [InlineData("IPv4", true, true)]
    [InlineData("IPv4", false, false)]
    [InlineData("IPv6", true, true)]
    [InlineData("IPv6", false, true)]
    // Not connected to anything yet.
    [InlineData("loopback", true, true)]
    [InlineData("loopback", false, true)]
    [InlineData("loopback of IPv4", true, true)]
    [InlineData("loopback of IPv4", false, false)]
    [InlineData("nothing", true, false)]
    public void Each_family_that_a_host_has_must_be_measured(string has, bool right, bool starts)
    {
        using NetworkNamespace host = NetworkNamespace.Create();
        host.Ip(has == "nothing" ? [] : ["link set lo up"]);
        if (has.StartsWith("IPv", StringComparison.Ordinal))
        {
            host.Ip(
            [
                "link add there type veth peer name back",
                .. has.Contains("IPv4", StringComparison.Ordinal) ? (string[])["address add 198.18.0.1/30 dev there"] : [],
                .. has.Contains("IPv6", StringComparison.Ordinal) ? (string[])["address add 2001:db8::1/64 dev there nodad"] : [],
                "link set there up",
                "link set back up",
            ]);
        }

        if (has is "IPv4" or "loopback of IPv4")
        {
            host.SetSysctl("net/ipv6/conf/all/disable_ipv6", 1);
        }

        using PrivateHost files = PrivateHost.Start();
        using GuardedService service = new(host, [.. files.Through, .. right ? [] : Nobody], _folder);
        Report report = service.Run(new Errand(GuardLab.Options(4), []));
        Assert.Equal(starts, report.Startup is null);
        Assert.Equal(starts ? "Healthy" : null, report.Health);
    }

    [Fact]
    public void A_source_that_this_user_may_not_use_fails_the_start_with_what_to_do()
    {
        using NetworkNamespace host = NetworkNamespace.Create();
        host.Ip(["link set lo up"]);
        using PrivateHost files = PrivateHost.Start();
        using GuardedService service = new(host, [.. files.Through, .. Nobody], _folder);
        Report report = service.Run(new Errand(GuardLab.Options(4, ("Source", "SocketFilter")), []));
        Assert.Matches(
            @"cannot measure all connections[^\n]*Hop distances cannot be measured here\.\n  SocketFilter: .*\(remedy: systemd: AmbientCapabilities=CAP_BPF",
            report.Startup);
        Assert.DoesNotContain(nameof(HopRemedyKind.GrantCapability), report.Startup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_for_want_of_measuring_says_how_to_get_it()
    {
        // IPv4 on loopback alone: nothing that a host must be able to measure.
        using NetworkNamespace host = NetworkNamespace.Create();
        host.Ip(["link set lo up"]);
        using LabServer server = LabServer.Start(host);
        using PrivateHost files = PrivateHost.Start();
        using GuardedService service = new(host, [.. files.Through, .. Nobody], _folder);
        Report report = service.Run(new Errand(GuardLab.Options(4, ("AllowedSpecialPurposeNetworks:2", "127.0.0.0/8")), [$"https://127.0.0.1:{server.Port}/"]));
        Fetch refused = Assert.Single(report.Fetches);
        Assert.Equal(HopGuardReason.Unknown, refused.Reason);
        Assert.Contains("127.0.0.1 is at an unknown distance: SocketOption measures IPv6 only; SocketFilter: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("(remedy: systemd: AmbientCapabilities=CAP_BPF", refused.Error, StringComparison.Ordinal);
    }

    private static string Host(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    /// <returns>The service that shares, if it is one.</returns>
    private static Process? Share(PrivateHost host, string verb)
    {
        string[] command = [.. host.Through, Hops, "system", verb, "--group", Group];
        if (verb == "enable")
        {
            Command.Run(command[0], command[1..]);
        }

        if (verb != "serve")
        {
            return null;
        }

        Process serving = Process.Start(command[0], command[1..]);
        string[] probe = [.. host.Through, "sh", "-c", "for i in $(seq 600); do [ -S /run/hops/hops.sock ] && exit 0; sleep 0.05; done; exit 1"];
        Command.Run(probe[0], probe[1..]);
        return serving;
    }
}
