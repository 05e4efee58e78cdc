using System.Net.Sockets;
using Ebpf;
using Hops.Sources;

namespace Hops.Sharing;

/// <summary>
/// Hands a filter and its slots to whoever connects to a Unix socket, <c>/run/hops/hops.sock</c>: for processes that may not call <c>bpf(2)</c>, as in most containers. It
/// needs CAP_BPF, and no pins. The filter lives as long as somebody uses it.
/// </summary>
public sealed class SharedFilterServer : IDisposable
{
    private readonly Socket _listener;
    private readonly FilterPair _pair;

    private SharedFilterServer(Socket listener, FilterPair pair)
    {
        _listener = listener;
        _pair = pair;
        Path = $"{listener.LocalEndPoint}";
    }

    /// <summary>Where it listens.</summary>
    public string Path { get; }

    /// <summary>Whether the group that may connect was made for this, since it did not exist.</summary>
    public bool IsGroupNew { get; private init; }

    /// <summary>How many callers were given the filter.</summary>
    public long Served { get; private set; }

    /// <summary>
    /// Loads a filter, and listens: on the socket that systemd passed (<c>hops.socket</c>), whose unit says who may connect, or else on one of its own, which takes root.
    /// </summary>
    /// <param name="options">Who may connect to a socket of its own; null for the defaults.</param>
    /// <exception cref="SharingException">This process may not load the filter or make the socket, everyone may load eBPF here, another service listens there, or what
    /// systemd passed is not a Unix socket that listens.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static SharedFilterServer Start(SharingOptions? options = null) => Start(SharedPaths.OfHost, options ?? new());

    /// <summary>Serves until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Socket caller;
            try
            {
                caller = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                // Callers wait in the queue meanwhile.
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            Serve(caller);
        }
    }

    /// <summary>Stops listening. What was handed over keeps working.</summary>
    public void Dispose()
    {
        // A socket of our own goes from the file system with it; one that was passed stays.
        _listener.Dispose();
        _pair.Dispose();
    }

    internal static SharedFilterServer Start(SharedPaths paths, SharingOptions options)
    {
        FilterPair? pair = null;
        try
        {
            pair = FilterPair.Load();
            UnprivilegedLoading.ThrowIfAllowed();
            pair.Slots.Freeze();
            bool isGroupNew = false;
            return new(PassedSocket.Take() ?? Listen(paths, options, out isGroupNew), pair) { IsGroupNew = isGroupNew };
        }
        catch (Exception e) when (e is SharingRefusedException or BpfException or SocketException or IOException or UnauthorizedAccessException)
        {
            pair?.Dispose();
            throw SharingException.Of("serving a shared filter", e);
        }
    }

    private void Serve(Socket caller)
    {
        using (caller)
        {
            try
            {
                PairMessage.Send(caller, _pair);
                Served++;
            }
            catch (SocketException)
            {
                // It has gone.
            }
        }
    }

    private static Socket Listen(SharedPaths paths, SharingOptions options, out bool isGroupNew)
    {
        Audience audience = Audience.Of(options);
        isGroupNew = audience.IsNew;
        TrustedPath.MakeFolder(paths.Root);
        using SharingLock held = SharingLock.Take(paths);
        if (ServiceSocket.RemoveAbandoned(paths))
        {
            throw new SharingRefusedException($"another service listens at {paths.Socket} already", "stop that one first (sudo systemctl stop hops.socket hops.service)");
        }

        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(paths.Socket));
            // Connecting takes the permission to write.
            audience.AllowReadingAndWriting(paths.Socket);
            listener.Listen();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
