using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// Connections between two network namespaces, from eight threads to eight listeners. The initial TTL of both ends is known by the listener's port, so each
/// record can be judged by itself.
/// </summary>
internal sealed class WatchedLoad : IDisposable
{
    public const int Threads = 8;

    private const int Ipv6Level = 41;
    private const int UnicastHops = 16;

    private readonly LabNetwork _network = LabNetwork.Create(0);
    private readonly Socket[] _listeners;
    private readonly IPAddress _server;

    public WatchedLoad(AddressFamily family)
    {
        _server = _network.ServerAddress(family);
        _listeners = _network.Server.Run(() => Enumerable.Range(0, Threads).Select(Listen).ToArray());
        Ports = [.. _listeners.Select(static listener => ((IPEndPoint)listener.LocalEndPoint!).Port)];
    }

    public int[] Ports { get; }

    public NetworkNamespace Server => _network.Server;

    /// <summary>The TTL with which the SYN+ACK of a listener must have arrived.</summary>
    public static int ServerTtl(int listener) => 100 + listener;

    /// <summary>The TTL with which the packets of a listener's clients must have arrived.</summary>
    public static int ClientTtl(int listener) => 50 + listener;

    /// <summary>Makes connections, as many from each thread, and closes both ends of each.</summary>
    public void Run(int connectionsOfAThread)
    {
        Task[] accepting = [.. _listeners.Select(listener => Start(() => Accept(listener, connectionsOfAThread)))];
        Task[] connecting = [.. Enumerable.Range(0, Threads).Select(i => Start(() => _network.Client.Run(() => Connect(i, connectionsOfAThread))))];
        // A client that fails leaves its listener waiting: its exception is the one to see.
        Task.WhenAll(connecting).GetAwaiter().GetResult();
        Task.WhenAll(accepting).GetAwaiter().GetResult();

        static Task Start(Action code) => Task.Factory.StartNew(code, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Which listener a record of this load is about, or -1.</summary>
    public int ListenerOf(WatchedConnection connection) =>
        Array.IndexOf(Ports, (connection.Direction == ConnectionDirection.Outgoing ? connection.RemoteEndPoint : connection.LocalEndPoint).Port);

    public void Dispose()
    {
        Array.ForEach(_listeners, static listener => listener.Dispose());
        _network.Dispose();
    }

    private Socket Listen(int i)
    {
        Socket listener = new(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        SetTtl(listener, ServerTtl(i));
        listener.Bind(new IPEndPoint(_server, 0));
        listener.Listen(4096);
        return listener;
    }

    private static void Accept(Socket listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using Socket socket = listener.Accept();
            socket.LingerState = new(true, 0);
        }
    }

    private void Connect(int listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SetTtl(socket, ClientTtl(listener));
            socket.LingerState = new(true, 0);
            // Wait for the other end to go: a reset before it was accepted would take it away from the listener.
            try
            {
                socket.Connect(_server, Ports[listener]);
                socket.Receive(new byte[1]);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // The other end has gone, perhaps before connect(2) saw that the connection was established.
            }
        }
    }

    public static void SetTtl(Socket socket, int ttl)
    {
        if (socket.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.Ttl = (short)ttl;
        }
        else
        {
            socket.SetRawSocketOption(Ipv6Level, UnicastHops, BitConverter.GetBytes(ttl));
        }
    }
}
