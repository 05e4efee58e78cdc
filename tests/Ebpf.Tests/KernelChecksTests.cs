using Hops.TestSupport;

namespace Ebpf.Tests;

/// <summary>Runs the checks for other kernels on this one, so that they stay correct between two runs there.</summary>
public sealed class KernelChecksTests
{
    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory.Replace("Ebpf.Tests", "KernelChecks", StringComparison.Ordinal), "KernelChecks");

    [Fact]
    public void Every_kind_of_map_program_and_link_is_at_work()
    {
        Requires.Root();
        (int status, string output, string errors) = Command.Try(Program, "kinds");
        Assert.True(status == 0, output + errors);
        Assert.Contains("CHECK right kinds: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CHECK left-out", output, StringComparison.Ordinal);
    }
}
