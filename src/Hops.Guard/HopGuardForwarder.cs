using System.Net;
using System.Net.Sockets;
using Hops.Guard.Forwarding;

namespace Hops.Guard;

/// <summary>
/// A port of this host's loopback behind which a guard connects to one server (<see cref="HopGuard.Forward"/>). A connection that is refused, or that the server
/// does not answer, is closed with a reset before a byte was read from it. Disposing it closes all.
/// </summary>
/// <remarks>
/// Other programs of this host can connect there, too, and so reach that server, as they could by themselves. Names that TLS verifies are the server's own: tell
/// the library the server's name, not that of loopback.
/// </remarks>
public sealed class HopGuardForwarder : IAsyncDisposable
{
    private const int MostConnections = 1024;

    private readonly HopGuard _guard;
    private readonly DnsEndPoint _server;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(MostConnections);
    private readonly Task _accepting;
    private volatile Exception? _lastFailure;

    internal HopGuardForwarder(HopGuard guard, DnsEndPoint server)
    {
        _guard = guard;
        _server = server;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where to connect to: 127.0.0.1 and a port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>
    /// Why the last connection that failed did: a <see cref="HopGuardException"/>, a <see cref="SocketException"/>. The library behind saw a reset. Null while
    /// none has failed.
    /// </summary>
    public Exception? LastFailure => _lastFailure;

    /// <summary>Stops listening, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        // Each gives its place back.
        for (int i = 0; i < MostConnections; i++)
        {
            await _free.WaitAsync().ConfigureAwait(false);
        }

        _free.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                await _free.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                _free.Release();
                return;
            }
            catch (SocketException e)
            {
                // Such as too many open files: the next one may be lucky.
                _lastFailure = e;
                _free.Release();
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            _ = ForwardAsync(client);
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        try
        {
            client.NoDelay = true;
            Stream stream = await _guard.ConnectNamedAsync(_server, _stop.Token).ConfigureAwait(false);
            NetworkStream server = stream as NetworkStream ?? await _guard.Network.ToNetworkStreamAsync(stream).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                await Relay.RunAsync(client, server.Socket, _stop.Token).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is this connection's alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_stop.IsCancellationRequested)
            {
                _lastFailure = e;
            }

            Relay.Reset(client);
        }
        finally
        {
            client.Dispose();
            _free.Release();
        }
    }
}
