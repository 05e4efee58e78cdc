namespace Ebpf.Links;

/// <summary>Where an XDP program runs (<c>XDP_FLAGS_…</c> of <c>linux/if_link.h</c>).</summary>
public enum XdpMode
{
    /// <summary>In the driver if it can, else generic.</summary>
    Automatic = 0,

    /// <summary>In the network stack, after it has made a packet buffer: works with every interface, and is slower. Linux 4.12.</summary>
    Generic = 1 << 1,

    /// <summary>In the driver, before anything is allocated. Refused where the driver cannot.</summary>
    Driver = 1 << 2,

    /// <summary>In the network card. Refused where that cannot.</summary>
    Hardware = 1 << 3,
}
