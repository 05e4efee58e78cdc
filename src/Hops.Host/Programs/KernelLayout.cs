using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>Where this kernel keeps what no helper tells: offsets in its own structures, as its own types have them.</summary>
/// <param name="PacketHeader">A packet's IP header; null where it is not known.</param>
/// <param name="TcpSocketFields">A socket's cgroup, and whether it is a subflow; null where it is not known.</param>
/// <param name="ProcessFields">The process that runs; null where it is not known.</param>
internal sealed record KernelLayout(PacketHeader? PacketHeader, TcpSocketFields? TcpSocketFields, ProcessFields? ProcessFields)
{
    public static KernelLayout OfKernel()
    {
        BtfTypes? types = Try(BtfTypes.OfKernel);
        return types is null
            ? new(null, null, null)
            : new(
                Try(() => Programs.PacketHeader.In(types)),
                Try(() => Programs.TcpSocketFields.In(types)),
                Try(() => Programs.ProcessFields.In(types)));
    }

    /// <returns>Null where this kernel does not tell its types, or has others.</returns>
    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is PlatformNotSupportedException or BtfFormatException or KeyNotFoundException or InvalidOperationException
            or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
