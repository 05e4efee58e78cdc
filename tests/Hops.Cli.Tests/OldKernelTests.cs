using System.Runtime.InteropServices;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>
/// A kernel that refuses the filter as one does that is too old for it (<c>EINVAL</c> from the verifier), and says of itself that it is old: <c>uname(2)</c> of
/// a process with the personality <c>UNAME26</c>. Nothing but another kernel helps, so no program sends its user to another one.
/// </summary>
public sealed class OldKernelTests : IDisposable
{
    private static readonly string[] Nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    private static readonly string Least = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "5.18" : "5.12";

    private readonly PublicCopy _hops;
    private readonly PrivateHost _host;
    private readonly SeccompLauncher _launcher;

    public OldKernelTests()
    {
        Requires.Root();
        Requires.Program("util-linux", "setarch");
        _hops = PublicCopy.OfHops();
        _host = PrivateHost.Start();
        _launcher = SeccompLauncher.Refusing("EINVAL", "BPF_PROG_LOAD");
    }

    public void Dispose()
    {
        _launcher.Dispose();
        _host.Dispose();
        _hops.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_doctor_advises_another_kernel_and_nothing_else(bool root)
    {
        Outcome outcome = OnOldKernel(root ? [] : Nobody).Run("doctor", "--json");
        outcome.AssertStatus(1);
        Assert.Equal([$"Linux {Least} or later"], outcome.OneJson.GetProperty("advice").EnumerateArray().Select(static line => line.GetString()!));
        foreach (string source in (string[])["socket-filter", "pinned-filter"])
        {
            JsonElement check = outcome.OneJson.GetProperty("sources").EnumerateArray().Single(check => check.GetProperty("source").GetString() == source);
            Assert.StartsWith($"it needs Linux {Least}, and this is 2.6 (", check.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("enable")]
    [InlineData("serve")]
    public void Sharing_says_why_and_leaves_nothing(string verb)
    {
        Outcome outcome = OnOldKernel().Run("system", verb);
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.StartsWith($"[!] it needs Linux {Least}, and this is 2.6 (", outcome.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal($"[i] remedy: Linux {Least} or later", outcome.ErrorLines[^1]);
        Assert.Equal("", (OnOldKernel() with { Program = "find" }).Run("/run", "-mindepth", "1").Output);
        Assert.DoesNotContain("doctor", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lab_tells_why_a_distance_is_unknown()
    {
        Outcome outcome = OnOldKernel().Run("lab", "--routers", "1");
        outcome.AssertStatus(1);
        Assert.Contains("unknown", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("[!] IPv4: the best source here, socket-option, measures IPv6 only", outcome.ErrorLines[0]);
        Assert.StartsWith($"socket-filter: it needs Linux {Least}, and this is 2.6 (", outcome.ErrorLines[1], StringComparison.Ordinal);
        Assert.Equal($"  remedy: Linux {Least} or later", outcome.ErrorLines[2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_measurement_that_is_refused_says_the_same(bool root)
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = OnOldKernel(root ? [] : Nobody).Run($"127.0.0.1:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains($"  once:  Linux {Least} or later", outcome.ErrorLines);
        Assert.DoesNotContain("hops system", outcome.Errors, StringComparison.Ordinal);
        Outcome status = OnOldKernel(root ? [] : Nobody).Run("system", "status");
        status.AssertStatus(1);
        Assert.Contains($"remedy   Linux {Least} or later", status.Lines);
    }

    [Fact]
    public void An_old_number_alone_refuses_nothing()
    {
        // Distributions carry features back.
        using LabServer server = LabServer.Start();
        Outcome outcome = (OnOldKernel() with { Through = [.. _host.Through, "setarch", "--uname-2.6"] }).Run("--json", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal(["socket-filter"], outcome.Values("source"));
    }

    private HopsCommand OnOldKernel(params string[] through) =>
        new() { Program = _hops.Program, Through = [.. _host.Through, "setarch", "--uname-2.6", _launcher.Program, .. through] };
}
