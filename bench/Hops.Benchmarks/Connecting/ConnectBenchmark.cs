namespace Hops.Benchmarks.Connecting;

/// <summary>
/// All variants beside each other. In a round <c>plain</c> and <c>measured</c> take turns (<see cref="Turns"/>). <c>per-connection</c> has the end of the round: what it leaves behind, all its
/// programs, which the kernel frees later, must not fall upon the other two.
/// </summary>
internal sealed class ConnectBenchmark : IDisposable
{
    private const int Turn = 50;

    // It takes several times as long a connection; fewer of them are enough.
    private const int SlowBlockDivisor = 10;
    private static readonly TimeSpan KernelCleanUp = TimeSpan.FromMilliseconds(50);

    private const int WarmUpConnections = 2_000;

    private readonly LoopbackServer _server = new();
    private readonly Connector _connector;

    public ConnectBenchmark()
    {
        // With the server asleep, at most one thread has something to do at a time. On one processor they take turns without waking another, which with
        // asynchronous connects is the faster and the steadier way.
        Processors.PinToCurrent();
        _connector = new Connector(_server);
    }

    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    public static IConnectVariant Create(string variant) => variant switch
    {
        PlainVariant.VariantName => new PlainVariant(),
        MeasuredVariant.VariantName => new MeasuredVariant(),
        PerConnectionVariant.VariantName => new PerConnectionVariant(),
        _ => throw new ArgumentException($"There is no variant '{variant}'.", nameof(variant)),
    };

    /// <summary>One variant alone, for a look at it from outside.</summary>
    public Block RunOne(string variant, ConnectMode mode, int connections) => _connector.Run(Create(variant), mode, connections);

    /// <summary>All variants in one mode; the plain one comes first.</summary>
    /// <param name="mode">How to connect.</param>
    /// <param name="rounds">How many ratios to take the median of.</param>
    /// <param name="blockSize">Connections of each variant in a round; of slow ones fewer.</param>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    public IReadOnlyList<Measurement> RunAll(ConnectMode mode, int rounds, int blockSize)
    {
        PlainVariant plain = new();
        MeasuredVariant measured = new();
        PerConnectionVariant perConnection = new();
        WarmUp.Run(() => RunRound(plain, measured, perConnection, mode, WarmUpConnections));
        Block[][] results = new Block[rounds][];
        for (int round = 0; round < rounds; round++)
        {
            Thread.Sleep(KernelCleanUp);
            // A usual round allocates too little to be interrupted by a collection, if it starts after one.
            GC.Collect();
            results[round] = RunRound(plain, measured, perConnection, mode, blockSize);
        }

        Block[] plainBlocks = [.. results.Select(static round => round[0])];
        return [.. ((IConnectVariant[])[plain, measured, perConnection]).Select((variant, index) =>
            Measurement.Of(mode.ToString().ToLowerInvariant(), variant.Name, [.. results.Select(round => round[index])], plainBlocks))];
    }

    public void Dispose() => _server.Dispose();

    private Block[] RunRound(IConnectVariant plain, IConnectVariant measured, IConnectVariant perConnection, ConnectMode mode, int blockSize)
    {
        Block[] blocks = Turns.Take([connections => _connector.Run(plain, mode, connections), connections => _connector.Run(measured, mode, connections)], blockSize, Turn);
        return [.. blocks, _connector.Run(perConnection, mode, blockSize / SlowBlockDivisor)];
    }
}
