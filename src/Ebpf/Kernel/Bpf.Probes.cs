using System.Runtime.InteropServices;

namespace Ebpf.Kernel;

internal static unsafe partial class Bpf
{
    /// <summary>For making a map that nobody will use: what <see cref="MapCreateAttributes"/> has, and what some types want besides.</summary>
    [StructLayout(LayoutKind.Explicit)]
    public struct MapProbeAttributes
    {
        [FieldOffset(0)]
        public MapCreateAttributes Map;

        [FieldOffset(48)]
        public uint BtfDescriptor;

        [FieldOffset(52)]
        public uint BtfKeyTypeId;

        [FieldOffset(56)]
        public uint BtfValueTypeId;
    }

    public static Errno MapProbe(ref MapProbeAttributes attributes, out FileDescriptor map) => CallForDescriptor(Command.MapCreate, ref attributes, out map);
}
