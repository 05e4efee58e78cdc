namespace Ebpf.Links;

/// <summary>Specifies the kind of object that a link attaches to (<c>enum bpf_link_type</c>).</summary>
public enum BpfLinkType
{
    /// <summary>A raw tracepoint.</summary>
    RawTracepoint = 1,

    /// <summary>A kernel function.</summary>
    Tracing = 2,

    /// <summary>A cgroup.</summary>
    Cgroup = 3,

    /// <summary>An iterator over kernel objects.</summary>
    Iterator = 4,

    /// <summary>A network namespace.</summary>
    NetworkNamespace = 5,

    /// <summary>A network interface, for XDP.</summary>
    Xdp = 6,

    /// <summary>A network interface, for traffic control (tcx).</summary>
    Tcx = 11,
}
