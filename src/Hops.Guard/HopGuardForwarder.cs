using System.Net;
using System.Net.Sockets;
using Hops.Guard.Forwarding;

namespace Hops.Guard;

/// <summary>
/// Represents a port of the loopback interface whose connections a guard forwards to one server (<see cref="HopGuard.Forward"/>). A connection that the guard
/// refuses, or that the server does not answer, is reset before a byte was read from it. Disposing the forwarder closes all connections.
/// </summary>
/// <remarks>
/// Other programs of this host can also connect to the port and reach the server, which they could do directly as well. TLS must verify the name of the server:
/// configure the library with that name, not with that of the loopback interface.
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

    /// <summary>Gets the end point to connect to: 127.0.0.1 and a port.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>
    /// Gets the exception of the last connection that failed, such as a <see cref="HopGuardException"/> or a <see cref="SocketException"/>. The client of that
    /// connection got a reset. Null if no connection has failed.
    /// </summary>
    public Exception? LastFailure => _lastFailure;

    /// <summary>Stops listening and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        // Wait until every connection has released its place.
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
                // Such as too many open files: the next accept may succeed.
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
#pragma warning disable CA1031 // A failure of one connection does not affect the others.
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
