using Ebpf.SystemCalls;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Maps;

/// <summary>Memory that <c>mmap(2)</c> shares with the kernel.</summary>
internal sealed class MemoryMapping : SafeHandleMinusOneIsInvalid
{
    private readonly nuint _length;

    private MemoryMapping(nuint length)
        : base(ownsHandle: true) => _length = length;

    /// <summary>Gets the start of the memory. The caller keeps the mapping from being disposed while it uses the memory.</summary>
    public nint Address => DangerousGetHandle();

    /// <param name="descriptor">The object to map.</param>
    /// <param name="offset">The start in bytes, a multiple of the page size.</param>
    /// <param name="length">The length in bytes.</param>
    /// <param name="writable">True to map for reading and writing.</param>
    /// <param name="mapping">The mapping; invalid if the kernel refused.</param>
    public static Errno Map(FileDescriptor descriptor, nint offset, nuint length, bool writable, out MemoryMapping mapping)
    {
        mapping = new MemoryMapping(length);
        using DescriptorLease lease = new(descriptor);
        int protection = writable ? LibC.ProtRead | LibC.ProtWrite : LibC.ProtRead;
        nint address = LibC.Map(0, length, protection, LibC.MapShared, lease.Number, offset);
        if (address == LibC.MapFailed)
        {
            return LibC.LastError;
        }

        mapping.SetHandle(address);
        return Errno.None;
    }

    protected override bool ReleaseHandle() => LibC.Unmap(handle, _length) == 0;
}
