using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Ebpf.SystemCalls;

/// <summary>
/// <c>bpf(2)</c>: one method, and one structure of attributes, for each command that the project uses. No other code calls it. The methods return the kernel's
/// result or error; the callers explain errors.
/// </summary>
/// <remarks>The structures are the variants of <c>union bpf_attr</c> in <c>include/uapi/linux/bpf.h</c>.</remarks>
internal static unsafe partial class Bpf
{
    private static readonly nint SystemCallNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,
        Architecture.Arm64 => 280,
        _ => -1,
    };

    /// <exception cref="PlatformNotSupportedException">The operating system is not Linux, or the architecture is not supported.</exception>
    public static void ThrowIfUnsupported()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException($"eBPF is a feature of the Linux kernel, and this is {RuntimeInformation.OSDescription}.");
        }

        if (SystemCallNumber < 0)
        {
            throw new PlatformNotSupportedException($"eBPF is supported here on x64 and arm64, and this process is {RuntimeInformation.ProcessArchitecture}.");
        }
    }

    private static Errno Call<T>(BpfCommand command, ref T attributes, out int result)
        where T : unmanaged
    {
        ThrowIfUnsupported();
        fixed (T* pointer = &attributes)
        {
            result = (int)LibC.SystemCall(SystemCallNumber, (nint)command, pointer, sizeof(T));
        }

        return result < 0 ? LibC.LastError : Errno.None;
    }

    private static Errno Call<T>(BpfCommand command, ref T attributes)
        where T : unmanaged => Call(command, ref attributes, out _);

    private static Errno CallForDescriptor<T>(BpfCommand command, ref T attributes, out FileDescriptor descriptor)
        where T : unmanaged
    {
        descriptor = new FileDescriptor();
        Errno error = Call(command, ref attributes, out int result);
        if (error == Errno.None)
        {
            descriptor.Own(result);
        }

        return error;
    }

    /// <summary>The sixteen bytes in which the kernel keeps an object's name (<c>BPF_OBJ_NAME_LEN</c>), with their terminating zero.</summary>
    [System.Runtime.CompilerServices.InlineArray(16)]
    public struct ObjectName
    {
        private byte _first;
    }
}
