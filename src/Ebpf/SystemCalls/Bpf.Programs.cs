using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

/// <content>Programs: loading, testing, information, statistics.</content>
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

    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramTestRunAttributes
    {
        public uint ProgramDescriptor;
        public uint ReturnValue;
        public uint DataSizeIn;

        /// <summary>In: the capacity of <see cref="DataOut"/>. Out: the length of the packet, even if it did not fit.</summary>
        public uint DataSizeOut;
        public ulong DataIn;
        public ulong DataOut;
        public uint Repeat;
        public uint Duration;
        public uint ContextSizeIn;
        public uint ContextSizeOut;
        public ulong ContextIn;
        public ulong ContextOut;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct EnableStatisticsAttributes
    {
        public uint Type;
    }

    /// <summary><c>struct bpf_prog_info</c>. On input, a count is the capacity of the buffer at the adjacent address.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramInfo
    {
        public uint Type;
        public uint Id;
        public ProgramTag Tag;
        public uint CompiledLength;
        public uint TranslatedLength;
        public ulong CompiledInstructions;
        public ulong TranslatedInstructions;
        public ulong LoadTime;
        public uint CreatedByUserId;
        public uint MapIdCount;
        public ulong MapIds;
        public ObjectName Name;
        public uint InterfaceIndex;

        /// <summary>The lowest bit.</summary>
        public uint GplCompatible;
        public ulong NetworkNamespaceDevice;
        public ulong NetworkNamespaceInode;
        public uint CompiledSymbolCount;
        public uint CompiledFunctionCount;
        public ulong CompiledSymbols;
        public ulong CompiledFunctionLengths;
        public uint TypeInfoId;
        public uint FunctionInfoSize;
        public ulong FunctionInfo;
        public uint FunctionInfoCount;
        public uint LineInfoCount;
        public ulong LineInfo;
        public ulong CompiledLineInfo;
        public uint CompiledLineInfoCount;
        public uint LineInfoSize;
        public uint CompiledLineInfoSize;
        public uint TagCount;
        public ulong Tags;
        public ulong RunTime;
        public ulong RunCount;
        public ulong RecursionMisses;
        public uint VerifiedInstructions;
        private readonly uint _padding;
    }

    /// <summary>Eight bytes of a hash of the program's instructions (<c>BPF_TAG_SIZE</c>).</summary>
    [System.Runtime.CompilerServices.InlineArray(8)]
    public struct ProgramTag
    {
        private byte _first;
    }

    public static Errno ProgramLoad(ref ProgramLoadAttributes attributes, out FileDescriptor program) =>
        CallForDescriptor(BpfCommand.ProgramLoad, ref attributes, out program);

    /// <summary>Linux 4.12. ENOSPC: the program ran and the results are valid, but the packet did not fit.</summary>
    public static Errno ProgramTestRun(ref ProgramTestRunAttributes attributes) => Call(BpfCommand.ProgramTestRun, ref attributes);

    /// <summary>Linux 5.8. Statistics are enabled while the descriptor is open.</summary>
    public static Errno EnableStatistics(ref EnableStatisticsAttributes attributes, out FileDescriptor statistics) =>
        CallForDescriptor(BpfCommand.EnableStatistics, ref attributes, out statistics);
}
