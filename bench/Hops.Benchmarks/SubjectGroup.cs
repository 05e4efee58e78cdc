namespace Hops.Benchmarks;

/// <summary>Variants that are compared with one another, in rounds.</summary>
/// <param name="name">What they have in common.</param>
/// <param name="blockSize">How often each variant does its work in a round.</param>
/// <param name="turn">How often in a turn (<see cref="Turns"/>).</param>
/// <param name="isCompared">Whether the others' ratios to the first are of interest.</param>
/// <param name="subjects">The variants.</param>
internal sealed class SubjectGroup(string name, int blockSize, int turn, bool isCompared, params IReadOnlyList<SubjectGroup.Subject> subjects)
{
    private readonly Func<int, Block>[] _runs = [.. subjects.Select(static subject => subject.Run)];

    public IEnumerable<Measurement> Measure(int rounds)
    {
        WarmUp.Run(() => Turns.Take(_runs, blockSize, turn));
        Block[][] results = new Block[rounds][];
        for (int round = 0; round < rounds; round++)
        {
            GC.Collect();
            results[round] = Turns.Take(_runs, blockSize, turn);
        }

        Block[] references = [.. results.Select(static round => round[0])];
        return subjects.Select((subject, index) => Measurement.Of(name, subject.Name, [.. results.Select(round => round[index])], isCompared ? references : null) with { Limits = subject.Limits });
    }

    /// <summary>A variant.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Run">Does its work so many times, and says what that took.</param>
    /// <param name="Limits">What it should keep to.</param>
    internal sealed record Subject(string Name, Func<int, Block> Run, params IReadOnlyList<Limit> Limits)
    {
        public static Subject Of(string name, int operationsEachTime, Action<int> body, params IReadOnlyList<Limit> limits) =>
            new(name, times => Block.Time(times, operationsEachTime, body), limits);
    }
}
