using System.Runtime;

namespace Hops.Benchmarks;

/// <summary>Gets code compiled before the clock matters.</summary>
internal static class WarmUp
{
    // Methods are compiled anew, with optimization, after 30 calls, by a thread that waits for 100 ms without new methods: twice, for profiling comes between.
    private const int LeastPasses = 4;

    // On a busy machine that thread takes its time.
    private const int MostPasses = 40;
    private static readonly TimeSpan CompilerDelay = TimeSpan.FromMilliseconds(250);

    /// <param name="pass">Runs everything that will be measured, each method at least 30 times. It is called until nothing is compiled any more.</param>
    public static void Run(Action pass)
    {
        long before;
        int passes = 0;
        do
        {
            before = JitInfo.GetCompiledMethodCount();
            pass();
            Thread.Sleep(CompilerDelay);
            passes++;
        }
        while (passes < LeastPasses || (passes < MostPasses && JitInfo.GetCompiledMethodCount() != before));
    }
}
