using Ebpf;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Sources;

/// <summary>The sources of this process: one of each kind, made when it is first asked for, and kept until the process ends.</summary>
internal static class OpenSources
{
    private static readonly ITtlSource?[] Opened = new ITtlSource?[(int)Enum.GetValues<HopMeterSource>().Max() + 1];

    /// <summary>The source of a kind. If opening it fails, the next call tries again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such source.</exception>
    /// <exception cref="HopMeterUnavailableException">This process cannot measure in that way.</exception>
    public static ITtlSource Get(HopMeterSource kind)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such source.");
        }

        ref ITtlSource? place = ref Opened[(int)kind];
        if (Volatile.Read(ref place) is { } open)
        {
            return open;
        }

        // Without a lock: opening may wait for a service. Two threads that open at once make two, and one is dropped.
        ITtlSource fresh = Open(kind);
        if (Interlocked.CompareExchange(ref place, fresh, null) is { } other)
        {
            (fresh as IDisposable)?.Dispose();
            return other;
        }

        return fresh;
    }

    private static ITtlSource Open(HopMeterSource kind) => kind switch
    {
        HopMeterSource.SocketFilter => OpenFilter(),
        HopMeterSource.PinnedFilter => PinnedFilter.Open(),
        HopMeterSource.HostWatch => HostWatchSource.Open(SharedPaths.OfHost),
        _ => OperatingSystem.IsLinux()
            ? new SocketOption()
            : throw new HopMeterUnavailableException(
                HopSource.SocketOption, "the socket option for it is Linux's", new(HopRemedyKind.UseLinux), new PlatformNotSupportedException()),
    };

    private static SocketFilter OpenFilter()
    {
        try
        {
            return new SocketFilter(HopSource.SocketFilter, FilterPair.Load());
        }
        catch (PlatformNotSupportedException e)
        {
            throw new HopMeterUnavailableException(HopSource.SocketFilter, e.Message.TrimEnd('.'), new(HopRemedyKind.UseLinux), e);
        }
        catch (BpfException e)
        {
            (string reason, HopRemedy remedy) = FilterKernel.Explain(e.Message, new(HopRemedyKind.GrantCapability));
            throw new HopMeterUnavailableException(HopSource.SocketFilter, reason, remedy, e);
        }
    }
}
