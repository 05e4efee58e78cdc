namespace Ebpf.Explanation;

/// <summary>Capabilities as capabilities(7) names them.</summary>
internal static class CapabilityNames
{
    private const string Prefix = "CAP_";

    /// <returns>Such as <c>CAP_NET_ADMIN</c>.</returns>
    public static string Of(Capability capability) => Prefix + WithoutPrefix(capability);

    /// <returns>Such as <c>NET_ADMIN</c>, as container runtimes write it.</returns>
    public static string WithoutPrefix(Capability capability) => capability switch
    {
        Capability.NetAdmin => "NET_ADMIN",
        Capability.SysAdmin => "SYS_ADMIN",
        Capability.PerfMon => "PERFMON",
        Capability.Bpf => "BPF",
        _ => throw new ArgumentOutOfRangeException(nameof(capability), capability, "This library does not ask for that capability."),
    };
}
