using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hops.Benchmarks.Processes;

/// <summary>
/// A process whose time is measured: it is started by posix_spawn(3) and waited for by wait4(2), without the other work of <see cref="Process"/>. It does not
/// outlive this object; when this process ends, it is asked to end, too.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int EINTR = 4;
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    private static readonly ConcurrentDictionary<int, ChildProcess> Running = new();
    private static readonly SafeFileHandle Null = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    // A signal ends this process without its event of exit (.NET 10).
    private static readonly PosixSignalRegistration[] Signals =
        [
            .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
                .Select(static signal => PosixSignalRegistration.Create(signal, static _ => TerminateAll())),
        ];

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => TerminateAll();

    private ProcessRun? _end;

    private ChildProcess(int id, long start)
    {
        Id = id;
        StartedAt = start;
        Running[id] = this;
    }

    public int Id { get; }

    /// <summary>Just before it was started, in the units of <see cref="Stopwatch"/>.</summary>
    public long StartedAt { get; }

    /// <summary>Starts a program. On a thread in a network namespace it runs in that.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Without the name of the program.</param>
    /// <param name="input">Where it reads; null for nothing.</param>
    /// <param name="output">Where it prints; null for nowhere.</param>
    /// <param name="errors">Where it prints errors; null for where it prints the rest.</param>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    public static unsafe ChildProcess Start(
        string program, IReadOnlyList<string> arguments, SafeHandle? input = null, SafeHandle? output = null, SafeHandle? errors = null)
    {
        byte* attributes = stackalloc byte[LibC.StructureSize];
        byte* actions = stackalloc byte[LibC.StructureSize];
        byte* signals = stackalloc byte[LibC.StructureSize];
        _ = LibC.FillSignalSet(signals);
        _ = LibC.InitializeAttributes(attributes);
        // The runtime ignores SIGPIPE, and child processes inherit that.
        _ = LibC.SetFlags(attributes, LibC.SetSignalDefaults);
        _ = LibC.SetDefaultSignals(attributes, signals);
        _ = LibC.InitializeFileActions(actions);
        _ = LibC.AddDuplicate(actions, (int)(input ?? Null).DangerousGetHandle(), StandardInput);
        _ = LibC.AddDuplicate(actions, (int)(output ?? Null).DangerousGetHandle(), StandardOutput);
        _ = LibC.AddDuplicate(actions, (int)(errors ?? output ?? Null).DangerousGetHandle(), StandardError);
        byte** argumentPointers = Strings([program, .. arguments]);
        byte** environmentPointers = Strings([.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static e => $"{e.Key}={e.Value}")]);
        try
        {
            long start = Stopwatch.GetTimestamp();
            int error = LibC.Spawn(out int id, argumentPointers[0], actions, attributes, argumentPointers, environmentPointers);
            return error == 0
                ? new ChildProcess(id, start)
                : throw new InvalidOperationException($"{program} could not be started: {Marshal.GetPInvokeErrorMessage(error)} (posix_spawn: errno {error}).");
        }
        finally
        {
            Free(argumentPointers);
            Free(environmentPointers);
            _ = LibC.DestroyAttributes(attributes);
            _ = LibC.DestroyFileActions(actions);
            GC.KeepAlive(input);
            GC.KeepAlive(output);
            GC.KeepAlive(errors);
        }
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Signal(LibC.SIGTERM);

    /// <summary>Waits for its end.</summary>
    public ProcessRun Wait()
    {
        if (_end is not null)
        {
            return _end;
        }

        int result;
        int status;
        ResourceUsage usage;
        do
        {
            result = LibC.Wait(Id, out status, 0, out usage);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == EINTR);
        long ticks = Stopwatch.GetTimestamp() - StartedAt;
        _ = Running.TryRemove(Id, out _);
        if (result != Id)
        {
            throw new InvalidOperationException($"Process {Id} could not be waited for (wait4: errno {Marshal.GetLastPInvokeError()}).");
        }

        // wait(2): the low seven bits are the signal that ended it, the second byte is its exit status.
        int signal = status & 0x7F;
        return _end = new ProcessRun(signal == 0 ? (status >> 8) & 0xFF : 128 + signal, ticks, usage.ProcessorTime, "");
    }

    /// <summary>Kills it if it has not ended.</summary>
    public void Dispose()
    {
        if (_end is null)
        {
            Signal(LibC.SIGKILL);
            _ = Wait();
        }
    }

    private static void TerminateAll()
    {
        foreach (ChildProcess child in Running.Values)
        {
            child.Terminate();
        }
    }

    // The kernel does not reuse the process number until the process has been waited for.
    private void Signal(int signal)
    {
        if (_end is null)
        {
            _ = LibC.Kill(Id, signal);
        }
    }

    private static unsafe byte** Strings(string[] strings)
    {
        byte** pointers = (byte**)NativeMemory.AllocZeroed((nuint)strings.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Length; i++)
        {
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return pointers;
    }

    private static unsafe void Free(byte** strings)
    {
        for (byte** pointer = strings; *pointer != null; pointer++)
        {
            Marshal.FreeCoTaskMem((nint)(*pointer));
        }

        NativeMemory.Free(strings);
    }
}
