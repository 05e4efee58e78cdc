using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>File descriptors: open(2), close(2), write(2), fcntl(2), ioctl(2), flock(2), poll(2).</content>
internal static unsafe partial class LibC
{
    public const int OpenReadOnly = 0;
    public const int OpenWriteOnly = 1;
    public const int OpenReadWrite = 2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;
    public const int GetDescriptorFlags = 1;
    public const int SetStatusFlags = 4;
    public const int CloseOnExec = 1;
    public const nint CloseRangeNumber = 436;
    public const nint CloseRangeOnExec = 4;
    public const int LockExclusive = 2;
    public const int LockNotWaiting = 4;
    public const nuint BytesThatPeerHasNotRead = 0x5411;
    public const nuint BytesToRead = 0x541b;
    public const short PollIn = 1;
    public const short PollOut = 4;

    // One of the few flags with a different value on arm64.
    public static readonly int OpenNoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    // .NET locks each file that it opens (FileShare), unless an environment variable disables its locks.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode = 0);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(int descriptor, int command, int argument = 0);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeHandle descriptor, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
