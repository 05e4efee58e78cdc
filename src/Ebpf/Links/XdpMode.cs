namespace Ebpf.Links;

/// <summary>Specifies the layer in which an XDP program runs (<c>XDP_FLAGS_…</c> of <c>linux/if_link.h</c>).</summary>
public enum XdpMode
{
    /// <summary>In the driver if it supports XDP; otherwise generic.</summary>
    Automatic = 0,

    /// <summary>In the network stack, after it has allocated a packet buffer. Works with every interface, but is slower. Linux 4.12.</summary>
    Generic = 1 << 1,

    /// <summary>In the driver, before any memory is allocated. Refused if the driver does not support it.</summary>
    Driver = 1 << 2,

    /// <summary>In the network card. Refused if the card does not support it.</summary>
    Hardware = 1 << 3,
}
