using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>The rights of a thread, and dropping them: prctl(2), capset(2), seccomp(2).</content>
internal static unsafe partial class LibC
{
    public const int SetParentDeathSignal = 1;
    public const int SetSeccomp = 22;
    public const int DropBoundingCapability = 24;
    public const int SetNoNewPrivileges = 38;
    public const int Ambient = 47;
    public const int ClearAmbient = 4;
    public const int SeccompModeFilter = 2;
    public const uint CapabilityVersion3 = 0x20080522;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ControlProcess(int operation, nuint first, nuint second = 0, nuint third = 0, nuint fourth = 0);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    public static partial int SetCapabilities(CapabilityHeader* header, CapabilityData* data);

    /// <summary><c>struct __user_cap_header_struct</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CapabilityHeader
    {
        public uint Version;
        public int Process;
    }

    /// <summary><c>struct __user_cap_data_struct</c>, of which there are two.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CapabilityData
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }

    /// <summary><c>struct sock_filter</c> (linux/filter.h)</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ClassicInstruction
    {
        public ushort Code;
        public byte IfTrue;
        public byte IfFalse;
        public uint Value;
    }

    /// <summary><c>struct sock_fprog</c> (linux/filter.h)</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ClassicProgram
    {
        public ushort Length;
        public ClassicInstruction* Instructions;
    }
}
