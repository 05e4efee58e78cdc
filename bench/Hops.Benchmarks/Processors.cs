using System.Runtime.InteropServices;

namespace Hops.Benchmarks;

/// <summary>On which processor threads run (sched_setaffinity(2)).</summary>
internal static partial class Processors
{
    /// <summary>Pins the calling thread, and the threads that it starts from now on, to one processor.</summary>
    public static void PinTo(int processor)
    {
        ulong mask = 1UL << processor;
        _ = SetAffinity(0, sizeof(ulong), ref mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ref ulong mask);
}
