using System.Globalization;
using System.Runtime.InteropServices;

namespace Hops.Benchmarks.Pages;

/// <summary>Describes the machine that the figures come from.</summary>
internal static class Machine
{
    /// <summary>Returns a description of the machine, its system and its runtime.</summary>
    public static string Describe()
    {
        string[] processor = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        string model = ValueOf(processor, "model name") ?? "processor without a name";
        // The processors of the machine, not only those that this process may run on.
        int count = processor.Count(static line => line.StartsWith("processor", StringComparison.Ordinal));
        bool isVirtual = ValueOf(processor, "flags")?.Split(' ').Contains("hypervisor") == true;
        return string.Join(
            ", ",
            $"{(isVirtual ? "A virtual machine with " : "")}{count} × {model}",
            $"{Memory()} GiB",
            $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0]} "
            + $"({RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()})",
            $"{RuntimeInformation.FrameworkDescription}");
    }

    /// <summary>Returns the load average of the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Memory()
    {
        string total = ValueOf(File.ReadAllLines("/proc/meminfo"), "MemTotal") ?? "0 kB";
        double kibibytes = double.Parse(total.Split(' ')[0], CultureInfo.InvariantCulture);
        return (kibibytes / (1024 * 1024)).ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static string? ValueOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
