using System.Globalization;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Users who may less than root.</summary>
public sealed class PrivilegeTests : IDisposable
{
    private static readonly string[] Nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

    private readonly PublicCopy _hops = PublicCopy.OfHops();

    public PrivilegeTests()
    {
        Requires.Root();
        string policy = File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled").Trim();
        Assert.SkipWhen(int.Parse(policy, CultureInfo.InvariantCulture) == 0, "needs kernel.unprivileged_bpf_disabled=2: here everyone may load eBPF");
    }

    private HopsCommand AsNobody => new() { Program = _hops.Program, Through = Nobody };

    public void Dispose() => _hops.Dispose();

    [Fact]
    public void Without_rights_it_says_what_is_missing_and_prints_no_distance()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = AsNobody.Run($"127.0.0.1:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("CAP_BPF", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.EndsWith("Over IPv6 it works without that: --source socket-option", outcome.ErrorLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("[+]", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_socket_option_measures_IPv6_without_rights_and_IPv4_never()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = AsNobody.Run("--json", "--source", "socket-option", $"[::1]:{server.Port}", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(1);
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.Equal(["0", null], outcome.Values("hops"));
        Assert.Equal(["socket-option", null], outcome.Values("source"));
        Assert.Equal([null, "no-address"], outcome.Values("error"));
        Assert.Contains("measures IPv6 only", outcome.Values("message")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_does_not_exist_is_wrong_usage()
    {
        Outcome outcome = AsNobody.Run("--source", "sorcery", "127.0.0.1");
        outcome.AssertStatus(2);
        Assert.Contains("--source takes socket-filter or socket-option, not 'sorcery'", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rights_each_line_of_JSON_is_an_error()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = AsNobody.Run("--json", "--min-hops", "2", $"127.0.0.1:{server.Port}", $"[::1]:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Equal(["not-permitted", "not-permitted"], outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.All(outcome.Values("message"), static message => Assert.Contains("CAP_BPF", message, StringComparison.Ordinal));
        Assert.DoesNotContain("\"hops\"", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EPERM", "its seccomp profile does not allow bpf(2)")]
    [InlineData("ENOSYS", "this kernel was built without bpf(2), or a sandbox hides it")]
    public void A_seccomp_profile_that_refuses_is_named(string errno, string expected)
    {
        using SeccompLauncher launcher = SeccompLauncher.Refusing(errno);
        using LabServer server = LabServer.Start();
        Outcome outcome = new HopsCommand { Through = [launcher.Program] }.Run("--source", "socket-filter", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        outcome = (AsNobody with { Through = [launcher.Program, .. Nobody] }).Run("--json", "--source", "socket-option", $"[::1]:{server.Port}");
        outcome.AssertStatus(0);
    }

    [Fact]
    public void CAP_BPF_is_all_that_it_needs()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = (AsNobody with { Through = [.. Nobody, "--inh-caps", "+bpf", "--ambient-caps", "+bpf"] }).Run("--json", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal("0", outcome.Values("hops")[0]);
    }

    [Fact]
    public void A_lab_without_rights_asks_for_root()
    {
        Outcome outcome = AsNobody.Run("lab", "--routers", "1");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("root", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }
}
