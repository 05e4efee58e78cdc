namespace Hops.Benchmarks.Connecting;

/// <summary>
/// All variants beside each other. In a round <c>plain</c> and <c>measured</c> take turns of a few connections, so that whatever else the machine does, and however its
/// clock drifts, meets both alike; which of them goes first alternates. <c>per-connection</c> has the end of the round: what it leaves behind, all its
/// programs, which the kernel frees later, must not fall upon the other two.
/// </summary>
internal sealed class ConnectBenchmark : IDisposable
{
    private const int Turn = 50;

    // It takes several times as long a connection; fewer of them are enough.
    private const int SlowBlockDivisor = 10;
    private static readonly TimeSpan KernelCleanUp = TimeSpan.FromMilliseconds(50);

    // Methods are compiled anew, with optimization, after 30 calls, by a thread that waits for 100 ms without new methods: twice, for profiling comes between.
    private const int WarmUpPasses = 4;
    private const int WarmUpConnections = 2_000;
    private static readonly TimeSpan CompilerDelay = TimeSpan.FromMilliseconds(250);

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
    public IReadOnlyList<ConnectResult> RunAll(ConnectMode mode, int rounds, int blockSize)
    {
        PlainVariant plain = new();
        MeasuredVariant measured = new();
        PerConnectionVariant perConnection = new();
        for (int pass = 0; pass < WarmUpPasses; pass++)
        {
            _ = RunRound(plain, measured, perConnection, mode, WarmUpConnections);
            Thread.Sleep(CompilerDelay);
        }

        Block[][] results = new Block[rounds][];
        for (int round = 0; round < rounds; round++)
        {
            Thread.Sleep(KernelCleanUp);
            // A usual round allocates too little to be interrupted by a collection, if it starts after one.
            GC.Collect();
            results[round] = RunRound(plain, measured, perConnection, mode, blockSize);
        }

        return [.. ((IConnectVariant[])[plain, measured, perConnection]).Select((variant, index) => Summarize(variant.Name, mode, [.. results.Select(round => (round[index], round[0]))]))];
    }

    public void Dispose() => _server.Dispose();

    private Block[] RunRound(IConnectVariant plain, IConnectVariant measured, IConnectVariant perConnection, ConnectMode mode, int blockSize)
    {
        Block plainBlock = new(0, 0, 0);
        Block measuredBlock = new(0, 0, 0);
        for (int turn = 0; plainBlock.Connections < blockSize; turn++)
        {
            int connections = Math.Min(Turn, blockSize - plainBlock.Connections);
            if (turn % 2 == 0)
            {
                plainBlock += _connector.Run(plain, mode, connections);
                measuredBlock += _connector.Run(measured, mode, connections);
            }
            else
            {
                measuredBlock += _connector.Run(measured, mode, connections);
                plainBlock += _connector.Run(plain, mode, connections);
            }
        }

        return [plainBlock, measuredBlock, _connector.Run(perConnection, mode, blockSize / SlowBlockDivisor)];
    }

    private static ConnectResult Summarize(string variant, ConnectMode mode, (Block Own, Block Plain)[] rounds) => new(
        variant,
        mode,
        Quartiles.Of(rounds.Select(static r => r.Own.NanosecondsPerConnection)),
        Quartiles.Of(rounds.Select(static r => r.Own.NanosecondsPerConnection / r.Plain.NanosecondsPerConnection)),
        rounds.Length,
        mode == ConnectMode.Blocking ? Quartiles.Of(rounds.Select(static r => r.Own.AllocatedBytesPerConnection!.Value)).Median : null);
}
