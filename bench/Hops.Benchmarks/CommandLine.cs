using Hops.Benchmarks.Connecting;
namespace Hops.Benchmarks;
internal static class CommandLine
{
    static int I(string n, int d) => int.Parse(Environment.GetEnvironmentVariable(n) ?? $"{d}");
    public static int Run(string[] args)
    {
        int pin = I("X_PIN", -1), rounds = I("X_ROUNDS", 61), block = I("X_BLOCK", 1000);
        if (pin >= 0) Processors.PinTo(pin);
        using LoopbackServer server = new();
        Connector c = new(server);
        IConnectVariant[] vs = I("X_N", 1) == 1 ? [new PlainVariant(), new MeasuredVariant(), new PerConnectionVariant()] : [new PlainVariant(), new MeasuredVariant()];
        foreach (ConnectMode m in new[] { ConnectMode.Blocking, ConnectMode.Async })
        {
            for (int w = 0; w < 100; w++) foreach (var v in vs) c.Run(v, m, 200 / v.BlockDivisor);
            Thread.Sleep(300);
            for (int w = 0; w < 100; w++) foreach (var v in vs) c.Run(v, m, 200 / v.BlockDivisor);
            Block[][] b = [.. vs.Select(_ => new Block[rounds])];
            for (int r = 0; r < rounds; r++)
                for (int k = 0; k < vs.Length; k++)
                {
                    int i = (r & 1) == 0 ? k : vs.Length - 1 - k;
                    b[i][r] = c.RunWithoutCollection(vs[i], m, block / vs[i].BlockDivisor);
                }
            for (int i = 0; i < vs.Length; i++)
            {
                var q = Quartiles.Of(b[i].Select(x => x.Nanoseconds));
                var rr = Quartiles.Of(b[i].Select((x, j) => x.Nanoseconds / b[0][j].Nanoseconds));
                Console.WriteLine($"{m} {vs[i].Name} {q.Median:0} [{q.Lower:0} {q.Upper:0}] {rr.Median:0.000} [{rr.Lower:0.000} {rr.Upper:0.000}] {Quartiles.Of(b[i].Select(x => x.AllocatedBytes)).Median:0.0}");
            }
        }
        return 0;
    }
}
