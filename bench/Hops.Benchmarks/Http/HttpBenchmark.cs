using System.Diagnostics;
using Hops.Guard;
using Hops.Http;

namespace Hops.Benchmarks.Http;

/// <summary>
/// Compares requests by a guarded handler with requests by a plain one, over loopback and without TLS: requests are as cheap as they can be, so the ratio is
/// strict. A connection of unknown distance is refused, which fails the benchmark.
/// </summary>
internal sealed class HttpBenchmark : IDisposable
{
    // A pooled request has one more asynchronous method (136 bytes), which turns any exception that .NET throws for an answer into an HttpRequestException.
    private const double PooledRatio = 1.03;
    private const double NewConnectionRatio = 1.08;
    private const double NewConnectionAllocationRatio = 1.05;
    private const int Turn = 10;
    private const int TurnsInBlock = 40;

    private readonly List<IDisposable> _opened = [];

    public Report Run(string name, int rounds)
    {
        // Only one thread has work at a time: on one processor none waits for another one to wake up.
        Processors.PinToCurrent();
        return new Report(
            name, "HTTP requests over loopback, on one processor", "connection", "request",
            SubjectGroup.Measure(
                [
                    new("pooled", Turn * TurnsInBlock, Turn, isCompared: true, Plain(close: false), Guarded(close: false, Limit.Ratio(PooledRatio))),
                    new(
                        "new", Turn * TurnsInBlock, Turn, isCompared: true, Plain(close: true),
                        Guarded(close: true, Limit.Ratio(NewConnectionRatio), Limit.AllocationRatio(NewConnectionAllocationRatio))),
                ],
                rounds));
    }

    public void Dispose() => _opened.ForEach(static opened => opened.Dispose());

    private SubjectGroup.Subject Plain(bool close) => SubjectOf("plain", new SocketsHttpHandler { UseProxy = false }, close);

    private SubjectGroup.Subject Guarded(bool close, params Limit[] limits)
    {
        HopGuardOptions options = new()
        {
            MinimumHops = 1,
            MinimumHopsByHost = { ["127.0.0.1"] = 0 },
            AllowedSchemes = { Uri.UriSchemeHttp },
            AllowedSpecialPurposeNetworks = { "127.0.0.1/32" },
        };
        return SubjectOf("guarded", new HopGuard(options).CreateHandler(), close, limits);
    }

    private SubjectGroup.Subject SubjectOf(string name, HttpMessageHandler handler, bool close, params Limit[] limits)
    {
        // Each has its own server: a pooled connection keeps it.
        RequestServer server = new(close);
        HttpMessageInvoker client = new(handler);
        _opened.AddRange([client, server]);
        return new(name, times => Request(client, server, times), limits);
    }

    private static Block Request(HttpMessageInvoker client, RequestServer server, int times)
    {
        // Connections are made on other threads: all memory counts but the server's.
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - server.AllocatedBytes;
        long start = Stopwatch.GetTimestamp();
        RequestAsync(client, server.Address, times).GetAwaiter().GetResult();
        long ticks = Stopwatch.GetTimestamp() - start;
        return new Block(times, ticks, GC.GetTotalAllocatedBytes(precise: true) - server.AllocatedBytes - allocated);
    }

    private static async Task RequestAsync(HttpMessageInvoker client, Uri address, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            using HttpResponseMessage response = await client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
            await response.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
    }
}
