using Hops.Benchmarks.TestRuns;

namespace Hops.Benchmarks.TailCalls;

/// <summary>Compares a chain of tail calls with the same work without them. The time is the kernel's, so it has no limit.</summary>
internal sealed class TailCallBenchmark : IDisposable
{
    // A run takes some 0.1 µs.
    private const int Turn = 1_000;
    private const int Block = 20_000;

    private readonly TailCallPrograms _programs = new();

    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        return new Report(
            name, $"{TailCallPrograms.Steps} steps of a program", "steps", "step",
            SubjectGroup.Measure(
                [
                    new SubjectGroup(
                        $"{TailCallPrograms.Steps}", Block, Turn, isCompared: true,
                        SubjectOf("in line", _programs.InLine),
                        SubjectOf("function calls", _programs.Functions),
                        SubjectOf("tail calls, constant index", _programs.ConstantIndex),
                        SubjectOf("tail calls, loaded index", _programs.LoadedIndex)),
                ],
                rounds))
        {
            ShowsDifferences = true,
        };
    }

    public void Dispose() => _programs.Dispose();

    private static SubjectGroup.Subject SubjectOf(string name, RepeatedProgram program) => SubjectGroup.Subject.Of(name, TailCallPrograms.Steps, program.Run);
}
