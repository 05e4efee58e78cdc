using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>
/// Makes the kernel measure the runs and the run time of all programs until this object is disposed. <see cref="BpfProgramInfo.RunCount"/> and
/// <see cref="BpfProgramInfo.RunNanoseconds"/> increase during that time, and keep their values afterwards. Measuring adds some nanoseconds to each run of
/// every program on this machine.
/// </summary>
public sealed class BpfStatistics : IDisposable
{
    // BPF_STATS_RUN_TIME, the only kind of statistics.
    private const uint RunTime = 0;

    private readonly FileDescriptor _descriptor;

    private BpfStatistics(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Starts measuring. Needs CAP_SYS_ADMIN. Linux 5.8.</summary>
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

    /// <summary>Stops measuring, unless another process has also enabled statistics.</summary>
    public void Dispose() => _descriptor.Dispose();
}
