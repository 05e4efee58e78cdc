namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct xdp_md</c> (<c>linux/bpf.h</c>), the context of XDP programs, in bytes. Fields are 32 bits wide.
/// </summary>
public static class XdpMd
{
    /// <summary>The start of the frame's bytes. A 32-bit load gives a pointer.</summary>
    public const int Data = 0;

    /// <summary>The end of the frame's bytes, as a pointer. The verifier requires a comparison with it before an access through <see cref="Data"/>.</summary>
    public const int DataEnd = 4;

    /// <summary>The start of the metadata in front of the frame. Linux 4.15.</summary>
    public const int DataMeta = 8;

    /// <summary>The index of the interface that received the frame. Linux 4.16.</summary>
    public const int IngressInterfaceIndex = 12;

    /// <summary>The number of the queue that received the frame. Linux 4.16.</summary>
    public const int ReceiveQueueIndex = 16;

    /// <summary>The index of the interface that sends the frame, for programs in a device map. Linux 5.8.</summary>
    public const int EgressInterfaceIndex = 20;
}
