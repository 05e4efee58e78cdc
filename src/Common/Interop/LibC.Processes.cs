using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>This process and its clock: getrlimit(2), geteuid(2), nice(2), raise(3), clock_gettime(2).</content>
internal static unsafe partial class LibC
{
    public const int LimitOfOpenFiles = 7;
    public const int LimitOfLockedMemory = 8;
    public const int ClockBootTime = 7;
    public const int TerminalStop = 20;

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "nice", SetLastError = true)]
    public static partial int BeNice(int increment);

    /// <summary>Sends a signal to the calling thread, which handles it before this method returns.</summary>
    [LibraryImport("libc", EntryPoint = "raise")]
    public static partial int Raise(int signal);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int GetTime(int clock, TimeSpecification* time);

    /// <summary><c>struct rlimit</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public const ulong Infinity = ulong.MaxValue;

        public ulong Soft;
        public ulong Hard;
    }

    /// <summary><c>struct timespec</c> of 64-bit Linux</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
