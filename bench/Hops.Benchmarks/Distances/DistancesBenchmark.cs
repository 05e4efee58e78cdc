using System.Net.Sockets;

namespace Hops.Benchmarks.Distances;

/// <summary>Connections in networks of several sizes: each must measure as many hops as there are routers.</summary>
internal sealed class DistancesBenchmark : IDisposable
{
    private const int Turn = 10;
    private const int TurnsInRound = 2;

    // Methods are called often enough to be compiled in the smallest networks already.
    private const int WarmUpConnections = 40;

    private static readonly int[] Sizes = [0, 1, 2, 3, 5, 8, 13, 21, 30];

    private readonly MeasuredNetwork[] _overIpv4 = Networks(AddressFamily.InterNetwork);
    private readonly MeasuredNetwork[] _overIpv6 = Networks(AddressFamily.InterNetworkV6);

    /// <exception cref="InvalidOperationException">A distance was missing or wrong.</exception>
    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        HopMeter meter = HopMeter.Open(HopMeterSource.SocketFilter);
        return new Report(
            name,
            "Hop distances in networks of 0 to 30 routers",
            "family",
            "connection",
            [.. Measure("IPv4", _overIpv4, meter, rounds), .. Measure("IPv6", _overIpv6, meter, rounds)])
        {
            Chart = ReportChart.Answers,
        };
    }

    public void Dispose()
    {
        foreach (MeasuredNetwork network in (MeasuredNetwork[])[.. _overIpv4, .. _overIpv6])
        {
            network.Dispose();
        }
    }

    private static MeasuredNetwork[] Networks(AddressFamily family) => [.. Sizes.Select(size => new MeasuredNetwork(size, family))];

    private static IEnumerable<Measurement> Measure(string group, MeasuredNetwork[] networks, HopMeter meter, int rounds)
    {
        Func<int, Block>[] runs = [.. networks.Select<MeasuredNetwork, Func<int, Block>>(network => connections => network.Measure(meter, connections))];
        WarmUp.Run(() => _ = Turns.Take(runs, WarmUpConnections, Turn));
        foreach (MeasuredNetwork network in networks)
        {
            network.Forget();
        }

        Block[][] results = new Block[rounds][];
        for (int round = 0; round < rounds; round++)
        {
            GC.Collect();
            results[round] = Turns.Take(runs, Turn * TurnsInRound, Turn);
        }

        return [.. networks.Select((network, index) => Measurement.Of(
            group, $"{network.Routers} router{(network.Routers == 1 ? "" : "s")}", [.. results.Select(round => round[index])]) with
        {
            AllocatedBytes = null,
            Answers = new Dictionary<string, int>(network.Answers),
            Figures = [new Figure("connections", Quartiles.Of([network.Answers.Values.Sum()]))],
        })];
    }
}
