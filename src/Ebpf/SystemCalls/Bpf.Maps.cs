using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

internal static unsafe partial class Bpf
{
    [StructLayout(LayoutKind.Sequential)]
    public struct MapCreateAttributes
    {
        public uint MapType;
        public uint KeySize;
        public uint ValueSize;
        public uint MaxEntries;
        public uint MapFlags;
        public uint InnerMapDescriptor;
        public uint NumaNode;
        public ObjectName MapName;
        public uint InterfaceIndex;
        public uint BtfDescriptor;
        public uint BtfKeyTypeId;
        public uint BtfValueTypeId;
        public uint KernelBtfValueTypeId;
        public ulong Extra;
        public int ValueTypeBtfDescriptor;
        public int TokenDescriptor;
        public ulong ExclusiveProgramHash;
        public uint ExclusiveProgramHashSize;
        private readonly uint _padding;
    }

    /// <summary>For lookups, updates, deletions and the next key, which is written to <see cref="Value"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapElementAttributes
    {
        public uint MapDescriptor;
        private readonly uint _padding;
        public ulong Key;
        public ulong Value;
        public ulong Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MapBatchAttributes
    {
        public ulong InBatch;
        public ulong OutBatch;
        public ulong Keys;
        public ulong Values;
        public uint Count;
        public uint MapDescriptor;
        public ulong ElementFlags;
        public ulong Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MapFreezeAttributes
    {
        public uint MapDescriptor;
    }

    /// <summary>The beginning of <c>struct bpf_map_info</c>: the part that every kernel since 4.15 fills.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapInfo
    {
        public uint Type;
        public uint Id;
        public uint KeySize;
        public uint ValueSize;
        public uint MaxEntries;
        public uint MapFlags;
        public ObjectName Name;
    }

    /// <summary>Fields that an older kernel does not know are allowed if they are zero.</summary>
    public static Errno MapCreate(ref MapCreateAttributes attributes, out FileDescriptor map) =>
        CallForDescriptor(BpfCommand.MapCreate, ref attributes, out map);

    public static Errno MapLookupElement(ref MapElementAttributes attributes) => Call(BpfCommand.MapLookupElement, ref attributes);

    public static Errno MapUpdateElement(ref MapElementAttributes attributes) => Call(BpfCommand.MapUpdateElement, ref attributes);

    public static Errno MapDeleteElement(ref MapElementAttributes attributes) => Call(BpfCommand.MapDeleteElement, ref attributes);

    public static Errno MapGetNextKey(ref MapElementAttributes attributes) => Call(BpfCommand.MapGetNextKey, ref attributes);

    /// <summary>Queues: Linux 4.20. Hash maps: Linux 5.14.</summary>
    public static Errno MapLookupAndDeleteElement(ref MapElementAttributes attributes) => Call(BpfCommand.MapLookupAndDeleteElement, ref attributes);

    /// <summary>Linux 5.2.</summary>
    public static Errno MapFreeze(ref MapFreezeAttributes attributes) => Call(BpfCommand.MapFreeze, ref attributes);

    /// <summary>Linux 5.6. ENOENT with a count above zero is the last batch, not a failure.</summary>
    public static Errno MapLookupBatch(ref MapBatchAttributes attributes) => Call(BpfCommand.MapLookupBatch, ref attributes);

    /// <summary>Linux 5.6. ENOENT with a count above zero is the last batch, not a failure.</summary>
    public static Errno MapLookupAndDeleteBatch(ref MapBatchAttributes attributes) => Call(BpfCommand.MapLookupAndDeleteBatch, ref attributes);

    /// <summary>Linux 5.6. Stops at the first entry that fails; the count is the number of entries before it, or unchanged if none was tried.</summary>
    public static Errno MapUpdateBatch(ref MapBatchAttributes attributes) => Call(BpfCommand.MapUpdateBatch, ref attributes);

    /// <summary>Linux 5.6. Stops like <see cref="MapUpdateBatch"/>; a missing key is a failure.</summary>
    public static Errno MapDeleteBatch(ref MapBatchAttributes attributes) => Call(BpfCommand.MapDeleteBatch, ref attributes);
}
