using System.Numerics;
using System.Runtime.InteropServices;

namespace Hops.Benchmarks;

/// <summary>Binds threads to processors (sched_setaffinity(2)).</summary>
internal static partial class Processors
{
    // The kernel requires room for all processors that it was built for: at most 8,192 (CONFIG_NR_CPUS).
    private const int MaskWords = 8_192 / 64;

    /// <summary>
    /// Keeps the calling thread, and those that it starts from now on, on its present processor. If that is not possible, nothing happens: the figures are
    /// then noisier, but not wrong.
    /// </summary>
    public static void PinToCurrent()
    {
        int processor = GetCurrent();
        if (processor >= 0)
        {
            PinTo(processor);
        }
    }

    /// <summary>The same, on a certain processor.</summary>
    public static void PinTo(int processor)
    {
        ulong[] mask = new ulong[MaskWords];
        mask[processor / 64] = 1UL << (processor % 64);
        _ = SetAffinity(0, mask.Length * sizeof(ulong), mask);
    }

    /// <summary>A processor that this thread may run on and does not.</summary>
    /// <exception cref="PlatformNotSupportedException">There is only one.</exception>
    public static int Other()
    {
        ulong[] mask = new ulong[MaskWords];
        _ = GetAffinity(0, mask.Length * sizeof(ulong), mask);
        int current = GetCurrent();
        for (int word = 0; word < mask.Length; word++)
        {
            ulong others = current / 64 == word ? mask[word] & ~(1UL << (current % 64)) : mask[word];
            if (others != 0)
            {
                return (word * 64) + BitOperations.TrailingZeroCount(others);
            }
        }

        throw new PlatformNotSupportedException("This benchmark needs two processors: one for the program, one for the reader.");
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetCurrent();

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, [In] ulong[] mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, [Out] ulong[] mask);
}
