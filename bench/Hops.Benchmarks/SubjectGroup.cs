namespace Hops.Benchmarks;

/// <summary>Variants that are compared with one another.</summary>
/// <param name="name">The name of the group.</param>
/// <param name="blockSize">How often each variant does its work in a round.</param>
/// <param name="turn">How often in a turn (<see cref="Turns"/>).</param>
/// <param name="isCompared">Whether to compute the ratios of the others to the first.</param>
/// <param name="subjects">The variants.</param>
internal sealed class SubjectGroup(string name, int blockSize, int turn, bool isCompared, params IReadOnlyList<SubjectGroup.Subject> subjects)
{
    private readonly Func<int, Block>[] _runs = [.. subjects.Select(static subject => subject.Run)];
    private readonly List<Block[]> _rounds = [];

    /// <summary>Measures groups in rounds, each group once a round, when all of their code is compiled.</summary>
    public static IReadOnlyList<Measurement> Measure(IReadOnlyList<SubjectGroup> groups, int rounds)
    {
        WarmUp.Run(() =>
        {
            foreach (SubjectGroup group in groups)
            {
                _ = group.TakeTurns();
            }
        });
        return MeasureCold(groups, rounds);
    }

    /// <summary>The same without a warm-up: for whole processes, whose code is compiled already.</summary>
    public static IReadOnlyList<Measurement> MeasureCold(IReadOnlyList<SubjectGroup> groups, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (SubjectGroup group in groups)
            {
                // A usual block allocates too little to be interrupted by a collection, if it starts after one.
                GC.Collect();
                group._rounds.Add(group.TakeTurns());
            }
        }

        return [.. groups.SelectMany(static group => group.Summarize())];
    }

    private Block[] TakeTurns() => Turns.Take(_runs, blockSize, turn);

    private IEnumerable<Measurement> Summarize()
    {
        Block[] references = [.. _rounds.Select(static round => round[0])];
        return subjects.Select((subject, index) =>
            Measurement.Of(name, subject.Name, [.. _rounds.Select(round => round[index])], isCompared && index > 0 ? references : null) with
            {
                Limits = subject.Limits,
            });
    }

    /// <summary>A variant.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Run">Does its work a number of times, and returns the time and memory.</param>
    /// <param name="Limits">The limits that <c>--check</c> checks.</param>
    internal sealed record Subject(string Name, Func<int, Block> Run, params IReadOnlyList<Limit> Limits)
    {
        public static Subject Of(string name, int operationsEachTime, Action<int> body, params IReadOnlyList<Limit> limits) =>
            new(name, times => Block.Time(times, operationsEachTime, body), limits);
    }
}
