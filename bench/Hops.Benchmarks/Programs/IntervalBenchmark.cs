using System.Diagnostics;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Programs;

/// <summary>
/// Measures the processor time of <c>hops --interval</c> for an attempt. The time includes the start of the program and, for the table, the time of
/// <c>script</c>, which provides the terminal.
/// </summary>
/// <param name="hops">The path of the program <c>hops</c>.</param>
internal sealed class IntervalBenchmark(string hops) : IDisposable
{
    /// <summary>Two percent of a core, where one connection a second is made.</summary>
    private const double MicrosecondsOfAnAttempt = 20_000;

    private const int Targets = 1000;
    private const int Addresses = 250;
    private const int Seconds = 10;

    private readonly ResettingServer _server = new();

    public Report Run(string name, int rounds)
    {
        string input = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(input, Enumerable.Range(0, Targets).Select(i => $"127.0.{i / Addresses}.{1 + (i % Addresses)}:{_server.Port}"));
            string[] slowly = ["--interval", "3600", "--rate", "1", "--input", input];
            string[] quickly = ["--interval", "1", "--input", input];
            return new Report(
                name, $"{Targets} targets over loopback again and again, {Seconds} s long: time of all processors for an attempt", "attempts", "attempt",
                SubjectGroup.MeasureCold(
                    [
                        new SubjectGroup(
                            "1 a second", 1, 1, isCompared: false,
                            new SubjectGroup.Subject(
                                "table", _ => OnTerminal(slowly, Seconds), Limit.Microseconds(MicrosecondsOfAnAttempt)),
                            new SubjectGroup.Subject("--json", _ => Lines(slowly, Seconds))),
                        new SubjectGroup(
                            "1000 a second", 1, 1, isCompared: false,
                            new SubjectGroup.Subject("table", _ => OnTerminal(quickly, Seconds * Targets)),
                            new SubjectGroup.Subject("--json", _ => Lines(quickly, Seconds * Targets))),
                    ],
                    rounds));
        }
        finally
        {
            File.Delete(input);
        }
    }

    public void Dispose() => _server.Dispose();

    private Block OnTerminal(IEnumerable<string> arguments, int attempts)
    {
        string script = ProgramPath.Find("script") ?? throw new InvalidOperationException("There is no 'script' (bsdutils) to make a terminal.");
        string command = $"stty cols 120 rows 40; exec timeout --foreground --signal=TERM {Seconds} '{hops}' {string.Join(' ', arguments)}";
        return Succeeded(script, ["-qec", command, "/dev/null"], attempts);
    }

    private Block Lines(IEnumerable<string> arguments, int attempts) =>
        Succeeded(
            ProgramPath.Find("timeout") ?? throw new InvalidOperationException("There is no 'timeout' (coreutils)."),
            ["--signal=TERM", $"{Seconds}", hops, "--json", .. arguments],
            attempts);

    private static Block Succeeded(string program, IReadOnlyList<string> arguments, int attempts)
    {
        // The exit status of timeout(1) if it ended the program.
        const int TimedOut = 124;
        ProcessRun run = ProcessRun.Of(program, arguments, captures: true);
        return run.ExitStatus == TimedOut
            ? new Block(attempts, (long)(run.ProcessorTime.TotalSeconds * Stopwatch.Frequency), null)
            : throw new InvalidOperationException($"{program} ended with status {run.ExitStatus}. {run.Output}");
    }
}
