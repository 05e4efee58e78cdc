using Ebpf;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Sources;

/// <summary>The sources of this process: one of each kind, made when it is first asked for, and kept until the process ends.</summary>
internal static class OpenSources
{
    private static readonly ITtlSource?[] Opened = new ITtlSource?[(int)Enum.GetValues<HopMeterSource>().Max() + 1];

    private static ITtlSource? _resetFilter;

    /// <summary>The filter that tells the TTL of the RSTs that came while a socket was connecting.</summary>
    /// <exception cref="HopMeterUnavailableException">This process may not load it.</exception>
    public static ITtlSource GetResetFilter() => Volatile.Read(ref _resetFilter) ?? Keep(ref _resetFilter, OpenFilter(ResetFilter.Load));

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

        return Keep(ref place, Open(kind));
    }

    /// <summary>Without a lock: opening may wait for a service. Two threads that open at once make two, and one is dropped.</summary>
    private static ITtlSource Keep(ref ITtlSource? place, ITtlSource fresh)
    {
        if (Interlocked.CompareExchange(ref place, fresh, null) is { } other)
        {
            (fresh as IDisposable)?.Dispose();
            return other;
        }

        return fresh;
    }

    private static ITtlSource Open(HopMeterSource kind) => kind switch
    {
        HopMeterSource.SocketFilter => OpenFilter(FilterPair.Load),
        HopMeterSource.PinnedFilter => PinnedFilter.Open(),
        HopMeterSource.HostWatch => HostWatchSource.Open(SharedPaths.OfHost),
        _ => OperatingSystem.IsLinux()
            ? new SocketOption()
            : throw new HopMeterUnavailableException(
                HopSource.SocketOption, "it needs Linux", new(HopRemedyKind.UseLinux), new PlatformNotSupportedException()),
    };

    private static SocketFilter OpenFilter(Func<FilterPair> load)
    {
        try
        {
            return new SocketFilter(HopSource.SocketFilter, load());
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
