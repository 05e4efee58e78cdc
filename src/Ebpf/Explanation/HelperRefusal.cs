using System.Globalization;
using Ebpf.SystemCalls;

namespace Ebpf.Explanation;

/// <summary>The messages of the verifier for a program that may not call a helper.</summary>
/// <remarks>
/// <c>program of this type cannot use helper bpf_redirect#23</c>, on older kernels <c>unknown func bpf_redirect#23</c>: the type does not have this helper, or
/// the loading thread lacks a capability. <c>invalid func unknown#300</c>: the kernel has no such helper. <c>helper call might sleep in a non-sleepable
/// prog</c> no program of the type can call the helper.
/// </remarks>
internal static class HelperRefusal
{
    private const string NoSuchHelper = "invalid func ";
    private const string MightSleep = "helper call might sleep in a non-sleepable prog";

    private static readonly string[] NotForThisType = ["program of this type cannot use helper ", "unknown func "];

    /// <returns>The line of the log in which the verifier refuses a helper, or null.</returns>
    public static string? FindLine(string log) => log.Split('\n', StringSplitOptions.TrimEntries).LastOrDefault(
        static line => line is MightSleep || line.StartsWith(NoSuchHelper, StringComparison.Ordinal) || DependsOnCapabilities(line));

    /// <summary>Returns whether the refusal in <paramref name="line"/> can also mean that the loading thread lacks CAP_BPF or CAP_PERFMON.</summary>
    public static bool DependsOnCapabilities(string line) => NotForThisType.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Explains the refusal of a helper if the kernel is older than the helper.</summary>
    /// <param name="log">The verifier's log.</param>
    /// <param name="kernel">The kernel that wrote it.</param>
    /// <param name="nameOf">The name of the helper with a number.</param>
    /// <returns><c>bpf_ringbuf_output needs Linux 5.8, and this is 5.4</c>; null if that is not the reason.</returns>
    public static string? ExplainByVersion(string log, Version kernel, Func<int, string?> nameOf)
    {
        if (FindLine(log) is { } line
            && line.LastIndexOf('#') is >= 0 and int mark
            && int.TryParse(line.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && KernelVersions.OfHelper(number) is { } since && since > kernel)
        {
            return $"{nameOf(number)} {Refusal.TooOld(since, kernel)}";
        }

        return null;
    }
}
