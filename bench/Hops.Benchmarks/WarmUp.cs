namespace Hops.Benchmarks;

/// <summary>Gets code compiled before the clock matters.</summary>
internal static class WarmUp
{
    // Methods are compiled anew, with optimization, after 30 calls, by a thread that waits for 100 ms without new methods: twice, for profiling comes between.
    private const int Passes = 4;
    private static readonly TimeSpan CompilerDelay = TimeSpan.FromMilliseconds(250);

    /// <param name="pass">Runs everything that will be measured, each method at least 30 times.</param>
    public static void Run(Action pass)
    {
        for (int i = 0; i < Passes; i++)
        {
            pass();
            Thread.Sleep(CompilerDelay);
        }
    }
}
