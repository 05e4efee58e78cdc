using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

/// <content>The common operations of maps, programs and links: pins, ids, information.</content>
internal static unsafe partial class Bpf
{
    /// <summary>For pinning and for opening pins; for the latter <see cref="Descriptor"/> is 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectPinAttributes
    {
        public ulong Path;
        public uint Descriptor;
        public uint FileFlags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct DescriptorByIdAttributes
    {
        public uint Id;
        public uint NextId;
        public uint OpenFlags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectInfoAttributes
    {
        public uint Descriptor;

        /// <summary>In: the size of the buffer. Out: the size of the information.</summary>
        public uint InfoLength;
        public ulong Info;
    }

    /// <summary>Linux 4.4.</summary>
    public static Errno ObjectPin(ref ObjectPinAttributes attributes) => Call(BpfCommand.ObjectPin, ref attributes);

    /// <summary>Linux 4.4.</summary>
    public static Errno ObjectGet(ref ObjectPinAttributes attributes, out FileDescriptor descriptor) =>
        CallForDescriptor(BpfCommand.ObjectGet, ref attributes, out descriptor);

    /// <summary>Finds the smallest id above <see cref="DescriptorByIdAttributes.Id"/>; ENOENT after the last. Linux 4.13.</summary>
    public static Errno MapGetNextId(ref DescriptorByIdAttributes attributes) => Call(BpfCommand.MapGetNextId, ref attributes);

    /// <summary>Finds the smallest id above <see cref="DescriptorByIdAttributes.Id"/>; ENOENT after the last. Linux 4.13.</summary>
    public static Errno ProgramGetNextId(ref DescriptorByIdAttributes attributes) => Call(BpfCommand.ProgramGetNextId, ref attributes);

    /// <summary>Linux 4.13.</summary>
    public static Errno MapGetDescriptorById(ref DescriptorByIdAttributes attributes, out FileDescriptor map) =>
        CallForDescriptor(BpfCommand.MapGetDescriptorById, ref attributes, out map);

    /// <summary>Linux 4.13.</summary>
    public static Errno ProgramGetDescriptorById(ref DescriptorByIdAttributes attributes, out FileDescriptor program) =>
        CallForDescriptor(BpfCommand.ProgramGetDescriptorById, ref attributes, out program);

    /// <summary>Linux 5.8.</summary>
    public static Errno LinkGetDescriptorById(ref DescriptorByIdAttributes attributes, out FileDescriptor link) =>
        CallForDescriptor(BpfCommand.LinkGetDescriptorById, ref attributes, out link);

    /// <summary>Linux 4.13. An older kernel fills a part of the structure.</summary>
    public static Errno ObjectGetInfo<T>(FileDescriptor descriptor, ref T info)
        where T : unmanaged
    {
        using DescriptorLease lease = new(descriptor);
        fixed (T* pointer = &info)
        {
            ObjectInfoAttributes attributes = new() { Descriptor = (uint)lease.Number, InfoLength = (uint)sizeof(T), Info = (ulong)pointer };
            return Call(BpfCommand.ObjectGetInfoByDescriptor, ref attributes);
        }
    }
}
