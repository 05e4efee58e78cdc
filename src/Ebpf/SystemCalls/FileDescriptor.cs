using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.SystemCalls;

/// <summary>Owns a file descriptor, usually one that <c>bpf(2)</c> returned, and closes it.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <summary>
    /// Takes ownership of <paramref name="descriptor"/>. Create the object before the system call, so that nothing can fail between the creation of the
    /// descriptor and this call.
    /// </summary>
    public void Own(int descriptor) => SetHandle(descriptor);

    /// <summary>Takes a descriptor from its owner.</summary>
    /// <exception cref="ArgumentException">The owner has no valid descriptor.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static FileDescriptor TakeOver(SafeFileHandle owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        Bpf.ThrowIfUnsupported();
        if (owner.IsClosed || owner.IsInvalid)
        {
            throw new ArgumentException("This handle is closed or invalid.", nameof(owner));
        }

        FileDescriptor descriptor = new();
        descriptor.Own((int)owner.DangerousGetHandle());
        owner.SetHandleAsInvalid();
        return descriptor;
    }

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
