using System.Diagnostics;

namespace Hops.Benchmarks.Processes;

/// <summary>The time and result of a whole process.</summary>
/// <param name="ExitStatus">As a shell gives it: 128 and the signal's number for one that a signal ended.</param>
/// <param name="Ticks">From just before posix_spawn(3) to the return of wait4(2), in the units of <see cref="Stopwatch"/>.</param>
/// <param name="ProcessorTime">User and system time, with that of the children for which it waited.</param>
/// <param name="Output">Its output; empty if it was not captured.</param>
/// <remarks>
/// The rusage of wait4(2) also has a maximum of memory, which is of no use here: it includes the time before exec(2), when the child was a copy of this process
/// with a whole runtime.
/// </remarks>
internal sealed record ProcessRun(int ExitStatus, long Ticks, TimeSpan ProcessorTime, string Output)
{
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, Ticks);

    /// <summary>Runs a program to its end. On a thread in a network namespace it runs in that.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Without the name of the program.</param>
    /// <param name="input">A file to read from; null for nothing.</param>
    /// <param name="captures">Whether to keep its output and errors. They go into a file in memory, so that no thread has to read them meanwhile.</param>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    public static ProcessRun Of(string program, IReadOnlyList<string> arguments, string? input = null, bool captures = false)
    {
        using FileStream? standardInput = input is null ? null : File.OpenRead(input);
        using MemoryFile? output = captures ? new() : null;
        using ChildProcess child = ChildProcess.Start(program, arguments, standardInput?.SafeFileHandle, output?.Handle);
        ProcessRun run = child.Wait();
        return run with { Output = output?.ReadAll() ?? "" };
    }
}
