using System.Runtime.InteropServices;

namespace Hops.Filters;

/// <summary>
/// Provides the minimum kernel of the filter, to explain a refusal. It is not used to predict one, because distributions backport features: whether an older
/// kernel supports the filter is found out by loading it.
/// </summary>
internal static class FilterKernel
{
    // Compare-and-exchange in eBPF (kernel commit 5ffa25502b5a; on arm64 1902472b4fa9); and 5.5 for memory-mapped arrays.
    private static readonly Version Minimum = MinimumFor(RuntimeInformation.ProcessArchitecture);

    /// <summary>The only remedy on an older kernel.</summary>
    public static readonly HopRemedy Remedy = new(HopRemedyKind.UseNewerKernel, Minimum.ToString());

    public static bool IsTooOld => OperatingSystem.IsLinux() && Environment.OSVersion.Version < Minimum;

    /// <summary>Returns the reason and the remedy of a refusal; on a kernel that is too old, both name the minimum kernel.</summary>
    /// <param name="reason">What was tried, and what the kernel said: a sentence without its full stop.</param>
    /// <param name="remedy">The remedy if the kernel is not too old.</param>
    public static (string Reason, HopRemedy Remedy) Explain(string reason, HopRemedy remedy) =>
        IsTooOld ? ($"it needs Linux {Minimum}, and this is {Environment.OSVersion.Version.ToString(2)} ({reason})", Remedy) : (reason, remedy);

    internal static Version MinimumFor(Architecture architecture) => architecture == Architecture.Arm64 ? new(5, 18) : new(5, 12);
}
