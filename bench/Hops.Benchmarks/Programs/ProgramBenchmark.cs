using System.Globalization;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Programs;

/// <summary>Compares <c>hops</c> with a program that connects and measures nothing, as whole processes, from start to end.</summary>
/// <param name="hops">The path of the program <c>hops</c>.</param>
/// <param name="plain">The path of the program that it is compared with.</param>
internal sealed class ProgramBenchmark(string hops, string plain) : IDisposable
{
    // The measured ratio is 1.18 to 1.27, depending on the machine.
    private const double StartRatio = 1.28;
    /// <summary>At least 90 % as many targets in a second.</summary>
    private const double ManyRatio = 1.11;

    private const int Starts = 20;

    private const int Targets = 100_000;
    private const int Parallel = 16;

    /// <summary>Several addresses, because each pair of addresses has only some 28,000 ports.</summary>
    private const int Addresses = 50;

    private readonly ResettingServer _server = new();

    /// <summary>Measures the time for one target, from the start of the program to its end.</summary>
    public Report RunStart(string name, int rounds)
    {
        string endPoint = $"127.0.0.1:{_server.Port}";
        return new Report(
            name, "One measurement over loopback, from the start of the program to its end", "targets", "run",
            SubjectGroup.Measure(
                [
                    new SubjectGroup(
                        "1", Starts, 1, isCompared: true,
                        Program("plain connect", plain, [endPoint]),
                        Program("hops", hops, [$"tcp4://{endPoint}"], Limit.Ratio(StartRatio)),
                        Program("hops with an option", hops, ["--quiet", $"tcp4://{endPoint}"]),
                        Program("/bin/true", "/bin/true", [])),
                ],
                rounds))
        {
            Chart = ReportChart.Ratios,
        };
    }

    /// <summary>Measures the time for each of many targets.</summary>
    public Report RunMany(string name, int rounds)
    {
        string input = Path.GetTempFileName();
        string parallel = Parallel.ToString(CultureInfo.InvariantCulture);
        try
        {
            File.WriteAllLines(input, Enumerable.Range(0, Targets).Select(i => $"127.0.0.{1 + (i % Addresses)}:{_server.Port}"));
            return new Report(
                name, $"{Targets} measurements over loopback, {Parallel} at once, a line each", "targets", "target",
                SubjectGroup.MeasureCold(
                    [
                        new SubjectGroup(
                            $"{Targets}", 1, 1, isCompared: true,
                            Lines("plain connects", plain, ["-", parallel], input),
                            Lines("hops", hops, ["--input", "-", "--parallel", parallel, "--quiet"], input, Limit.Ratio(ManyRatio)),
                            Lines("hops --json", hops, ["--json", "--input", "-", "--parallel", parallel, "--quiet"], input)),
                    ],
                    rounds))
            {
                Chart = ReportChart.Ratios,
            };
        }
        finally
        {
            File.Delete(input);
        }
    }

    public void Dispose() => _server.Dispose();

    private static SubjectGroup.Subject Program(string name, string program, IReadOnlyList<string> arguments, params IReadOnlyList<Limit> limits) => new(
        name,
        times =>
        {
            Block sum = new(0, 0, null);
            for (int i = 0; i < times; i++)
            {
                sum += new Block(1, Succeeded(program, ProcessRun.Of(program, arguments)).Ticks, null);
            }

            return sum;
        },
        limits);

    private static SubjectGroup.Subject Lines(
        string name, string program, IReadOnlyList<string> arguments, string input, params IReadOnlyList<Limit> limits) => new(
        name,
        _ =>
        {
            ProcessRun run = Succeeded(program, ProcessRun.Of(program, arguments, input, captures: true));
            int lines = run.Output.Count('\n');
            return lines == Targets
                ? new Block(Targets, run.Ticks, null)
                : throw new InvalidOperationException($"{program} printed {lines} lines for {Targets} targets.");
        },
        limits);

    private static ProcessRun Succeeded(string program, ProcessRun run) => run.ExitStatus == 0
        ? run
        : throw new InvalidOperationException(
            $"{program} ended with status {run.ExitStatus}. "
            + run.Output.Split('\n').FirstOrDefault(static line => line.StartsWith("[!]", StringComparison.Ordinal)));
}
