using System.Runtime.InteropServices;

namespace Hops.Benchmarks;

/// <summary>On which processors threads run (sched_setaffinity(2)).</summary>
internal static partial class Processors
{
    /// <summary>
    /// Keeps the calling thread, and those that it starts from now on, on the processor that it is on. Where that is not possible nothing happens: the
    /// figures are noisier then, not wrong.
    /// </summary>
    public static void PinToCurrent()
    {
        int processor = GetCurrent();
        if (processor < 0)
        {
            return;
        }

        ulong[] mask = new ulong[(processor / 64) + 1];
        mask[processor / 64] = 1UL << (processor % 64);
        _ = SetAffinity(0, mask.Length * sizeof(ulong), mask);
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetCurrent();

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, [In] ulong[] mask);
}
