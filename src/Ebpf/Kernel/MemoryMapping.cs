using Microsoft.Win32.SafeHandles;

namespace Ebpf.Kernel;

/// <summary>Memory that <c>mmap(2)</c> shares with the kernel.</summary>
internal sealed class MemoryMapping : SafeHandleMinusOneIsInvalid
{
    private nuint _length;

    public MemoryMapping()
        : base(ownsHandle: true)
    {
    }

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static MemoryMapping Map(FileDescriptor descriptor, nuint length, bool writable)
    {
        MemoryMapping mapping = new() { _length = length };
        using DescriptorLease lease = new(descriptor);
        int protection = writable ? LibC.ProtRead | LibC.ProtWrite : LibC.ProtRead;
        nint address = LibC.Map(0, length, protection, LibC.MapShared, lease.Number, 0);
        if (address == LibC.MapFailed)
        {
            throw new BpfException("mmap", LibC.LastError, $"Mapping {length} bytes of an array map into memory failed");
        }

        mapping.SetHandle(address);
        return mapping;
    }

    protected override bool ReleaseHandle() => LibC.Unmap(handle, _length) == 0;
}
