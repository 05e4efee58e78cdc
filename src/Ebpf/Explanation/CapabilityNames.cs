namespace Ebpf.Explanation;

/// <summary>The names of capabilities, as in capabilities(7).</summary>
internal static class CapabilityNames
{
    private const string Prefix = "CAP_";

    /// <returns>A name such as <c>CAP_NET_ADMIN</c>.</returns>
    public static string Of(Capability capability) => Prefix + WithoutPrefix(capability);

    /// <returns>A name such as <c>NET_ADMIN</c>, the form of container runtimes.</returns>
    public static string WithoutPrefix(Capability capability) => capability switch
    {
        Capability.NetAdmin => "NET_ADMIN",
        Capability.SysAdmin => "SYS_ADMIN",
        Capability.PerfMon => "PERFMON",
        Capability.Bpf => "BPF",
        _ => throw new ArgumentOutOfRangeException(nameof(capability), capability, "This library does not ask for that capability."),
    };
}
