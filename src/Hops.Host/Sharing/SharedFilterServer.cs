using System.Diagnostics;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// Sends a filter and its slots to the processes that connect to a Unix socket, <c>/run/hops/hops.sock</c>. It is for processes that may not call
/// <c>bpf(2)</c>, as in most containers. Needs CAP_BPF, and no pins. The filter exists until the last process that uses it ends.
/// </summary>
public sealed class SharedFilterServer : IDisposable
{
    // Milliseconds: the wait after accept(2) failed, for instance without a free descriptor, and between two checks for callers that have taken the filter.
    private const int Pause = 100;
    private const int Round = 1000;

    // Short, since in a flood the others are behind the flooder's connections. Callers that find the queue full wait in connect(2).
    private const int Queue = 512;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Socket _listener;
    private readonly ServedFilter _filter;
    private readonly Callers _callers = new(Callers.LimitOfOpenFiles());
    private Action<string>? _tell;
    private long? _told;

    private SharedFilterServer(Socket listener, ServedFilter filter)
    {
        _listener = listener;
        // Another process may accept from a passed socket, too: accept(2) must not wait for the next caller then.
        _listener.Blocking = false;
        RefuseDescriptors(_listener);
        _filter = filter;
        Path = $"{listener.LocalEndPoint}";
    }

    /// <summary>Gets the path of the Unix socket.</summary>
    public string Path { get; }

    /// <summary>Gets whether the group that may connect was created, because it did not exist.</summary>
    public bool IsGroupNew { get; private init; }

    /// <summary>Gets the number of callers that were sent the filter.</summary>
    public long Served { get; private set; }

    /// <summary>
    /// Gets the number of callers whose connection was closed without the filter: their user had too many connections open, they sent something, or the kernel
    /// refused.
    /// </summary>
    public long Refused { get; private set; }

    /// <summary>
    /// Loads a filter, and listens: on the socket that systemd passed, whose unit says who may connect, or otherwise on a new socket, which needs root.
    /// </summary>
    /// <param name="options">Who may connect to a new socket; null for the defaults.</param>
    /// <exception cref="SharingException">
    /// This process may not load the filter or create the socket, everyone may load eBPF on this host, another service listens at the path, or the descriptor
    /// that systemd passed is not a listening Unix socket.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static SharedFilterServer Start(SharingOptions? options = null) => Start(SharedPaths.OfHost, options ?? new());

    /// <summary>
    /// Serves on a separate thread until the token is cancelled. No caller can end the service, and no user can keep it from serving other users.
    /// </summary>
    /// <param name="tell">
    /// Called with the reason why a caller was refused or none can be accepted: a sentence without a full stop, at most every ten seconds. Must not throw.
    /// </param>
    /// <param name="cancellationToken">Ends the service.</param>
    /// <exception cref="SocketException">The socket that systemd passed does not listen.</exception>
    public Task RunAsync(Action<string>? tell = null, CancellationToken cancellationToken = default)
    {
        _tell = tell;
        return Task.Factory.StartNew(() => Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Stops listening. Processes that have the filter keep it.</summary>
    public void Dispose()
    {
        // This removes our own socket from the file system, too; a passed one stays.
        _listener.Dispose();
        _callers.Dispose();
        _filter.Dispose();
    }

    internal static SharedFilterServer Start(SharedPaths paths, SharingOptions options)
    {
        ServedFilter? filter = null;
        try
        {
            filter = ServedFilter.Load();
            UnprivilegedLoading.ThrowIfAllowed();
            bool isGroupNew = false;
            return new(PassedSocket.Take() ?? Listen(paths, options, out isGroupNew), filter) { IsGroupNew = isGroupNew };
        }
        catch (Exception e) when (e is SharingRefusedException or BpfException or SocketException or IOException or UnauthorizedAccessException)
        {
            filter?.Dispose();
            throw SharingException.Of(SharingOperation.Serve, e);
        }
    }

    private void Run(CancellationToken cancellationToken)
    {
        using Waiting waiting = new(_listener.SafeHandle);
        using CancellationTokenRegistration stop = cancellationToken.Register(waiting.End);
        bool mayAccept = true;
        // During a pause callers wait in the queue.
        while (waiting.Next(mayAccept, !mayAccept ? Pause : _callers.AreThere ? Round : Timeout.Infinite) is var next and not Waiting.Result.Ended)
        {
            mayAccept = next != Waiting.Result.Caller || ServiceSocket.TryAccept(_listener.SafeHandle, Path, Serve, Tell);
            if (next == Waiting.Result.Time)
            {
                _callers.Sweep();
            }
        }
    }

    /// <param name="caller">Belongs to this method.</param>
    private void Serve(SafeFileHandle caller)
    {
        try
        {
            uint user = PatientSocket.PeerOf(caller).UserId;
            if (ServiceSocket.HasSent(caller))
            {
                SlowClosing.Add(caller);
                CountRefusal($"user {user} sent data, and the protocol has none");
                return;
            }

            if (!_callers.HasRoomFor(user))
            {
                Refuse(caller, $"user {user} has too many connections open that have not taken the filter");
                return;
            }

            FilterPair pair = _filter.ToHandOut();
            Errno error = PairMessage.Send(caller, pair);
            switch (error)
            {
                case Errno.None:
                    _callers.Add(user, caller);
                    Served++;
                    return;
                case Errno.EPIPE or Errno.ECONNRESET:
                    // The caller has closed its connection.
                    caller.Dispose();
                    return;
                default:
                    Refuse(caller, $"sending the filter to user {user} failed: {LibC.MessageOf(error)}");
                    return;
            }
        }
        catch (Exception e)
        {
            // Any exception concerns this caller alone: the next one must be served.
            Refuse(caller, e.Message);
        }
    }

    private void Refuse(SafeFileHandle caller, string reason)
    {
        caller.Dispose();
        CountRefusal(reason);
    }

    private void CountRefusal(string reason)
    {
        Refused++;
        Tell($"a caller was refused, {Refused} so far: {reason}");
    }

    private void Tell(string sentence)
    {
        if (_told is not { } before || Stopwatch.GetElapsedTime(before) > Silence)
        {
            _told = Stopwatch.GetTimestamp();
            _tell?.Invoke(sentence);
        }
    }

    /// <summary>Has the kernel refuse descriptors that callers send (Linux 6.16).</summary>
    private static void RefuseDescriptors(Socket listener)
    {
        try
        {
            listener.SetRawSocketOption(LibC.SolSocket, LibC.SoPassRights, BitConverter.GetBytes(0));
        }
        catch (SocketException)
        {
            // An older kernel, or not a Unix socket. Descriptors are never received anyway.
        }
    }

    private static Socket Listen(SharedPaths paths, SharingOptions options, out bool isGroupNew)
    {
        Audience audience = Audience.Of(options);
        isGroupNew = audience.IsNew;
        return ServiceSocket.Listen(paths, paths.Socket, audience, Queue);
    }
}
