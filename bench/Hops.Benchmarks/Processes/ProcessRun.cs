using System.Diagnostics;

namespace Hops.Benchmarks.Processes;

/// <summary>What a whole process took.</summary>
/// <param name="ExitStatus">As a shell gives it: 128 and the signal's number for one that a signal ended.</param>
/// <param name="Ticks">From just before posix_spawn(3) to the return of wait4(2), in the units of <see cref="Stopwatch"/>.</param>
/// <param name="ProcessorTime">User and system time, with that of the children for which it waited.</param>
/// <param name="Output">What it printed, or nothing where that was not asked for.</param>
/// <remarks>
/// The rusage of wait4(2) has a maximum of memory, too, which is of no use here:
/// it counts the process before exec(2), which then was this one, with a whole runtime.
/// </remarks>
internal sealed record ProcessRun(int ExitStatus, long Ticks, TimeSpan ProcessorTime, string Output)
{
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, Ticks);

    /// <summary>Runs a program to its end. On a thread in a network namespace it runs in that.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Without the name of the program.</param>
    /// <param name="input">A file to read from; null for nothing.</param>
    /// <param name="captures">Whether to keep what it prints, errors with it. It goes into a file in memory, so that nobody has to read meanwhile.</param>
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
