using System.Globalization;
using System.Text.RegularExpressions;
using Hops.Host.Confinement;
using Hops.TestSupport;

namespace Hops.Host.Tests.Confinement;

/// <summary>The numbers of system calls, against the kernel's headers. What the filter does is shown by the command's tests.</summary>
public sealed partial class SystemCallFilterTests
{
    // Arm64 has the numbers that all newer machines have.
    private const string GenericHeader = "/usr/include/asm-generic/unistd.h";

    [Fact]
    public void Numbers_are_those_of_x86_64()
    {
        Requires.Linux();
        SystemCallFilter.Call[] calls = [.. SystemCallFilter.Calls];
        Assert.Equal(calls.Select(static call => (long?)call.X64), CCompiler.Evaluate(["sys/syscall.h"], [.. calls.Select(static call => $"SYS_{call.Name}")]));
    }

    [Fact]
    public void Numbers_are_those_of_arm64()
    {
        Requires.Linux();
        Dictionary<string, uint> numbers = Definition().Matches(File.ReadAllText(GenericHeader)).ToDictionary(
            static match => match.Groups[1].Value, static match => uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.All(SystemCallFilter.Calls, call => Assert.Equal(call.Arm64, numbers[call.Name]));
    }

    [GeneratedRegex(@"^#define __NR_(\w+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
