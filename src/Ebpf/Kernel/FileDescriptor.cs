using Microsoft.Win32.SafeHandles;

namespace Ebpf.Kernel;

/// <summary>Owns a file descriptor, usually one that <c>bpf(2)</c> returned, and closes it.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    /// <summary>
    /// Takes ownership of <paramref name="descriptor"/>. Make the object before the system call: then nothing can
    /// fail between the descriptor's birth and its owner.
    /// </summary>
    public void Own(int descriptor) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
