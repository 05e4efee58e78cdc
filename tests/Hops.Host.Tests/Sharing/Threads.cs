using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hops.Host.Tests.Sharing;

/// <summary>Threads as the kernel sees them: their numbers, whether they sleep, signals to them.</summary>
internal static partial class Threads
{
    // .NET handles it, so that it interrupts what cannot be restarted; and its default is to do nothing.
    private const int SigCont = 18;

    public static int CurrentId() => GetThreadId();

    /// <summary>Waits until a thread waits in the kernel.</summary>
    public static void WaitUntilAsleep(int thread)
    {
        long start = Stopwatch.GetTimestamp();
        while (!File.ReadAllText($"/proc/self/task/{thread}/stat").Split(") ")[^1].StartsWith('S'))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), $"Thread {thread} does not wait.");
            Thread.Sleep(1);
        }
    }

    public static void Interrupt(int thread) => Assert.Equal(0, Signal(Environment.ProcessId, thread, SigCont));

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int Signal(int process, int thread, int signal);
}
