using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Host.Guarding;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>A row of routers, and at its beginning a guarded cgroup.</summary>
internal sealed class GuardedLab : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int TcpLevel = 6;
    private const int FastOpen = 23;
    private const int FastOpenConnect = 30;

    // net.ipv4.tcp_fastopen: data in the SYN without a cookie; and accepted so.
    private const int WithoutCookie = 5;
    private const int AcceptWithoutCookie = 0x203;

    private readonly LabNetwork _network;
    private readonly bool _ownsNetwork;
    private readonly TemporaryCgroup _cgroup = TemporaryCgroup.Create();
    private readonly HostGuard _guard;

    private GuardedLab(LabNetwork network, bool ownsNetwork, HostGuardOptions options, bool endsSockets = true)
    {
        (_network, _ownsNetwork) = (network, ownsNetwork);
        // Anyone may make sockets of ICMP.
        network.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "0 2147483647\n"));
        try
        {
            options = options with { Cgroup = _cgroup.Path };
            // In the network where it starts it ends sockets.
            _guard = endsSockets ? network.Client.Run(() => HostGuard.Start(options)) : HostGuard.Start(options);
        }
        catch
        {
            _cgroup.Dispose();
            throw;
        }
    }

    public LabNetwork Network => _network;

    public HostGuard Guard => _guard;

    /// <param name="routers">How many.</param>
    /// <param name="policy">What is guarded against.</param>
    /// <param name="resolvers">At which distances resolvers are.</param>
    public static GuardedLab Create(int routers, HopGuardOptions policy, params int[] resolvers)
    {
        Requires.Root();
        LabNetwork network = LabNetwork.Create(routers);
        return new(
            network, true, Options(policy) with { Resolvers = [.. resolvers.Select(distance => network.AddressAt(distance, AddressFamily.InterNetwork))] });
    }

    /// <param name="routers">How many.</param>
    /// <param name="options">What is guarded against; the cgroup is another.</param>
    /// <param name="endsSockets">Whether it can end connections that are refused; else they wait.</param>
    public static GuardedLab Create(int routers, HostGuardOptions options, bool endsSockets = true)
    {
        Requires.Root();
        return new(LabNetwork.Create(routers), true, options, endsSockets);
    }

    public static HostGuardOptions Options(HopGuardOptions policy) => new() { Cgroup = "", Policy = policy };

    /// <summary>Another guarded cgroup in the same network.</summary>
    public static GuardedLab Create(GuardedLab other, HopGuardOptions policy) => new(other._network, false, Options(policy));

    public Socket Listen(int distance, AddressFamily family, IPAddress? address = null)
    {
        NetworkNamespace host = address is null ? _network.HostAt(distance) : _network.Client;
        return host.Run(() => Listener(family, address ?? _network.AddressAt(distance, family)));
    }

    /// <summary>A server that takes data in a first packet, for clients that <see cref="DeferConnect"/>.</summary>
    public Socket ListenFast(int distance, AddressFamily family)
    {
        Network.HostAt(distance).SetSysctl("net/ipv4/tcp_fastopen", AcceptWithoutCookie);
        Network.Client.SetSysctl("net/ipv4/tcp_fastopen", WithoutCookie);
        Socket socket = Listen(distance, family);
        socket.SetRawSocketOption(TcpLevel, FastOpen, BitConverter.GetBytes(10));
        return socket;
    }

    /// <summary>Has a socket put its first data into its first packet.</summary>
    public static void DeferConnect(Socket socket) => socket.SetRawSocketOption(TcpLevel, FastOpenConnect, BitConverter.GetBytes(1));

    /// <summary>Returns the number of bytes that come with the next connection until it is closed; 0 if none comes.</summary>
    public static int ReceivedBy(Socket listener)
    {
        if (!listener.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead))
        {
            return 0;
        }

        using Socket server = listener.Accept();
        byte[] buffer = new byte[100];
        int received = 0;
        for (int count; (count = server.Receive(buffer)) > 0;)
        {
            received += count;
        }

        return received;
    }

    public Socket ListenGuarded(AddressFamily family) =>
        ListenGuarded(family, family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback);

    public Socket ListenGuarded(AddressFamily family, IPAddress address) => Guarded(() => Listener(family, address));

    /// <summary>Connects to the guarded cgroup from a host at a distance.</summary>
    public SocketError ConnectFrom(int distance, EndPoint end, TimeSpan patience) => _network.HostAt(distance).Run(() => Try(end, patience));

    public Socket Receive(int distance, int port) => _network.HostAt(distance).Run(() =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(_network.AddressAt(distance, AddressFamily.InterNetwork), port));
        return socket;
    });

    public SocketError Connect(Socket listener) => Connect(listener.LocalEndPoint!);

    public SocketError Connect(Socket listener, TimeSpan patience) => Guarded(() => Try(listener.LocalEndPoint!, patience));

    public SocketError Connect(EndPoint end) => Guarded(() => Try(end, Patience));

    public SocketError Connect(Socket listener, Action<Socket> prepare) => Guarded(() => Try(listener.LocalEndPoint!, Patience, prepare));

    public SocketError ConnectUnguarded(Socket listener, Action<Socket> prepare) => _network.Client.Run(() => Try(listener.LocalEndPoint!, Patience, prepare));

    public SocketError ConnectUnguarded(Socket listener) => ConnectUnguarded(listener.LocalEndPoint!);

    public SocketError ConnectUnguarded(EndPoint end) => ConnectUnguarded(end, Patience);

    public SocketError ConnectUnguarded(EndPoint end, TimeSpan patience) => _network.Client.Run(() => Try(end, patience));

    public SocketError SendTo(Socket receiver, EndPoint? connectedTo = null) => Guarded(() => TrySend(receiver.LocalEndPoint!, connectedTo));

    public SocketError SendToUnguarded(Socket receiver) => _network.Client.Run(() => TrySend(receiver.LocalEndPoint!, null));

    public T Guarded<T>(Func<T> code)
    {
        T result = default!;
        _cgroup.Within(() => result = _network.Client.Run(code));
        return result;
    }

    public void StopGuard() => _guard.Dispose();

    /// <summary>The next that is refused.</summary>
    public async Task<RefusedConnection> NextRefusedAsync()
    {
        using CancellationTokenSource timeout = new(Patience);
        await foreach (RefusedConnection refused in _guard.WithCancellation(timeout.Token))
        {
            return refused;
        }

        throw new InvalidOperationException("The guard has ended.");
    }

    /// <summary>All that was refused until now.</summary>
    public async Task<List<RefusedConnection>> RefusedAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, _guard.Untold);
        _guard.Dispose();
        List<RefusedConnection> all = [];
        await foreach (RefusedConnection refused in _guard)
        {
            all.Add(refused);
        }

        return all;
    }

    public void Dispose()
    {
        _guard.Dispose();
        _cgroup.Dispose();
        if (_ownsNetwork)
        {
            _network.Dispose();
        }
    }

    private static Socket Listener(AddressFamily family, IPAddress address)
    {
        Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
        if (address.Equals(IPAddress.IPv6Any))
        {
            socket.DualMode = true;
        }

        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen();
        return socket;
    }

    private static SocketError Try(EndPoint end, TimeSpan patience, Action<Socket>? prepare = null)
    {
        using Socket socket = new(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (end.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        prepare?.Invoke(socket);
        using CancellationTokenSource timeout = new(patience);
        try
        {
            socket.ConnectAsync(end, timeout.Token).AsTask().GetAwaiter().GetResult();
            socket.Send("hello"u8);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (OperationCanceledException)
        {
            return SocketError.TimedOut;
        }
    }

    private static SocketError TrySend(EndPoint end, EndPoint? connectedTo)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (connectedTo is not null)
            {
                socket.Connect(connectedTo);
            }

            socket.SendTo([1], end);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
