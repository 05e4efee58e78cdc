using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Waiting for descriptors: epoll(7), eventfd(2).</content>
internal static unsafe partial class LibC
{
    public const int EpollCloseOnExec = 0x80000;
    public const int EventCloseOnExec = 0x80000;
    public const int EpollControlAdd = 1;
    public const uint EpollIn = 1;
    public const uint EpollEdgeTriggered = 1u << 31;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, EpollEvent* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, EpollEvent* events, int maximum, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint value, int flags);

    /// <summary>
    /// <c>struct epoll_event</c> without its data, which follows at once on x86-64 and after four bytes on arm64. Callers that do not use the data need only
    /// room for the larger of the two.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    public struct EpollEvent
    {
        [FieldOffset(0)]
        public uint Events;
    }
}
