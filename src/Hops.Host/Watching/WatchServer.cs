using System.Net.Sockets;
using Ebpf;
using Ebpf.Maps;
using Hops.Host.Programs;
using Hops.Host.Sharing;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Watching;

/// <summary>
/// Tells processes the TTLs of their sockets: a caller connects to a Unix socket, sends the descriptor of a TCP socket, and gets the TTL. The kernel finds the
/// entry by the descriptor alone, so a process gets no information about connections whose socket it does not hold.
/// </summary>
/// <remarks>
/// A received descriptor may be the last one of a file whose close takes as long as the sender likes (<c>SO_LINGER</c>, a file system of the sender). So each
/// caller has a separate thread until all its descriptors are closed, and the number of callers is limited for each user.
/// </remarks>
internal sealed class WatchServer : IDisposable
{
    private const int Pause = 100;
    private const int Queue = 512;
    private const int MostCallers = 256;
    private const int StackSize = 256 << 10;

    // How long a caller may take to send its descriptor.
    private const int PatienceMilliseconds = 1000;

    private readonly Socket _listener;
    private readonly BpfSocketStorage<ConnectionMemory.Entry> _memory;
    private readonly CallerLimit _limit = new(MostCallers);
    private readonly Waiting _waiting;
    private readonly Thread _thread;

    private WatchServer(Socket listener, BpfSocketStorage<ConnectionMemory.Entry> memory)
    {
        _listener = listener;
        _listener.Blocking = false;
        _memory = memory;
        _waiting = new(listener.SafeHandle);
        _thread = new(Run) { IsBackground = true, Name = "answers for sockets" };
        _thread.Start();
    }

    /// <summary>Listens on a socket that all users may connect to, and answers on separate threads until it is disposed.</summary>
    /// <exception cref="SharingRefusedException">Another watch listens there, or others than root may write to the folder.</exception>
    /// <exception cref="SocketException">The kernel refused.</exception>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static WatchServer Start(SharedPaths paths, BpfSocketStorage<ConnectionMemory.Entry> memory)
    {
        Socket listener = ServiceSocket.Listen(paths, paths.WatchSocket, new Audience(0, Everyone: true), Queue);
        try
        {
            return new(listener, memory);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _waiting.End();
        _thread.Join();
        _waiting.Dispose();
        // This removes the socket from the file system, too.
        _listener.Dispose();
    }

    private void Run()
    {
        string path = $"{_listener.LocalEndPoint}";
        bool mayAccept = true;
        // During a pause callers wait in the queue.
        while (_waiting.Next(mayAccept, mayAccept ? Timeout.Infinite : Pause) is var next and not Waiting.Result.Ended)
        {
            mayAccept = next != Waiting.Result.Caller || ServiceSocket.TryAccept(_listener.SafeHandle, path, Serve, tell: null);
        }
    }

    /// <param name="caller">Belongs to this method.</param>
    private void Serve(SafeFileHandle caller)
    {
        uint? entered = null;
        try
        {
            uint user = PatientSocket.PeerOf(caller).UserId;
            if (!_limit.TryEnter(user))
            {
                Refuse(caller);
                return;
            }

            entered = user;
            new Thread(() => ServeAndClose(caller, user), StackSize) { IsBackground = true }.Start();
        }
        catch (Exception e) when (e is SocketException or OutOfMemoryException or ThreadStartException)
        {
            // The error concerns this caller alone: the next one must be answered.
            Refuse(caller);
            if (entered is { } user)
            {
                _limit.Leave(user);
            }
        }
    }

    private void ServeAndClose(SafeFileHandle caller, uint user)
    {
        try
        {
            Answer(caller);
        }
        catch (Exception e) when (e is BpfException or ObjectDisposedException)
        {
            // The watch has ended. The caller sees its connection closed.
        }
        finally
        {
            caller.Dispose();
            _limit.Leave(user);
        }
    }

    private void Answer(SafeFileHandle caller)
    {
        if (!ServiceSocket.WaitForBytes(caller, PatienceMilliseconds))
        {
            return;
        }

        Span<byte> question = stackalloc byte[1];
        nint length = DescriptorMessage.Receive(caller, question, out SafeFileHandle[] descriptors, out bool isTruncated, out _);
        try
        {
            if (length == 1 && question[0] == WatchAnswer.Question && !isTruncated && descriptors is [var socket])
            {
                Span<byte> answer = stackalloc byte[WatchAnswer.Size];
                LookUp(socket).Write(answer);
                // An error means that the caller has closed its connection.
                _ = DescriptorMessage.Send(caller, answer);
            }
        }
        finally
        {
            Array.ForEach(descriptors, static descriptor => descriptor.Dispose());
        }
    }

    private WatchAnswer LookUp(SafeFileHandle socket)
    {
        ConnectionMemory.Entry entry;
        try
        {
            if (!_memory.TryGetValue(socket, out entry))
            {
                return new(WatchAnswerStatus.NotWatched, 0, 0);
            }
        }
        catch (BpfException)
        {
            // A descriptor that is no socket, such as one opened with O_PATH.
            return new(WatchAnswerStatus.NotWatched, 0, 0);
        }

        ConnectionRecord record = entry.Record;
        return record.Kind == 0 ? new(WatchAnswerStatus.NotWatched, 0, 0)
            : new(record.Ttl == 0 ? WatchAnswerStatus.Unknown : WatchAnswerStatus.Known, record.Ttl, record.Cookie);
    }

    /// <summary>Closes a caller's connection; on another thread if the caller has sent something, since that can take long.</summary>
    private static void Refuse(SafeFileHandle caller)
    {
        if (ServiceSocket.HasSent(caller))
        {
            SlowClosing.Add(caller);
            return;
        }

        caller.Dispose();
    }
}
