using System.Net;
using System.Net.Sockets;

namespace Hops.TestClient;

/// <summary>Connects as it is told, a line of standard input at a time, and prints a line for each.</summary>
/// <param name="meter">What all connections are measured with.</param>
internal sealed class Measuring(HopMeter meter)
{
    private readonly List<Socket> _armed = [];

    public void Run()
    {
        Console.WriteLine($"source {meter.Source}");
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(line.Split(' ') switch
            {
                ["arm", var address] => Arm(IPAddress.Parse(address)),
                ["measure", var address, var ports, var count, var threads] =>
                    Measure(IPAddress.Parse(address), [.. ports.Split(',').Select(int.Parse)], int.Parse(count, null), int.Parse(threads, null)),
                _ => "arm ADDRESS | measure ADDRESS PORT,PORT… COUNT THREADS",
            });
        }
    }

    private static Socket NewSocket(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.IsIPv4MappedToIPv6)
        {
            socket.DualMode = true;
        }

        return socket;
    }

    // A socket for the next connection.
    private string Arm(IPAddress address)
    {
        Socket socket = NewSocket(address);
        meter.Arm(socket);
        _armed.Add(socket);
        return "armed";
    }

    // 'PORT:TTL=CONNECTIONS' for all that were seen; TTL 0 is unknown.
    private string Measure(IPAddress address, int[] ports, int count, int threads)
    {
        int[] seen = new int[ports.Length * 256];
        Thread[] workers =
        [
            .. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < count; i++)
                {
                    int port = i % ports.Length;
                    Interlocked.Increment(ref seen[(port * 256) + MeasureOne(address, ports[port])]);
                }
            })),
        ];
        Array.ForEach(workers, static worker => worker.Start());
        Array.ForEach(workers, static worker => worker.Join());
        return string.Join(' ', seen.Index().Where(static s => s.Item > 0).Select(s => $"{ports[s.Index / 256]}:{s.Index % 256}={s.Item}"));
    }

    private int MeasureOne(IPAddress address, int port)
    {
        using Socket socket = TakeArmed(address.AddressFamily) ?? Armed(NewSocket(address));
        socket.Connect(address, port);
        HopDistance? distance = meter.Read(socket);
        // A reset leaves no port waiting.
        socket.LingerState = new LingerOption(true, 0);
        return distance?.ReceivedTtl ?? 0;
    }

    private Socket? TakeArmed(AddressFamily family)
    {
        lock (_armed)
        {
            Socket? socket = _armed.Find(socket => socket.AddressFamily == family);
            return socket is not null && _armed.Remove(socket) ? socket : null;
        }
    }

    private Socket Armed(Socket socket)
    {
        meter.Arm(socket);
        return socket;
    }
}
