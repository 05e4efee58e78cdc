using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>Has offsets of this kernel's structures, from its type information, for values that no helper returns.</summary>
/// <param name="PacketHeader">A packet's IP header; null if it is unknown.</param>
/// <param name="TcpSocketFields">A socket's cgroup, and whether it is a subflow; null if it is unknown.</param>
/// <param name="ProcessFields">The running process; null if it is unknown.</param>
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

    /// <returns>Null if this kernel has no type information, or other types.</returns>
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
