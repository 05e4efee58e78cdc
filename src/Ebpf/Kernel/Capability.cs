namespace Ebpf.Kernel;

/// <summary>The capabilities that eBPF may need, by their number in <c>linux/capability.h</c>. CAP_SYS_ADMIN stands in for each (capabilities(7)).</summary>
internal enum Capability
{
    NetAdmin = 12,
    SysAdmin = 21,
    Bpf = 39,
}
