namespace Ebpf.Contexts;

/// <summary>What an XDP program returns (<c>enum xdp_action</c>). Linux 4.8.</summary>
public static class XdpVerdict
{
    /// <summary>An error of the program's: drops the frame, and leaves a trace (<c>xdp:xdp_exception</c>).</summary>
    public const int Aborted = 0;

    /// <summary>Drops the frame.</summary>
    public const int Drop = 1;

    /// <summary>Hands the frame to the network stack.</summary>
    public const int Pass = 2;

    /// <summary>Sends the frame back out of the interface that it came in by.</summary>
    public const int Transmit = 3;

    /// <summary>Sends the frame where the program told the helper <c>bpf_redirect</c> or <c>bpf_redirect_map</c>. Linux 4.14.</summary>
    public const int Redirect = 4;
}
