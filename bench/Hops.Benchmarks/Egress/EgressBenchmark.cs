using System.Diagnostics;
using System.Net;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Egress;

/// <summary>
/// Compares tunnels of <c>samples/EgressProxy</c>, and of other installed proxies, with connections without a proxy: opening one, a byte there and back, and
/// data. Client and server are in this process, on the same processors as the proxy.
/// </summary>
internal sealed class EgressBenchmark : IDisposable
{
    private const int Parallel = 64;

    private readonly TunnelTarget _target = new();
    private readonly List<(string Name, IPEndPoint? EndPoint)> _ways = [("direct", null)];
    private readonly List<IDisposable> _opened = [];
    private readonly List<string> _missing = [];

    /// <param name="ours">The path of the sample's library.</param>
    public EgressBenchmark(string ours)
    {
        Add("EgressProxy", TunnelProxy.StartOurs(ours, _target.EndPoint));
        AddIfInstalled("squid", TunnelProxy.StartSquid);
        AddIfInstalled("tinyproxy", TunnelProxy.StartTinyproxy);
    }

    public Report Run(string name, int rounds) => new(
        name, $"Connections through a proxy, {Parallel} at once", "work", "operation",
        SubjectGroup.Measure(
            [
                new("opened, and a byte there and back", 4 * Parallel, Parallel, isCompared: true, [.. _ways.Select(Opening)]),
                Group("a byte there and back, alone", TunnelWork.Echo, 1, 300),
                Group("a byte there and back", TunnelWork.Echo, Parallel, 50 * Parallel),
                Group("64 KiB to the client", TunnelWork.Down, Parallel, 10 * Parallel),
                Group("64 KiB to the server", TunnelWork.Up, Parallel, 10 * Parallel),
            ],
            rounds))
    {
        Remarks = _missing,
    };

    public void Dispose()
    {
        _opened.Reverse();
        _opened.ForEach(static opened => opened.Dispose());
        _target.Dispose();
    }

    private void Add(string name, TunnelProxy proxy)
    {
        _opened.Add(proxy);
        _ways.Add((name, proxy.EndPoint));
    }

    private void AddIfInstalled(string name, Func<string, TunnelProxy> start)
    {
        if (ProgramPath.Find(name) is { } program)
        {
            Add(name, start(program));
        }
        else
        {
            _missing.Add($"{name} was not measured: there is no {name} here (apt-get install {name}).");
        }
    }

    private SubjectGroup Group(string name, TunnelWork work, int clients, int turn) => new(
        name, 2 * turn, turn, isCompared: true,
        [
            .. _ways.Select(way =>
            {
                TunnelClient[] tunnels = OpenAsync(way.EndPoint, work, clients).GetAwaiter().GetResult();
                _opened.AddRange(tunnels);
                return new SubjectGroup.Subject(
                    way.Name, times => Time(times, () => Task.WhenAll(tunnels.Select(tunnel => tunnel.WorkAsync(times / clients)))));
            }),
        ]);

    private SubjectGroup.Subject Opening((string Name, IPEndPoint? EndPoint) way) => new(way.Name, times => Time(times, () => Task.WhenAll(
        Enumerable.Range(0, times).Select(async _ =>
        {
            using TunnelClient tunnel = await TunnelClient.OpenAsync(way.EndPoint, _target.EndPoint, TunnelWork.Echo).ConfigureAwait(false);
            await tunnel.WorkAsync(1).ConfigureAwait(false);
        }))));

    private Task<TunnelClient[]> OpenAsync(IPEndPoint? proxy, TunnelWork work, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => TunnelClient.OpenAsync(proxy, _target.EndPoint, work)));

    private static Block Time(int times, Func<Task> body)
    {
        long start = Stopwatch.GetTimestamp();
        body().GetAwaiter().GetResult();
        return new Block(times, Stopwatch.GetTimestamp() - start, null);
    }
}
