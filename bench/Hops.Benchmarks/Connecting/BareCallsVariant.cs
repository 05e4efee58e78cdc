using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf.Programs;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// The minimum that measuring can take: only the two system calls and the run of the filter. The slots are not read.
/// </summary>
internal sealed unsafe partial class BareCallsVariant : IConnectVariant
{
    public const string VariantName = "bare-calls";

    // asm-generic/socket.h
    private const int SolSocket = 1;
    private const int SoAttachBpf = 50;
    private const int SoCookie = 57;

    private readonly BpfProgram _filter = PrivateShare.OpenFilter();

    public string Name => VariantName;

    public void BeforeConnect(Socket socket)
    {
        int filter = (int)_filter.SafeHandle.DangerousGetHandle();
        Check(SetOption((int)socket.Handle, SolSocket, SoAttachBpf, &filter, sizeof(int)));
    }

    public void AfterConnect(Socket socket)
    {
        ulong cookie;
        uint length = sizeof(ulong);
        Check(GetOption((int)socket.Handle, SolSocket, SoCookie, &cookie, &length));
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("A socket took no filter, or has no cookie.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    [SuppressGCTransition]
    private static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    [SuppressGCTransition]
    private static partial int GetOption(int socket, int level, int option, void* value, uint* length);
}
