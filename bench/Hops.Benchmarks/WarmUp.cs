using System.Runtime;

namespace Hops.Benchmarks;

/// <summary>Has code compiled before it is measured.</summary>
internal static class WarmUp
{
    // After 30 calls a thread compiles methods again, with optimization, once 100 ms have passed without new methods. It does so twice, because the first time
    // only adds profiling.
    private const int LeastPasses = 4;

    // On a busy machine that thread is slow.
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
