using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Benchmarks.Distances;

/// <summary>A network with a server at its end, and what was measured in it.</summary>
internal sealed class MeasuredNetwork : IDisposable
{
    private readonly LabNetwork _network;
    private readonly LabServer _server;
    private readonly Dictionary<string, int> _answers = [];
    private readonly EndPoint _endPoint;

    public MeasuredNetwork(int routers, AddressFamily family)
    {
        _network = LabNetwork.Create(routers);
        _server = LabServer.Start(_network.Server);
        _endPoint = new IPEndPoint(_network.ServerAddress(family), _server.Port);
    }

    public int Routers => _network.Routers;

    /// <summary>How often each distance was measured.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <exception cref="InvalidOperationException">A distance was missing or wrong.</exception>
    public Block Measure(HopMeter meter, int connections) => _network.Client.Run(() => Block.Time(connections, 1, times =>
    {
        for (int i = 0; i < times; i++)
        {
            using Socket socket = new(_endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            meter.Arm(socket);
            socket.Connect(_endPoint);
            Note(meter.Read(socket));
        }
    }));

    /// <summary>Forgets what was measured so far.</summary>
    public void Forget() => _answers.Clear();

    public void Dispose()
    {
        _server.Dispose();
        _network.Dispose();
    }

    private void Note(HopDistance? distance)
    {
        if (distance?.Hops != Routers)
        {
            throw new InvalidOperationException($"Across {Routers} routers the distance read as {distance?.ToString() ?? "unknown"}.");
        }

        string answer = distance.Value.Hops.ToString(CultureInfo.InvariantCulture);
        _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
    }
}
