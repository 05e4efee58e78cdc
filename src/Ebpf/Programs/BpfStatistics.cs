using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>
/// Has the kernel count how often each program runs, and for how long, until this is disposed: <see cref="BpfProgramInfo.RunCount"/> and
/// <see cref="BpfProgramInfo.RunNanoseconds"/> grow meanwhile and stay afterwards. It costs each run of every program on this machine some nanoseconds.
/// </summary>
public sealed class BpfStatistics : IDisposable
{
    // BPF_STATS_RUN_TIME; there is no other.
    private const uint RunTime = 0;

    private readonly FileDescriptor _descriptor;

    private BpfStatistics(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Starts to count. Needs CAP_SYS_ADMIN. Linux 5.8.</summary>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_SYS_ADMIN.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfStatistics Enable()
    {
        Bpf.EnableStatisticsAttributes attributes = new() { Type = RunTime };
        Errno error = Bpf.EnableStatistics(ref attributes, out FileDescriptor descriptor);
        return error switch
        {
            Errno.None => new BpfStatistics(descriptor),
            Errno.EINVAL => throw new BpfException(
                BpfCommand.EnableStatistics,
                error,
                "Counting the runs of programs",
                "it needs Linux 5.8; before, 'sysctl kernel.bpf_stats_enabled=1' does it from 5.1 on"),
            _ => throw new BpfException(BpfCommand.EnableStatistics, error, "Counting the runs of programs"),
        };
    }

    /// <summary>Stops to count, unless somebody else wants to go on.</summary>
    public void Dispose() => _descriptor.Dispose();
}
