using System.Runtime.InteropServices;

namespace KernelChecks;

/// <summary>Runs code with CAP_BPF and CAP_NET_ADMIN, and no other capability.</summary>
internal static unsafe partial class RestrictedThread
{
    private const uint LinuxCapabilityVersion3 = 0x20080522;
    private const int CapNetAdmin = 12;
    private const int CapBpf = 39;

    public static void Run(Action code) => SeparateThread.Run(() =>
    {
        Restrict();
        code();
    });

    private static void Restrict()
    {
        uint* header = stackalloc uint[] { LinuxCapabilityVersion3, 0 };
        const uint Low = 1u << CapNetAdmin;
        const uint High = 1u << (CapBpf - 32);
        // Effective, permitted, inheritable; then the high halves.
        uint* data = stackalloc uint[] { Low, Low, 0, High, High, 0 };
        if (SetCapabilities(header, data) != 0)
        {
            throw new InvalidOperationException("The capabilities of a thread could not be taken.");
        }
    }

    [LibraryImport("libc", EntryPoint = "capset")]
    private static partial int SetCapabilities(uint* header, uint* data);
}
