using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Ebpf;
using Ebpf.Maps;
using Hops.Host.Programs;

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
    private readonly BpfRingBufferReader<WatchRecord> _reader;
    private readonly CgroupHierarchy _cgroups;
    private readonly WatchedCgroup _watched;
    private readonly ListenerOwners _listeners = new();
    private readonly bool _withCommands;
    private readonly Lock _gate = new();
    private volatile bool _isStopped;
    private bool _isDisposed;
    private ulong _lostListeners;

    private HostWatch(KernelSide side, WatchMaps maps, WatchPrograms programs, CgroupHierarchy cgroups, string folder, HostWatchOptions options)
    {
        Side = side;
        _watched = new(folder);
        _maps = maps;
        _programs = programs;
        _cgroups = cgroups;
        _withCommands = options.WithCommands;
        _reader = maps.Ring.OpenReader<WatchRecord>();
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
    public static HostWatch Start(HostWatchOptions? options = null)
    {
        options ??= new();
        WatchedKinds wanted = new(
            options.Direction != ConnectionDirection.Incoming, options.Direction != ConnectionDirection.Outgoing, options.MostHops, options.Networks.Count > 0);
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
                return Start(side, wanted, layout, folder, cgroups, options);
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

    /// <summary>Detaches the programs. A loop gets what is in the ring buffer, and ends.</summary>
    public void Stop()
    {
        lock (_gate)
        {
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
            while (_reader.TryRead(out WatchRecord record))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Take(record) is { } connection)
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

    private static HostWatch Start(KernelSide side, WatchedKinds wanted, KernelLayout? layout, string folder, CgroupHierarchy cgroups, HostWatchOptions options)
    {
        WatchMaps maps = new(options.RingCapacity, withHandOver: layout is null, [.. options.Networks.Select(PrefixOf)]);
        WatchPrograms? programs = null;
        HostWatch? watch = null;
        try
        {
            programs = WatchPrograms.Attach(maps, wanted, layout, options.WithCommands, folder);
            watch = new(side, maps, programs, cgroups, folder, options);
            if (wanted.Accepted)
            {
                OlderListeners.Add(watch._listeners, options.WithCommands);
            }

            return watch;
        }
        catch
        {
            watch?.Dispose();
            programs?.Dispose();
            maps.Dispose();
            throw;
        }
    }

    private static Ipv6Prefix PrefixOf(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            ? new(new IPNetwork(network.BaseAddress.MapToIPv6(), network.PrefixLength + 96))
            : new(network);

    /// <returns>Null for a record that is not about a connection.</returns>
    private WatchedConnection? Take(in WatchRecord record)
    {
        if (record.Kind == WatchRecordKind.Bound)
        {
            _listeners.Add(ListenerOf(record), new((int)record.Process, record.User, CommandOf(record)));
            return null;
        }

        bool outgoing = record.Kind == WatchRecordKind.Outgoing;
        ListenerOwner? owner = outgoing ? null : OwnerOf(record);
        int? process = outgoing ? (record.Process == 0 ? null : (int)record.Process) : owner?.ProcessId;
        return new()
        {
            Event = ConnectionEvent.Opened,
            Time = TimeOf(record.Time),
            Direction = outgoing ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming,
            LocalEndPoint = EndPointOf(record.Local, record.LocalPort),
            RemoteEndPoint = EndPointOf(record.Remote, record.RemotePort),
            Cookie = record.Cookie,
            NetworkNamespace = record.Network,
            Distance = record.Ttl == 0 ? null : HopDistance.FromReceivedTtl(record.Ttl),
            RoundTrip = IsMeasured(record) ? TimeSpan.FromMicroseconds(record.RoundTrip) : null,
            ProcessId = process,
            UserId = outgoing ? (process is null ? null : record.User) : owner?.UserId,
            Command = process is null ? null : outgoing ? CommandOf(record) : owner?.Command,
            CgroupId = record.Cgroup == 0 ? null : record.Cgroup,
            Cgroup = record.Cgroup == 0 ? null : _cgroups.PathOf(record.Cgroup),
        };
    }

    /// <summary>Where one was lost that told who bound a port, those who are known may have been replaced: none is believed any more.</summary>
    private ListenerOwner? OwnerOf(in WatchRecord record)
    {
        if (_maps.Lost[0].Bound is var lost && lost != _lostListeners)
        {
            _lostListeners = lost;
            _listeners.Clear();
        }

        return _listeners.Find(ListenerOf(record));
    }

    /// <summary>
    /// Under SYN cookies the kernel does not know when it sent the SYN+ACK and makes do with the time stamp in it, which has whole milliseconds, and hides
    /// other things in its lowest bits (<c>cookie_init_timestamp</c>): whole milliseconds are not believed.
    /// </summary>
    private static bool IsMeasured(in WatchRecord record) =>
        record.RoundTrip != 0 && (record.Kind == WatchRecordKind.Outgoing || record.RoundTrip % 1000 != 0);

    private static Listener ListenerOf(in WatchRecord record) =>
        new(record.Network, Unsafe.BitCast<WatchRecord.AddressBytes, UInt128>(record.Local), record.LocalPort);

    /// <summary>What the kernel told, or else, for as long as the process is there, what <c>/proc</c> tells.</summary>
    private string? CommandOf(in WatchRecord record)
    {
        if (!_withCommands)
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = record.Command;
        int length = bytes.IndexOf((byte)0);
        return length == 0 ? Processes.CommandOf((int)record.Process) : Encoding.UTF8.GetString(length < 0 ? bytes : bytes[..length]);
    }

    private static IPEndPoint EndPointOf(ReadOnlySpan<byte> bytes, ushort port)
    {
        IPAddress address = new(bytes);
        return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }

    // The two clocks differ by another amount after each correction of the time of day.
    private static DateTimeOffset TimeOf(ulong monotonic) =>
        DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime((long)monotonic);
}
