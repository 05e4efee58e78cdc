using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Ebpf.Tests;

/// <summary>Calls with which tests put a thread into a bad place.</summary>
internal static unsafe partial class TestThread
{
    public const int SigCont = 18;

    private const int CloneNewNet = 0x4000_0000;
    private const int PrSetNoNewPrivs = 38;
    private const int PrSetSeccomp = 22;
    private const int SeccompModeFilter = 2;
    private const uint LinuxCapabilityVersion3 = 0x20080522;

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "dup")]
    public static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "tgkill")]
    public static partial int Signal(int process, int thread, int signal);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(uint* header, uint* data);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint first, nint second, nint third, nint fourth);

    /// <summary>Runs code on a thread without capabilities: what an ordinary user has.</summary>
    public static void WithoutCapabilities(Action code) => WithCapabilities(0, code);

    /// <summary>Runs code on a thread with these capabilities only, by their bits.</summary>
    public static void WithCapabilities(ulong capabilities, Action code) => OnThread(() =>
    {
        uint* header = stackalloc uint[] { LinuxCapabilityVersion3, 0 };
        // Effective, permitted, inheritable; then the high halves.
        uint low = (uint)capabilities;
        uint high = (uint)(capabilities >> 32);
        uint* data = stackalloc uint[] { low, low, 0, high, high, 0 };
        Assert.Equal(0, SetCapabilities(header, data));
        code();
    });

    /// <summary>
    /// Runs code on a thread with a network of its own. Sockets and processes that it makes are in that network, which goes with the last of them.
    /// </summary>
    public static void InNetworkNamespace(Action code) => OnThread(() =>
    {
        Assert.Equal(0, Unshare(CloneNewNet));
        code();
    });

    /// <summary>Runs code on a thread whose seccomp filter refuses <c>bpf(2)</c>, as container runtimes do.</summary>
    public static void WithBpfRefused(Errno errno, Action code) => OnThread(() =>
    {
        uint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321u : 280u;
        // Classic BPF (code, jump if true, jump if false, constant): load the call's number; is it bpf? then the errno, else allow.
        ulong* filter = stackalloc ulong[]
        {
            Classic(0x20, 0, 0, 0),
            Classic(0x15, 1, 0, number),
            Classic(0x06, 0, 0, 0x7fff_0000),
            Classic(0x06, 0, 0, 0x0005_0000 | (uint)errno),
        };
        ulong* program = stackalloc ulong[] { 4, (ulong)filter };
        Assert.Equal(0, Control(PrSetNoNewPrivs, 1, 0, 0, 0));
        Assert.Equal(0, Control(PrSetSeccomp, SeccompModeFilter, (nint)program, 0, 0));
        code();
    });

    private static ulong Classic(ushort code, byte ifTrue, byte ifFalse, uint constant) =>
        code | ((ulong)ifTrue << 16) | ((ulong)ifFalse << 24) | ((ulong)constant << 32);

    private static void OnThread(Action code)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                code();
            }
#pragma warning disable CA1031 // Rethrown on the test's thread.
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
}
