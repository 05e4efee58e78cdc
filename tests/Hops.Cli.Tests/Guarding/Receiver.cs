using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A server that keeps what arrives, over TCP and UDP, IPv4 and IPv6, on one port.</summary>
internal sealed class Receiver : IDisposable
{
    private const string Mark = "until here";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceForEnds = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly Socket _datagrams;
    private readonly List<(StringBuilder Text, Task Reading)> _connections = [];
    private readonly List<string> _received = [];

    private Receiver(Socket listener, Socket datagrams) => (_listener, _datagrams) = (listener, datagrams);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <param name="at">Where.</param>
    /// <param name="port">0 for any that is free.</param>
    public static Receiver Start(NetworkNamespace at, int port = 0)
    {
        Receiver receiver = at.Run(() =>
        {
            Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            Socket datagrams = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            listener.Listen(1000);
            datagrams.Bind(new IPEndPoint(IPAddress.IPv6Any, ((IPEndPoint)listener.LocalEndPoint!).Port));
            return new Receiver(listener, datagrams);
        });
        _ = receiver.AcceptAsync();
        _ = receiver.ReceiveAsync();
        return receiver;
    }

    /// <summary>
    /// Returns what arrived since the last call, each connection and each datagram once. Marks of the test show that all that was sent before has arrived.
    /// </summary>
    /// <param name="from">The network namespace of the senders.</param>
    /// <param name="address">The server's, as they see it.</param>
    public string[] Received(NetworkNamespace from, IPAddress address)
    {
        Socket mark = from.Run(() =>
        {
            using Socket datagram = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            datagram.SendTo(Encoding.UTF8.GetBytes(Mark), new IPEndPoint(address, Port));
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(address, Port);
            return socket;
        });
        using (mark)
        {
            mark.Send(Encoding.UTF8.GetBytes(Mark));
        }

        Assert.True(SpinWait.SpinUntil(() => All().Count(static text => text == Mark) >= 2, Patience), "The server does not receive any more.");
        // Connections that came before have been read when they are closed; those of processes that still run stay open.
        SpinWait.SpinUntil(() => Reading().All(static reading => reading.IsCompleted), PatienceForEnds);
        lock (_received)
        {
            string[] all = [.. All().Where(static text => text is not (Mark or ""))];
            _received.Clear();
            _connections.RemoveAll(static connection => connection.Reading.IsCompleted);
            _connections.ForEach(static connection => connection.Text.Clear());
            return all;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _datagrams.Dispose();
    }

    private string[] All()
    {
        lock (_received)
        {
            return [.. _received, .. _connections.Select(static connection => connection.Text.ToString())];
        }
    }

    private Task[] Reading()
    {
        lock (_received)
        {
            return [.. _connections.Select(static connection => connection.Reading)];
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                lock (_received)
                {
                    StringBuilder text = new();
                    _connections.Add((text, ReadAsync(socket, text)));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[1000];
        try
        {
            while (true)
            {
                int count = await _datagrams.ReceiveAsync(buffer);
                lock (_received)
                {
                    _received.Add(Encoding.UTF8.GetString(buffer, 0, count));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ReadAsync(Socket socket, StringBuilder text)
    {
        byte[] buffer = new byte[1000];
        using (socket)
        {
            try
            {
                for (int count; (count = await socket.ReceiveAsync(buffer)) > 0;)
                {
                    lock (_received)
                    {
                        text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                    }
                }
            }
            catch (SocketException)
            {
                // Reset: what came before counts.
            }
        }
    }
}
