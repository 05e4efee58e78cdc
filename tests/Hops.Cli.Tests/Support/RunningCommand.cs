using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hops.Cli.Tests.Support;

/// <summary>A child process: what it has printed so far, signals to it, its end. One that takes too long is killed.</summary>
internal sealed partial class RunningCommand : IDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;

    public RunningCommand(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => TextOf(_output);

    public string Errors => TextOf(_errors);

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Waits until something is so, such as that a line was printed.</summary>
    public void WaitUntil(Func<RunningCommand, bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition(this))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit && !_process.HasExited, $"It did not come to that.\nOutput:\n{Output}\nErrors:\n{Errors}");
            Thread.Sleep(5);
        }
    }

    /// <summary>Sends a signal to the process, as <c>kill</c> does.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(Id, signal));

    /// <summary>Sends a signal to the only child of the process, which is there to look at it.</summary>
    public void SignalChild(int signal) =>
        Assert.Equal(0, Kill(int.Parse(File.ReadAllText($"/proc/{Id}/task/{Id}/children"), CultureInfo.InvariantCulture), signal));

    /// <summary>Sends a signal to the process and its children, as a terminal does: for a command that was started through <c>setsid</c>.</summary>
    public void SignalGroup(int signal) => Assert.Equal(0, Kill(-Id, signal));

    /// <summary>Waits for its end.</summary>
    /// <param name="limit">For how long; null for half a minute.</param>
    public Outcome Wait(TimeSpan? limit = null)
    {
        if (!_process.WaitForExit(limit ?? Limit) || !_reading.Wait(limit ?? Limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"Not finished after {limit ?? Limit}.\nOutput:\n{Output}\nErrors:\n{Errors}");
        }

        return new Outcome(_process.ExitCode, Output, Errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        char[] buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var count and > 0)
        {
            lock (text)
            {
                text.Append(buffer, 0, count);
            }
        }
    }

    private static string TextOf(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
