using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Hops.Host.Watching;
using Hops.Lab;

namespace Hops.Benchmarks.Watching;

/// <summary>
/// A thread whose connections, both ends of each, a watch sees, and no one else's. Nobody reads the records while it works; it proves now and then that
/// they came.
/// </summary>
internal sealed class WatchedThread : IDisposable
{
    /// <summary>Four records each fit into the ring.</summary>
    private const int MostUnread = 10_000;

    /// <summary>Work before that which is timed: whoever comes after another finds the processor's caches full of what is the other's.</summary>
    private const int Settling = 20;

    private readonly ThreadCgroup _cgroup;
    private readonly byte[] _buffer;
    private readonly Thread _thread;
    private readonly AutoResetEvent _asked = new(false);
    private readonly AutoResetEvent _answered = new(false);
    private Func<Block>? _work;
    private Block _block;
    private Exception? _failure;

    // What only the thread itself touches.
    private HostWatchOptions? _options;
    private HostWatch? _watch;
    private Socket? _listener;
    private Socket? _client;
    private Socket? _server;
    private int _made;

    /// <param name="network">Where the connections are.</param>
    /// <param name="cgroup">Of this thread alone.</param>
    /// <param name="buffer">What is sent from and received into.</param>
    public WatchedThread(NetworkNamespace network, ThreadCgroup cgroup, byte[] buffer)
    {
        _cgroup = cgroup;
        _buffer = buffer;
        _thread = new(() => network.Run(Work)) { IsBackground = true };
        _thread.Start();
        Run(() => default);
    }

    /// <summary>Has its connections watched from now on.</summary>
    /// <param name="options">How; null for not at all.</param>
    public void Watch(HostWatchOptions? options) => Run(() =>
    {
        Prove();
        _options = options is null ? null : options with { Cgroup = _cgroup.Folder };
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

    /// <summary>Sends so many bytes there and one byte back, over a new connection: one may be luckier than another for as long as it lives.</summary>
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

    /// <summary>Makes room for the records of so many connections more.</summary>
    private void Count(int connections)
    {
        if (_made + connections > MostUnread)
        {
            Prove();
            Renew();
        }

        _made += connections;
    }

    private void Renew()
    {
        Close();
        _watch = _options is null ? null : HostWatch.Start(_options);
        _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _made = 0;
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

    /// <exception cref="InvalidOperationException">The watch did not tell of all connections: what it took says nothing.</exception>
    private void Prove()
    {
        if (_watch is null)
        {
            return;
        }

        _watch.Stop();
        int told = CountAsync(_watch).GetAwaiter().GetResult();
        int ends = _made * (_options!.Direction is null ? 2 : 1);
        if (_watch.Lost != 0 || told != ends)
        {
            throw new InvalidOperationException($"The watch told {told} of {ends} ends of connections, and {_watch.Lost} records were lost.");
        }
    }

    private void Close()
    {
        _client?.Dispose();
        _server?.Dispose();
        (_client, _server) = (null, null);
        _listener?.Dispose();
        _watch?.Dispose();
    }

    private static async Task<int> CountAsync(HostWatch watch)
    {
        int count = 0;
        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            count += connection.Event == ConnectionEvent.Opened ? 1 : 0;
        }

        return count;
    }
}
