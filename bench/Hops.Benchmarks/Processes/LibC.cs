using System.Runtime.InteropServices;

namespace Hops.Benchmarks.Processes;

/// <summary>posix_spawn(3), wait4(2), and what they need.</summary>
internal static unsafe partial class LibC
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;

    // POSIX_SPAWN_SETSIGDEF: the C libraries agree on it.
    public const short SetSignalDefaults = 0x04;

    // Of glibc and musl, posix_spawnattr_t has at most 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128.
    public const int StructureSize = 512;

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(out int process, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitializeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* actions, int descriptor, int newDescriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    public static partial int FillSignalSet(byte* signals);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Wait(int process, out int status, int options, out ResourceUsage usage);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int CreateMemoryFile(string name, uint flags);
}
