using Ebpf;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>
/// Represents the filter that the service sends. While everyone may load eBPF, none is sent, and afterwards a new filter is: a program that writes to the old
/// slots may have been loaded meanwhile.
/// </summary>
internal sealed class ServedFilter : IDisposable
{
    private FilterPair _pair;
    private long _lookedAtSetting;
    private bool _wasExposed;

    private ServedFilter(FilterPair pair) => _pair = pair;

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static ServedFilter Load() => new(LoadFrozen());

    /// <summary>Returns the filter to send now.</summary>
    /// <exception cref="SharingRefusedException">Everyone may load eBPF.</exception>
    /// <exception cref="BpfException">A new filter is needed, and the kernel refused.</exception>
    public FilterPair ToHandOut()
    {
        long now = Environment.TickCount64;
        if (now == _lookedAtSetting && !_wasExposed)
        {
            // In a flood the setting is read once in a millisecond, and not for each caller.
            return _pair;
        }

        try
        {
            UnprivilegedLoading.ThrowIfAllowed();
            _lookedAtSetting = now;
        }
        catch (SharingRefusedException)
        {
            _wasExposed = true;
            throw;
        }

        if (_wasExposed)
        {
            FilterPair fresh = LoadFrozen();
            _pair.Dispose();
            _pair = fresh;
            _wasExposed = false;
        }

        return _pair;
    }

    public void Dispose() => _pair.Dispose();

    private static FilterPair LoadFrozen()
    {
        FilterPair pair = FilterPair.Load();
        try
        {
            pair.Slots.Freeze();
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }
}
