using System.Net.Sockets;
using Ebpf;
using Ebpf.Maps;
using Hops.Host.Programs;
using Hops.Host.Sharing;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Watching;

/// <summary>
/// Tells processes of this host what a watch knows of their sockets: who connects to its Unix socket sends the descriptor of a TCP socket, and gets the TTL.
/// The kernel finds what is kept by the descriptor alone, so nobody learns of a connection whose socket they do not hold.
/// </summary>
/// <remarks>
/// What a caller sends may be the last descriptor of something whose close takes as long as the sender likes (<c>SO_LINGER</c>, a file system of the sender's
/// own). So each caller has a thread of its own, of which there are only so many for each user, until all is closed that came from it.
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

    /// <summary>Listens where all users may connect, and answers on threads of its own until it is disposed.</summary>
    /// <exception cref="SharingRefusedException">Another watch listens there, or the folder is not root's alone.</exception>
    /// <exception cref="SocketException">The kernel refused.</exception>
    /// <exception cref="IOException">The same.</exception>
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
        // It goes from the file system with it.
        _listener.Dispose();
    }

    private void Run()
    {
        string path = $"{_listener.LocalEndPoint}";
        bool mayAccept = true;
        // While it pauses, callers wait in the queue.
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
            // It is about this caller, and the next one is to be answered.
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
                // Where the caller has gone, that is its business.
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
            // A descriptor that can be used for nothing (O_PATH).
            return new(WatchAnswerStatus.NotWatched, 0, 0);
        }

        ConnectionRecord record = entry.Record;
        return record.Kind == 0 ? new(WatchAnswerStatus.NotWatched, 0, 0)
            : new(record.Ttl == 0 ? WatchAnswerStatus.Unknown : WatchAnswerStatus.Known, record.Ttl, record.Cookie);
    }

    /// <summary>Closes a caller's connection, elsewhere where that may take long: with what it sent.</summary>
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
