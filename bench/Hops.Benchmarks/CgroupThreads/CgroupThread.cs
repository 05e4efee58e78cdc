using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Hops.Lab;

namespace Hops.Benchmarks.CgroupThreads;

/// <summary>
/// A thread in its own control group: programs that are attached there run only for its connections. It handles both ends of each connection, so its
/// processor time includes both.
/// </summary>
internal sealed class CgroupThread : IDisposable
{
    /// <summary>Connections before the timed ones: at the start of a turn the processor's caches hold the data of the previous variant.</summary>
    private const int Settling = 100;

    private readonly ThreadCgroup _cgroup;
    private readonly byte[] _buffer;
    private readonly IPAddress _address;
    private readonly bool _isServerOutside;
    private readonly Thread _thread;
    private readonly AutoResetEvent _asked = new(false);
    private readonly AutoResetEvent _answered = new(false);
    private Func<Block>? _work;
    private Block _block;
    private Exception? _failure;

    // What only the thread itself touches.
    private Func<string, IAttached>? _attach;
    private IAttached? _attached;
    private Socket? _listener;
    private Socket? _client;
    private Socket? _server;
    private int _made;

    /// <param name="network">Where the connections are.</param>
    /// <param name="cgroup">Of this thread alone.</param>
    /// <param name="buffer">What is sent from and received into.</param>
    /// <param name="address">Where the server listens.</param>
    /// <param name="isServerOutside">Whether the server's sockets are of another group, where nothing is attached.</param>
    public CgroupThread(NetworkNamespace network, ThreadCgroup cgroup, byte[] buffer, IPAddress address, bool isServerOutside = false)
    {
        (_cgroup, _buffer, _address, _isServerOutside) = (cgroup, buffer, address, isServerOutside);
        _thread = new(() => network.Run(Work)) { IsBackground = true };
        _thread.Start();
        Run(() => default);
    }

    /// <summary>Attaches something in place of what is attached.</summary>
    /// <param name="attach">Attaches to the group with this folder; null for nothing.</param>
    public void Attach(Func<string, IAttached>? attach) => Run(() =>
    {
        Prove();
        _attach = attach;
        Renew();
        return default;
    });

    /// <inheritdoc cref="ThreadClock.CountsPackets"/>
    public bool CountsPackets()
    {
        bool counts = false;
        Run(() =>
        {
            Count(1);
            Connect();
            counts = ThreadClock.CountsPackets(() => RawConnection.Exchange(_client!, _server!, _buffer, 1, Settling));
            return default;
        });
        return counts;
    }

    /// <summary>Opens, accepts and closes connections.</summary>
    public Block OpenAndClose(int times, Func<long>? clock) => Run(() =>
    {
        Count(Settling + times);
        RawConnection.OpenAndClose(_listener!, Settling);
        return Block.Time(times, 1, count => RawConnection.OpenAndClose(_listener!, count), clock);
    });

    /// <summary>
    /// Sends so many bytes there and one byte back, over a new connection each time: single connections differ in speed for as long as they live.
    /// </summary>
    public Block Exchange(int size, int times, Func<long>? clock) => Run(() =>
    {
        Count(1);
        Connect();
        RawConnection.Exchange(_client!, _server!, _buffer, size, Settling);
        return Block.Time(times, 1, count => RawConnection.Exchange(_client!, _server!, _buffer, size, count), clock);
    });

    public void Dispose()
    {
        _work = null;
        _asked.Set();
        _thread.Join();
        _asked.Dispose();
        _answered.Dispose();
    }

    private Block Run(Func<Block> work)
    {
        _work = work;
        _asked.Set();
        _answered.WaitOne();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return _block;
    }

    private void Work()
    {
        try
        {
            _cgroup.Join();
            Renew();
        }
        catch (Exception e)
        {
            _failure = e;
        }

        while (_asked.WaitOne() && _work is { } work)
        {
            try
            {
                _block = _failure is null ? work() : default;
            }
            catch (Exception e)
            {
                _failure = e;
            }

            _answered.Set();
        }

        Close();
    }

    /// <summary>Attaches again, if the attached object cannot take so many more connections.</summary>
    private void Count(int connections)
    {
        if (_made + connections > _attached?.MostConnections)
        {
            Prove();
            Renew();
        }

        _made += connections;
    }

    private void Renew()
    {
        Close();
        if (_isServerOutside)
        {
            _cgroup.Outside(Listen);
        }
        else
        {
            Listen();
        }

        _attached = _attach?.Invoke(_cgroup.Folder);
        _made = 0;
    }

    private void Listen()
    {
        _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(_address, 0));
        _listener.Listen(1024);
    }

    private void Connect()
    {
        _client?.Dispose();
        _server?.Dispose();
        _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
        _client.Connect(_listener!.LocalEndPoint!);
        _server = _listener.Accept();
        RawConnection.SendAtOnce(_client);
        RawConnection.SendAtOnce(_server);
    }

    private void Prove() => _attached?.Prove(_made);

    private void Close()
    {
        _client?.Dispose();
        _server?.Dispose();
        (_client, _server) = (null, null);
        _listener?.Dispose();
        _attached?.Dispose();
        _attached = null;
    }
}
