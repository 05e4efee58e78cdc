using System.Runtime.InteropServices;

namespace Ebpf.Kernel;

internal static unsafe partial class Bpf
{
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramLoadAttributes
    {
        public uint ProgramType;
        public uint InstructionCount;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogSize;
        public ulong LogBuffer;
        public uint KernelVersion;
        public uint ProgramFlags;
        public ObjectName ProgramName;
        public uint InterfaceIndex;
        public uint ExpectedAttachType;
    }

    public static Errno ProgramLoad(ref ProgramLoadAttributes attributes, out FileDescriptor program) =>
        CallForDescriptor(Command.ProgramLoad, ref attributes, out program);
}
