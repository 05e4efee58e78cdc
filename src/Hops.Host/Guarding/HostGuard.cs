using System.Net.Sockets;
using System.Threading.Channels;
using Ebpf;
using Ebpf.Maps;
using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Host.Programs;
using Hops.Host.Programs.Guarding;
using Hops.Host.Sockets;
using Hops.Host.Watching;

namespace Hops.Host.Guarding;

/// <summary>
/// Keeps the programs of a cgroup from near servers, in the kernel, before a byte is sent: <c>await foreach (RefusedConnection refused in guard)</c>.
/// </summary>
/// <remarks>
/// Programs in the kernel judge the address that a program names, the packet that leaves and the answer that comes; what they refuse does not happen, whether
/// or not this process still runs. While it does, connections that an answer's distance refuses end at once (ECONNABORTED); else they wait for their time-out.
/// <para>The programs stay attached until the cgroup is removed. Thread-safe, but for one loop at a time.</para>
/// </remarks>
public sealed class HostGuard : IAsyncEnumerable<RefusedConnection>, IDisposable
{
    // What nobody reads is dropped, and counted: a guarded program may be refused as often as it likes.
    private const int MostUnread = 10_000;

    private readonly GuardMaps _maps;
    private readonly BpfRingBufferReader<ConnectionRecord> _reader;
    private readonly SocketEnding? _ending;
    private readonly Channel<RefusedConnection> _refusals;
    private readonly ToldRefusals _told = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;
    private long _unread;
    private int _isDisposed;

    private HostGuard(GuardMaps maps, SocketEnding? ending)
    {
        _maps = maps;
        _ending = ending;
        _reader = maps.Ring.OpenReader<ConnectionRecord>();
        _refusals = Channel.CreateBounded<RefusedConnection>(
            new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true },
            _ => Interlocked.Increment(ref _unread));
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>
    /// How many refusals are not told: nobody read them in time, or they did not fit into the ring buffer. They were refused all the same. One that is told
    /// already and comes again does not count, if it fits.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public long Untold => Interlocked.Read(ref _unread) + (long)_maps.Lost[0].Connections;

    /// <summary>
    /// Whether what an answer's distance refuses ends at once; else (a kernel without CONFIG_INET_DIAG_DESTROY, or a guard that only reports) it would wait
    /// for its time-out.
    /// </summary>
    public bool EndsConnections => _ending is not null;

    /// <summary>Begins to guard. What connects before this returns is guarded or not.</summary>
    /// <exception cref="ArgumentException">An option makes no sense, or not in the kernel.</exception>
    /// <exception cref="BpfException">This process may not, or this kernel cannot: nothing that is in the cgroup should be started then.</exception>
    public static HostGuard Start(HostGuardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HopGuardOptions wanted = options.Policy;
        if (wanted is { IsAllowed: not null } or { MinimumHopsByHost.Count: > 0 } or { AllowedNearHosts.Count: > 0 }
            or { AllowedHosts.Count: > 0 } or { AddressFamily: not AddressFamily.Unspecified })
        {
            throw new ArgumentException(
                $"In the kernel there are no names of hosts and no code to ask, and both families are judged: {nameof(HopGuardOptions.MinimumHopsByHost)}, "
                + $"{nameof(HopGuardOptions.AllowedNearHosts)}, {nameof(HopGuardOptions.AllowedHosts)}, {nameof(HopGuardOptions.IsAllowed)} and "
                + $"{nameof(HopGuardOptions.AddressFamily)} are not for it.",
                nameof(options));
        }

        GuardPolicy policy = new(wanted);
        GuardMaps maps = new(policy, options.Resolvers);
        SocketEnding? ending = null;
        try
        {
            // Without one nothing is ended: for who only reports.
            ending = policy.Mode == HopGuardMode.Enforce ? SocketEnding.TryOpen() : null;
            GuardPrograms.Attach(maps, policy, options.JudgesIncoming, options.Cgroup);
            return new(maps, ending);
        }
        catch
        {
            ending?.Dispose();
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Tells what is refused, also what was before the loop began: a connection once, with the first reason, however often its packets come.</summary>
    /// <param name="cancellationToken">Ends the loop with <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerator<RefusedConnection> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _refusals.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Ends what this process does for it when it has told what was refused until now, and the loop then. The kernel goes on refusing.</summary>
    public void Stop()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _reading.GetAwaiter().GetResult();
    }

    /// <summary>Ends what this process does for it, and the loop. The kernel goes on refusing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _end.Cancel();
        _reading.GetAwaiter().GetResult();
        _reader.Dispose();
        _ending?.Dispose();
        _maps.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (ConnectionRecord record in _reader.WithCancellation(_end.Token).ConfigureAwait(false))
            {
                RefusedConnection refused = RefusalOf(record);
                End(refused);
                if (_told.Add(refused))
                {
                    // After the program has its answer.
                    // The command of the process, or, where that has ended, of the thread.
                    _refusals.Writer.TryWrite(
                        refused with { Command = refused.ProcessId is { } process ? Processes.CommandOf(process) ?? record.CommandText : null });
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _refusals.Writer.Complete();
        }
    }

    /// <summary>Ends what waits for an answer that does not come. Where it cannot, that waits for its time-out: it is refused all the same.</summary>
    private void End(RefusedConnection refused)
    {
        // What a system call refuses has its answer, and has no port yet; what must not send early data goes on without it; the socket of a client that is
        // refused is the listener.
        if (refused is not { LocalEndPoint: { } local, RemoteEndPoint: { } remote, Reason: not HostGuardReason.EarlyData, IsIncoming: false })
        {
            return;
        }

        try
        {
            _ending?.End(local, remote, refused.Cookie);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The kernel had no memory for the message. Nothing that a guarded program does may end the loop.
        }
    }

    private static RefusedConnection RefusalOf(in ConnectionRecord record) => new()
    {
        Reason = record.Reason,
        IsIncoming = record.Kind == ConnectionRecordKind.RefusedIncoming,
        Time = record.TimeOfDay,
        RemoteEndPoint = record.RemotePort == 0 ? null : record.RemoteEndPoint,
        LocalEndPoint = record.LocalPort == 0 ? null : record.LocalEndPoint,
        Distance = record.Ttl == 0 ? null : HopDistance.FromReceivedTtl(record.Ttl),
        ProcessId = record.Process == 0 ? null : (int)record.Process,
        UserId = record.Process == 0 ? null : record.User,
        Cookie = record.Cookie,
    };
}
