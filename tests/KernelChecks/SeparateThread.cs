using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace KernelChecks;

/// <summary>Runs code on a thread of its own, which may change what belongs to threads: capabilities, the network namespace.</summary>
internal static partial class SeparateThread
{
    private const int CloneNewNet = 0x4000_0000;

    /// <summary>Runs code, and throws here what it throws there.</summary>
    public static void Run(Action code)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                code();
            }
#pragma warning disable CA1031 // Rethrown on the thread that waits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs code with a network of its own. Sockets and processes that it makes are in that network, which goes with the last of them.</summary>
    public static void RunInNetwork(Action code) => Run(() =>
    {
        EnterNewNetwork();
        code();
    });

    /// <summary>Gives the calling thread a network of its own.</summary>
    public static void EnterNewNetwork()
    {
        if (Unshare(CloneNewNet) != 0)
        {
            throw new InvalidOperationException("There is no network namespace to be had: run as root.");
        }
    }

    /// <summary>The number of the calling thread, by which <c>/proc</c> and <c>ip</c> know it.</summary>
    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int GetId();

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);
}
