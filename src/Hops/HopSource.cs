namespace Hops;

/// <summary>A way to learn the TTL of what a socket received.</summary>
public enum HopSource
{
    /// <summary>An eBPF socket filter that this process loads. Needs CAP_BPF; Linux 5.12.</summary>
    SocketFilter,

    /// <summary>
    /// A socket option that tells the hop limit of the last packet received in order. IPv6 only; needs no capability. Linux 2.6.14.
    /// </summary>
    SocketOption,
}
