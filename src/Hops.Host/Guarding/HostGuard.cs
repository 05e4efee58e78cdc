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
/// Refuses the connections of a cgroup's processes to near servers, in the kernel and before a byte is sent. Enumerate it to get the refused connections:
/// <c>await foreach (RefusedConnection refused in guard)</c>.
/// </summary>
/// <remarks>
/// eBPF programs judge the address that a process names, each packet that leaves, and the answer that arrives. They stay attached until the cgroup is removed,
/// and refuse also when this process has ended. While it runs, a connection that is refused because of the answer's distance ends at once (ECONNABORTED);
/// otherwise the connection waits for its time-out.
/// <para>Thread-safe, except that only one loop may run at a time.</para>
/// </remarks>
public sealed class HostGuard : IAsyncEnumerable<RefusedConnection>, IDisposable
{
    // Unread refusals beyond this are dropped and counted, because a guarded program can cause any number of them.
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
    /// Gets the number of refusals that were not reported, because they were not read in time or did not fit into the ring buffer. The connections were refused
    /// all the same. A repetition of a reported refusal counts only if it did not fit into the ring buffer.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The guard was disposed.</exception>
    public long Untold => Interlocked.Read(ref _unread) + (long)_maps.Lost[0].Connections;

    /// <summary>
    /// Gets whether a connection that is refused because of the answer's distance ends at once. False on a kernel without CONFIG_INET_DIAG_DESTROY, where it
    /// waits for its time-out, and for a guard that only reports.
    /// </summary>
    public bool EndsConnections => _ending is not null;

    /// <summary>Starts a guard. Connections that are made before this method returns may be unguarded.</summary>
    /// <param name="options">What to guard, and the policy. Copied.</param>
    /// <exception cref="ArgumentException">An option is not valid, or is not supported in the kernel.</exception>
    /// <exception cref="BpfException">
    /// This process has no right to load or attach the programs, or the kernel does not support them. Programs that were attached before the failure stay
    /// attached, but they are not a whole guard: start nothing in the cgroup.
    /// </exception>
    public static HostGuard Start(HostGuardOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HopGuardOptions wanted = options.Policy;
        if (wanted is { IsAllowed: not null } or { MinimumHopsByHost.Count: > 0 } or { AllowedNearHosts.Count: > 0 }
            or { AllowedHosts.Count: > 0 } or { AddressFamily: not AddressFamily.Unspecified })
        {
            throw new ArgumentException(
                $"A guard in the kernel sees no names of hosts, calls no code, and judges both families. It does not support "
                + $"{nameof(HopGuardOptions.MinimumHopsByHost)}, {nameof(HopGuardOptions.AllowedNearHosts)}, {nameof(HopGuardOptions.AllowedHosts)}, "
                + $"{nameof(HopGuardOptions.IsAllowed)} and {nameof(HopGuardOptions.AddressFamily)}.",
                nameof(options));
        }

        GuardPolicy policy = new(wanted);
        GuardMaps maps = new(policy, options.Resolvers);
        SocketEnding? ending = null;
        try
        {
            // A guard that only reports ends no connections.
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

    /// <summary>
    /// Enumerates the refused connections, including those from before the loop began. Each connection is reported once, with the first reason, even if its
    /// packets are sent again.
    /// </summary>
    /// <param name="cancellationToken">Ends the loop with <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerator<RefusedConnection> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _refusals.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Stops reporting: the loop ends after it has returned all refusals until now. The kernel keeps refusing.</summary>
    public void Stop()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _reading.GetAwaiter().GetResult();
    }

    /// <summary>Ends the loop and releases the resources of this process. The kernel keeps refusing until the cgroup is removed.</summary>
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
                    // The command is read last, so that the program does not wait for it. If the process has ended, it is the thread's.
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

    /// <summary>
    /// Ends a connection whose answer was dropped. Otherwise the program would wait for its time-out; the connection is refused in both cases.
    /// </summary>
    private void End(RefusedConnection refused)
    {
        // A connection that a system call refused has its error already, and no port yet. One without its early data continues. The socket of a refused client
        // is the listener.
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
            // The kernel had no memory for the message. A guarded program must not be able to end the loop.
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
