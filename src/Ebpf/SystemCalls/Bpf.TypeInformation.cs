using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

/// <content>Type information for maps and programs.</content>
internal static unsafe partial class Bpf
{
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfLoadAttributes
    {
        public ulong Btf;
        public ulong LogBuffer;
        public uint BtfSize;
        public uint LogSize;
        public uint LogLevel;
        private readonly uint _padding;
    }

    /// <summary>Linux 4.18.</summary>
    public static Errno BtfLoad(ref BtfLoadAttributes attributes, out FileDescriptor btf) => CallForDescriptor(BpfCommand.BtfLoad, ref attributes, out btf);
}
