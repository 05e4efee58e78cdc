namespace Ebpf.Contexts;

/// <summary>Offsets into <c>struct xdp_md</c> (<c>linux/bpf.h</c>), the context of XDP programs, in bytes. Fields are 32 bits wide.</summary>
public static class XdpMd
{
    /// <summary>Where the frame's bytes start, as a pointer once it is loaded.</summary>
    public const int Data = 0;

    /// <summary>Where the frame's bytes end: compare before each access through <see cref="Data"/>.</summary>
    public const int DataEnd = 4;

    /// <summary>Where the metadata before the frame starts. Linux 4.15.</summary>
    public const int DataMeta = 8;

    /// <summary>The index of the interface that the frame came in by. Linux 4.16.</summary>
    public const int IngressInterfaceIndex = 12;

    /// <summary>The queue that it came in by. Linux 4.16.</summary>
    public const int ReceiveQueueIndex = 16;

    /// <summary>The index of the interface that it goes out by, for programs in a device map. Linux 5.8.</summary>
    public const int EgressInterfaceIndex = 20;
}
