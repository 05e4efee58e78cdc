using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
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

    /// <summary>What the administrator shares, and whether the service's user is in the group.</summary>
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
            string[] through = [.. host.Through, "setpriv", "--reuid", "65534", "--regid", "65534", .. member ? (string[])["--groups", Group] : ["--clear-groups"]];
            using GuardedService service = new(lab.Client, through, _folder);
            string url = $"https://{lab.ServerAddress(AddressFamily.InterNetwork)}:{server.Port}/";
            Report named = service.Run(new Errand(GuardLab.Options(4, ("Source", "PinnedFilter")), [url]));
            Report best = service.Run(new Errand(GuardLab.Options(4), [url]));
            if (shared.Length > 0 && member)
            {
                Assert.All([named, best], report =>
                {
                    Assert.Null(report.Startup);
                    Assert.Contains("Information: Hop guard of client 'strangers': measures by PinnedFilter, minimum 4 hops, Enforce", report.Log);
                    Assert.Contains("is 3 hops (TTL 61 of 64), and the minimum is 4", Assert.Single(report.Fetches).Error, StringComparison.Ordinal);
                });
                return;
            }

            Assert.Contains("The hop guard of client 'strangers' cannot measure", named.Startup, StringComparison.Ordinal);
            Assert.Contains(shared.Length == 0 ? "sudo hops system enable" : $"group {Group}", named.Startup, StringComparison.Ordinal);
            Assert.Empty(named.Fetches);

            // IPv6 can be measured without any right; IPv4 is not let through unmeasured.
            Assert.Contains(best.Log, static line => line.Contains("measures by SocketOption", StringComparison.Ordinal));
            Assert.Equal("Unknown", Assert.Single(best.Fetches).Outcome);
        }
        finally
        {
            serving?.Kill();
            serving?.WaitForExit();
            serving?.Dispose();
        }
    }

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
