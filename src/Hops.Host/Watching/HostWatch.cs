using System.Net;
using System.Net.Sockets;
using Ebpf;
using Ebpf.Maps;
using Hops.Host.Programs;
using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>
/// Watches the TCP connections of this host, in all its network namespaces: each is told when it is established, with the distance of the other end.
/// <c>await foreach (WatchedConnection connection in watch)</c>.
/// </summary>
/// <remarks>
/// Programs in the kernel, attached to the root of the control groups, write a record for each connection into a ring buffer. A record is right, or says
/// unknown; what did not fit into the ring is counted (<see cref="Lost"/>). The kernel wakes nobody: the ring is looked at 40 times a second. When the process
/// ends, however it ends, nothing stays attached.
/// <para>One loop at a time. Not thread-safe, but for <see cref="Stop"/> and <see cref="Lost"/>.</para>
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

    /// <summary>How the kernel learns TTLs.</summary>
    public KernelSide Side { get; }

    /// <summary>
    /// Whether the cgroup that was watched has been removed, such as that of a unit which was stopped: a loop ends then. Started again it has another cgroup.
    /// </summary>
    public bool IsCgroupGone => _watched.IsGone;

    /// <summary>How many records did not fit into the ring buffer.</summary>
    /// <exception cref="ObjectDisposedException">The watch was disposed.</exception>
    public long Lost => (long)_maps.Lost[0].Connections;

    /// <summary>Starts to watch.</summary>
    /// <exception cref="HostWatchUnavailableException">This process may not, or this kernel cannot: the message says what helps.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
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
            throw new ArgumentException($"{nameof(options.MostHops)} is from 0 to 126.", nameof(options));
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
                refusals.Add("This kernel does not tell its types (/sys/kernel/btf/vmlinux), so headers cannot be read");
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
            $"This process cannot watch connections, which takes CAP_BPF and CAP_NET_ADMIN, and to read headers CAP_PERFMON. {string.Join(". ", refusals)}.",
            last);
    }

    /// <summary>Tries whether this process can watch this host, by loading and attaching the programs for a moment.</summary>
    /// <returns>For each of the kernel's sides why it does not work, or null where it does.</returns>
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

    /// <summary>Detaches the programs. A loop gets what is in the ring buffer, and ends.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            // What is asked for later has nobody who keeps it up to date.
            _server?.Dispose();
            _server = null;
            _programs.Dispose();
            _isStopped = true;
        }
    }

    /// <summary>Tells connections as they are established.</summary>
    /// <param name="cancellationToken">Ends the loop with <see cref="OperationCanceledException"/>; the watch goes on.</param>
    /// <exception cref="ObjectDisposedException">The watch was disposed.</exception>
    /// <exception cref="InvalidOperationException">Another loop is running.</exception>
    public async IAsyncEnumerator<WatchedConnection> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using PeriodicTimer timer = new(BetweenLooks);
        while (true)
        {
            // Looked at before the ring is: what was written until then is in it.
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

    /// <summary>Detaches the programs and gives back all that the watch has.</summary>
    public void Dispose()
    {
        Stop();
        _isDisposed = true;
        _reader.Dispose();
        _maps.Dispose();
    }

    /// <summary>Answers for sockets until the watch stops.</summary>
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
                $"The watch cannot be shared at {paths.WatchSocket}, which takes root and one watch at a time: {e.Message}.", e);
        }
    }

    private static HostWatch Start(KernelSide side, WatchedKinds wanted, KernelLayout? layout, string folder, CgroupHierarchy cgroups, HostWatchOptions options)
    {
        WatchMaps maps = new(options.RingCapacity, withHandOver: layout is null, wanted.Memory, [.. options.Networks.Select(PrefixOf)]);
        WatchPrograms? programs = null;
        try
        {
            programs = WatchPrograms.Attach(maps, wanted, layout, options.WithCommands, folder);
            // After the programs: what comes into being meanwhile is told by both, or by them.
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
