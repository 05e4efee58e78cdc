using System.Net;
using System.Net.Sockets;
using Ebpf;
using Ebpf.Maps;
using Hops.Host.Programs;
using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>
/// Reports the TCP connections of this host, in all its network namespaces, when they are established, with the distance of the remote end. Enumerate it to
/// get them: <c>await foreach (WatchedConnection connection in watch)</c>.
/// </summary>
/// <remarks>
/// eBPF programs, attached to the root of the control groups, write a record for each connection into a ring buffer, which is read 40 times a second. A
/// distance is right, or unknown. Records that did not fit into the ring are counted (<see cref="Lost"/>). Nothing stays attached when the process ends, even
/// if it is killed.
/// <para>One loop at a time. Not thread-safe, except for <see cref="Stop"/> and <see cref="Lost"/>.</para>
/// </remarks>
public sealed class HostWatch : IAsyncEnumerable<WatchedConnection>, IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    private readonly WatchMaps _maps;
    private readonly WatchPrograms _programs;
    private readonly BpfRingBufferReader<ConnectionRecord> _reader;
    private readonly RecordTranslation _translation;
    private readonly WatchedCgroup _watched;
    private readonly Lock _gate = new();
    private WatchServer? _server;
    private volatile bool _isStopped;
    private bool _isDisposed;

    private HostWatch(KernelSide side, WatchMaps maps, WatchPrograms programs, RecordTranslation translation, string folder)
    {
        Side = side;
        _watched = new(folder);
        _maps = maps;
        _programs = programs;
        _translation = translation;
        _reader = maps.Ring.OpenReader<ConnectionRecord>();
    }

    /// <summary>Gets how the programs in the kernel read TTLs.</summary>
    public KernelSide Side { get; }

    /// <summary>
    /// Gets whether the watched cgroup has been removed, such as when its unit was stopped. The loop ends then. A unit that starts again has another cgroup.
    /// </summary>
    public bool IsCgroupGone => _watched.IsGone;

    /// <summary>Gets the number of records that did not fit into the ring buffer.</summary>
    /// <exception cref="ObjectDisposedException">The watch was disposed.</exception>
    public long Lost => (long)_maps.Lost[0].Connections;

    /// <summary>Starts a watch.</summary>
    /// <param name="options">What to watch; null for the defaults.</param>
    /// <exception cref="HostWatchUnavailableException">
    /// This process has no right to watch, this kernel does not support it, or the cgroup or unit was not found. The message says what helps.
    /// </exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static HostWatch Start(HostWatchOptions? options = null) => Start(options ?? new(), SharedPaths.OfHost);

    internal static HostWatch Start(HostWatchOptions options, SharedPaths paths)
    {
        WatchedKinds wanted = new(
            options.Direction != ConnectionDirection.Incoming, options.Direction != ConnectionDirection.Outgoing, options.MostHops, options.Networks.Count > 0)
        {
            Existing = options.WithExisting,
            Closed = options.WithClosed,
            Drift = options.WithDrift,
            Share = options.WithShare,
        };
        if (options.MostHops is < 0 or > 126)
        {
            throw new ArgumentException($"{nameof(options.MostHops)} must be from 0 to 126.", nameof(options));
        }

        if (options is { Unit: not null, Cgroup: not null })
        {
            throw new ArgumentException($"{nameof(options.Unit)} and {nameof(options.Cgroup)} exclude each other.", nameof(options));
        }

        CgroupHierarchy cgroups = CgroupHierarchy.Find();
        string folder = options.Unit is { } unit ? cgroups.FolderOfUnit(unit) : cgroups.FolderOf(options.Cgroup);
        List<string> refusals = [];
        BpfException? last = null;
        foreach (KernelSide side in options.Side is { } only ? [only] : new[] { KernelSide.Header, KernelSide.Packets })
        {
            KernelLayout? layout = side == KernelSide.Header ? KernelLayout.OfKernel() : null;
            if (layout is { PacketHeader: null })
            {
                refusals.Add("This kernel has no type information (/sys/kernel/btf/vmlinux), so headers cannot be read");
                continue;
            }

            try
            {
                HostWatch watch = Start(side, wanted, layout, folder, cgroups, options);
                if (options.WithShare)
                {
                    watch.Share(paths);
                }

                return watch;
            }
            catch (BpfException e)
            {
                if (!refusals.Contains(e.Message))
                {
                    refusals.Add(e.Message);
                }

                last = e;
            }
        }

        throw new HostWatchUnavailableException(
            $"This process cannot watch connections, which needs CAP_BPF and CAP_NET_ADMIN, and to read headers CAP_PERFMON. {string.Join(". ", refusals)}.",
            last);
    }

    /// <summary>Tests whether this process can watch this host, by loading and attaching the programs for a moment.</summary>
    /// <returns>For each <see cref="KernelSide"/> why it does not work, or null if it works.</returns>
    public static IReadOnlyDictionary<KernelSide, string?> Check()
    {
        Dictionary<KernelSide, string?> sides = [];
        foreach (KernelSide side in Enum.GetValues<KernelSide>())
        {
            try
            {
                using HostWatch watch = Start(new() { Side = side, Direction = ConnectionDirection.Outgoing, RingCapacity = Environment.SystemPageSize });
                sides[side] = null;
            }
            catch (HostWatchUnavailableException e)
            {
                sides[side] = e.Message;
            }
        }

        return sides;
    }

    /// <summary>Detaches the programs. The loop returns the records that are in the ring buffer, and ends.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            // Without the programs the entries of sockets would not be updated any more.
            _server?.Dispose();
            _server = null;
            _programs.Dispose();
            _isStopped = true;
        }
    }

    /// <summary>Enumerates connections as they are established, and the other events that the options ask for.</summary>
    /// <param name="cancellationToken">Ends the loop with <see cref="OperationCanceledException"/>; the watch continues.</param>
    /// <exception cref="ObjectDisposedException">The watch was disposed.</exception>
    /// <exception cref="InvalidOperationException">Another loop is running.</exception>
    public async IAsyncEnumerator<WatchedConnection> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using PeriodicTimer timer = new(BetweenLooks);
        while (true)
        {
            // Read before the ring: all records that were written until then are in it.
            bool isLast = _isStopped;
            while (_reader.TryRead(out ConnectionRecord record))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_translation.Read(record) is { } connection)
                {
                    yield return connection;
                }
            }

            if (isLast)
            {
                yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            if (_watched.LooksGone())
            {
                Stop();
            }
        }
    }

    /// <summary>Detaches the programs and releases all resources.</summary>
    public void Dispose()
    {
        Stop();
        _isDisposed = true;
        _reader.Dispose();
        _maps.Dispose();
    }

    /// <summary>Starts the server that tells processes the distances of their sockets. It ends when the watch stops.</summary>
    private void Share(SharedPaths paths)
    {
        try
        {
            _server = WatchServer.Start(paths, _maps.Memory!);
        }
        catch (Exception e) when (e is SharingRefusedException or SocketException or IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new HostWatchUnavailableException(
                $"The watch cannot be shared at {paths.WatchSocket}, which needs root and is possible for one watch at a time: {e.Message}.", e);
        }
    }

    private static HostWatch Start(KernelSide side, WatchedKinds wanted, KernelLayout? layout, string folder, CgroupHierarchy cgroups, HostWatchOptions options)
    {
        WatchMaps maps = new(options.RingCapacity, withHandOver: layout is null, wanted.Memory, [.. options.Networks.Select(PrefixOf)]);
        WatchPrograms? programs = null;
        try
        {
            programs = WatchPrograms.Attach(maps, wanted, layout, options.WithCommands, folder);
            // After the programs are attached, so that no connection is missed. One that is made meanwhile may be seen by both.
            return new(side, maps, programs, RecordTranslation.Start(maps, cgroups, options), folder);
        }
        catch
        {
            programs?.Dispose();
            maps.Dispose();
            throw;
        }
    }

    private static Ipv6Prefix PrefixOf(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            ? new(new IPNetwork(network.BaseAddress.MapToIPv6(), network.PrefixLength + 96))
            : new(network);
}
