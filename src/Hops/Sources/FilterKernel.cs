using System.Runtime.InteropServices;

namespace Hops.Sources;

/// <summary>
/// The kernel that the filter needs, for explaining a refusal. It never predicts one: distributions carry features back, so what an older kernel can do is found by trying.
/// </summary>
internal static class FilterKernel
{
    // Compare-and-exchange in eBPF (kernel commit 5ffa25502b5a; on arm64 1902472b4fa9); and 5.5 for memory-mapped arrays.
    private static readonly Version Least = LeastFor(RuntimeInformation.ProcessArchitecture);

    /// <summary>What helps on an older kernel, and nothing else does.</summary>
    public static readonly string Remedy = $"Linux {Least} or later";

    public static bool IsTooOld => OperatingSystem.IsLinux() && Environment.OSVersion.Version < Least;

    /// <summary>What was refused, and the remedy: on a kernel that is too old, that it is.</summary>
    /// <param name="reason">What was tried, and what the kernel said: a sentence without its full stop.</param>
    /// <param name="remedy">What helps where the kernel is not too old.</param>
    public static (string Reason, string Remedy) Explain(string reason, string remedy) =>
        IsTooOld ? ($"it needs Linux {Least}, and this is {Environment.OSVersion.Version.ToString(2)} ({reason})", Remedy) : (reason, remedy);

    internal static Version LeastFor(Architecture architecture) => architecture == Architecture.Arm64 ? new(5, 18) : new(5, 12);
}
