using System.Runtime.InteropServices;
using Ebpf.Maps;

namespace Hops.Benchmarks.Maps;

/// <summary>
/// Calls bpf(2) directly: the attributes are prepared once, in place, no error number is read, and the descriptor is not kept from being closed. The time of
/// the library is compared with this.
/// </summary>
internal sealed unsafe partial class BareMap : IDisposable
{
    private const int MapLookupElement = 1;
    private const int MapGetDescriptorById = 14;

    private static readonly nint SystemCall = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    private readonly Attributes* _attributes;
    private readonly uint* _key;
    private readonly ulong* _value;

    public BareMap(BpfMap<uint, ulong> map)
    {
        IdAttributes id = new() { Id = map.GetInfo().Id };
        nint descriptor = Call(SystemCall, MapGetDescriptorById, &id, sizeof(IdAttributes));
        if (descriptor < 0)
        {
            throw new PlatformNotSupportedException("Opening a map by its id, for the bare system call, needs root (CAP_SYS_ADMIN).");
        }

        _attributes = (Attributes*)NativeMemory.AllocZeroed((nuint)sizeof(Attributes) + sizeof(ulong) + sizeof(ulong));
        _value = (ulong*)(_attributes + 1);
        _key = (uint*)(_value + 1);
        *_attributes = new() { Map = (uint)descriptor, Key = (ulong)_key, Value = (ulong)_value };
    }

    /// <summary>Returns the value of a key, or 0 if the map does not have the key; no value of the benchmark is 0.</summary>
    public ulong Lookup(uint key)
    {
        *_key = key;
        return Call(SystemCall, MapLookupElement, _attributes, sizeof(Attributes)) == 0 ? *_value : 0;
    }

    public void Dispose()
    {
        _ = Close((int)_attributes->Map);
        NativeMemory.Free(_attributes);
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, nint command, void* attributes, nint size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public uint Map;
        private readonly uint _padding;
        public ulong Key;
        public ulong Value;
        public ulong Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IdAttributes
    {
        public uint Id;
        public uint NextId;
        public uint OpenFlags;
    }
}
