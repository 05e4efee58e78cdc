using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Starting programs, waiting for them, and executing one in this process: posix_spawn(3), waitpid(2), execve(2), kill(2).</content>
internal static unsafe partial class LibC
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int BrokenPipe = 13;
    public const int Terminate = 15;
    public const int DefaultHandler = 0;
    public const int AnyChild = -1;

    /// <returns>An error number, or 0.</returns>
    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(int* process, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeSpawnActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddSpawnDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroySpawnActions(void* actions);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int process, int* status, int options);

    /// <summary>Returns only if it fails.</summary>
    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetSignalHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int ProcessGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);
}
