using System.Diagnostics;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// Hands a filter and its slots to whoever connects to a Unix socket, <c>/run/hops/hops.sock</c>: for processes that may not call <c>bpf(2)</c>, as in most
/// containers. It needs CAP_BPF, and no pins. The filter lives as long as somebody uses it.
/// </summary>
public sealed class SharedFilterServer : IDisposable
{
    // How long a descriptor that is missing is waited for, and how often callers are looked after who have not taken theirs.
    private const int Pause = 100;
    private const int Round = 1000;

    // Those who flood it are in the queue before the others: the shorter it is, the sooner it is through. Who finds it full waits in connect(2).
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
        // Another process may accept from a socket that was passed: then accepting must not wait for the next caller.
        _listener.Blocking = false;
        RefuseDescriptors(_listener);
        _filter = filter;
        Path = $"{listener.LocalEndPoint}";
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>Whether the group that may connect was made for this, since it did not exist.</summary>
    public bool IsGroupNew { get; private init; }

    /// <summary>How many callers were given the filter.</summary>
    public long Served { get; private set; }

    /// <summary>How many callers were closed without an answer: their user had too many connections open, or the kernel refused.</summary>
    public long Refused { get; private set; }

    /// <summary>
    /// Loads a filter, and listens: on the socket that systemd passed, whose unit says who may connect, or else on one of its own, which takes root.
    /// </summary>
    /// <param name="options">Who may connect to a socket of its own; null for the defaults.</param>
    /// <exception cref="SharingException">This process may not load the filter or make the socket, everyone may load eBPF here, another service listens there,
    /// or what systemd passed is not a Unix socket that listens.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static SharedFilterServer Start(SharingOptions? options = null) => Start(SharedPaths.OfHost, options ?? new());

    /// <summary>
    /// Serves until the token is cancelled, on a thread of its own. Nothing that a caller does ends it, and no user can keep others from being served.
    /// </summary>
    /// <param name="tell">Is told why a caller was refused, or why none can be accepted: a sentence without its full stop, at most one in ten seconds. Must
    /// not throw.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SocketException">What systemd passed is no socket that listens.</exception>
    public Task RunAsync(Action<string>? tell = null, CancellationToken cancellationToken = default)
    {
        _tell = tell;
        return Task.Factory.StartNew(() => Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Stops listening. What was handed over keeps working.</summary>
    public void Dispose()
    {
        // A socket of our own goes from the file system with it; one that was passed stays.
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
        // While it pauses, callers wait in the queue.
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
                CountRefusal($"user {user} sent something, and nothing is asked for");
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
                    // It has gone.
                    caller.Dispose();
                    return;
                default:
                    Refuse(caller, $"sending the filter to user {user} failed: {LibC.MessageOf(error)}");
                    return;
            }
        }
        catch (Exception e)
        {
            // Whatever it is: it is about this caller, and the next one is to be served.
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

    /// <summary>Lets the kernel refuse descriptors that callers send. Linux 6.16.</summary>
    private static void RefuseDescriptors(Socket listener)
    {
        try
        {
            listener.SetRawSocketOption(LibC.SolSocket, LibC.SoPassRights, BitConverter.GetBytes(0));
        }
        catch (SocketException)
        {
            // An older kernel, or no Unix socket. What is sent is never received.
        }
    }

    private static Socket Listen(SharedPaths paths, SharingOptions options, out bool isGroupNew)
    {
        Audience audience = Audience.Of(options);
        isGroupNew = audience.IsNew;
        return ServiceSocket.Listen(paths, paths.Socket, audience, Queue);
    }
}
