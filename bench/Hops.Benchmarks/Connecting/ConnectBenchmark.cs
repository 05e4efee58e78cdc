using System.Net.Sockets;
using Hops.Host.Sharing;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// Compares all variants of a family. In a round all but one take turns (<see cref="Turns"/>). <c>per-connection</c> runs at the end of the round, because the
/// kernel frees its programs later, and that time must not be added to the other variants.
/// </summary>
internal sealed class ConnectBenchmark : IDisposable
{
    private const int Turn = 50;

    // per-connection takes several times as long for a connection; fewer of them are enough.
    private const int SlowBlockDivisor = 10;
    private static readonly TimeSpan KernelCleanUp = TimeSpan.FromMilliseconds(50);

    private const int WarmUpConnections = 2_000;

    /// <summary>
    /// The bare system calls alone have ratios of 1.04 to 1.05 and of 1.06 to 1.08, depending on the machine. The limits are missed when Hops' own part, about
    /// 0.015, doubles.
    /// </summary>
    private const double AsyncRatio = 1.08;
    private const double BlockingRatio = 1.11;

    private readonly AddressFamily _family;
    private readonly IdleServer _server;
    private readonly Connector _connector;
    private readonly List<string> _remarks = [];

    public ConnectBenchmark(AddressFamily family)
    {
        // The server sleeps, so at most one thread has work at a time. On one processor they take turns without waking another one, which is faster and
        // steadier with asynchronous connects.
        Processors.PinToCurrent();
        _family = family;
        _server = new IdleServer(family);
        _connector = new Connector(_server);
    }

    /// <summary>What was not measured, and why.</summary>
    public IEnumerable<string> Remarks => _remarks;

    /// <exception cref="HopMeterUnavailableException">This process cannot measure in this way.</exception>
    public static IConnectVariant Create(string variant) => variant switch
    {
        PlainVariant.VariantName => new PlainVariant(),
        MeasuredVariant.SocketFilterName => new MeasuredVariant(variant, HopMeter.Open(HopMeterSource.SocketFilter)),
        MeasuredVariant.PinnedFilterName => new MeasuredVariant(variant, PrivateShare.OpenMeter()),
        MeasuredVariant.SocketOptionName => new MeasuredVariant(variant, HopMeter.Open(HopMeterSource.SocketOption)),
        MeterVariant.VariantName => new MeterVariant(HopMeter.Open(HopMeterSource.SocketFilter)),
        BareCallsVariant.VariantName => new BareCallsVariant(),
        PerConnectionVariant.VariantName => new PerConnectionVariant(),
        _ => throw new ArgumentException($"There is no variant '{variant}'.", nameof(variant)),
    };

    /// <summary>Runs one variant alone, to be observed with a tool such as strace.</summary>
    public Block RunOne(string variant, ConnectMode mode, int connections) => _connector.Run(Create(variant), mode, connections);

    /// <summary>All variants in one mode; the plain one comes first.</summary>
    /// <param name="mode">How to connect.</param>
    /// <param name="rounds">How many ratios to take the median of.</param>
    /// <param name="blockSize">Connections of each variant in a round; of slow ones fewer.</param>
    /// <exception cref="HopMeterUnavailableException">This process cannot load eBPF.</exception>
    public IReadOnlyList<Measurement> RunAll(ConnectMode mode, int rounds, int blockSize)
    {
        IConnectVariant[] variants = [.. Usual().Select(Create)];
        IConnectVariant? perConnection = _family == AddressFamily.InterNetwork ? Create(PerConnectionVariant.VariantName) : null;
        WarmUp.Run(() => RunRound(variants, perConnection, mode, WarmUpConnections));
        Block[][] results = new Block[rounds][];
        for (int round = 0; round < rounds; round++)
        {
            Thread.Sleep(KernelCleanUp);
            // A usual round allocates too little to be interrupted by a collection, if it starts after one.
            GC.Collect();
            results[round] = RunRound(variants, perConnection, mode, blockSize);
        }

        string group = mode.ToString().ToLowerInvariant() + (_family == AddressFamily.InterNetworkV6 ? ", IPv6" : "");
        Block[] plainBlocks = [.. results.Select(static round => round[0])];
        IConnectVariant[] all = perConnection is null ? variants : [.. variants, perConnection];
        return
        [
            .. all.Select((variant, index) =>
                Measurement.Of(group, variant.Name, [.. results.Select(round => round[index])], index > 0 ? plainBlocks : null) with
                {
                    Limits = LimitsOf(variant, mode),
                }),
        ];
    }

    public void Dispose() => _server.Dispose();

    private static IReadOnlyList<Limit> LimitsOf(IConnectVariant variant, ConnectMode mode) =>
        variant.Name is MeasuredVariant.SocketFilterName or MeasuredVariant.PinnedFilterName
            ? [Limit.Ratio(mode == ConnectMode.Async ? AsyncRatio : BlockingRatio)]
            : [];

    private string[] Usual()
    {
        List<string> names = [PlainVariant.VariantName, MeasuredVariant.SocketFilterName, MeterVariant.VariantName];
        try
        {
            _ = PrivateShare.OpenMeter();
            names.AddRange([MeasuredVariant.PinnedFilterName, BareCallsVariant.VariantName]);
        }
        catch (Exception e) when (e is HopMeterUnavailableException or SharingException or PlatformNotSupportedException)
        {
            _remarks.Add($"{MeasuredVariant.PinnedFilterName} was not measured. {e.Message}");
        }

        return [.. names, .. _family == AddressFamily.InterNetworkV6 ? (string[])[MeasuredVariant.SocketOptionName] : []];
    }

    private Block[] RunRound(IConnectVariant[] variants, IConnectVariant? last, ConnectMode mode, int blockSize)
    {
        Block[] blocks = Turns.Take(
            [.. variants.Select<IConnectVariant, Func<int, Block>>(variant => connections => _connector.Run(variant, mode, connections))], blockSize, Turn);
        return last is null ? blocks : [.. blocks, _connector.Run(last, mode, blockSize / SlowBlockDivisor)];
    }
}
