namespace Ebpf.Contexts;

/// <summary>Defines the return values of XDP programs (<c>enum xdp_action</c>). Linux 4.8.</summary>
public static class XdpVerdict
{
    /// <summary>Reports an error of the program: drops the frame and emits the tracepoint <c>xdp:xdp_exception</c>.</summary>
    public const int Aborted = 0;

    /// <summary>Drops the frame.</summary>
    public const int Drop = 1;

    /// <summary>Passes the frame to the network stack.</summary>
    public const int Pass = 2;

    /// <summary>Sends the frame back through the interface that received it.</summary>
    public const int Transmit = 3;

    /// <summary>Sends the frame to the target that the program passed to the helper <c>bpf_redirect</c> or <c>bpf_redirect_map</c>. Linux 4.14.</summary>
    public const int Redirect = 4;
}
