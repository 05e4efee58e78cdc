using System.Runtime.InteropServices;
using Ebpf;

namespace Hops.Common.Interop;

/// <summary>
/// The functions of the C library that the projects below <c>src</c> call: declared once, by topic, and compiled into each project that needs them. All of them
/// exist in glibc and musl. Variadic functions (syscall, open, fcntl, ioctl) are declared with the arguments that are passed: on x86-64 and arm64 Linux a
/// variadic call passes integers and pointers like any other.
/// </summary>
internal static unsafe partial class LibC
{
    /// <summary>Gets the error of this thread's last call.</summary>
    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Gets the C library's message for the last error: <c>Permission denied</c>.</summary>
    public static string LastErrorMessage => MessageOf(LastError);

    public static string MessageOf(Errno error) => Marshal.GetPInvokeErrorMessage((int)error);
}
