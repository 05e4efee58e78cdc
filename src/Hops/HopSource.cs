namespace Hops;

/// <summary>A way to learn the TTL of what a socket received.</summary>
public enum HopSource
{
    /// <summary>An eBPF socket filter that this process loads. Needs CAP_BPF; Linux 5.12.</summary>
    SocketFilter,
}
