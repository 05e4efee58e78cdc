namespace Hops.Benchmarks;

/// <summary>
/// Has subjects take turns of a few operations, so that other work on the machine and changes of its clock rate affect all of them alike.
/// Which one goes first changes every turn.
/// </summary>
internal static class Turns
{
    /// <param name="subjects">Each does a number of operations and returns their time and memory.</param>
    /// <param name="operations">The number of operations of each subject.</param>
    /// <param name="turn">The number of operations in a turn.</param>
    /// <returns>The time and memory of each subject.</returns>
    public static Block[] Take(IReadOnlyList<Func<int, Block>> subjects, int operations, int turn)
    {
        Block[] blocks = new Block[subjects.Count];
        Array.Fill(blocks, new Block(0, 0, 0));
        int done = 0;
        for (int number = 0; done < operations; number++)
        {
            int count = Math.Min(turn, operations - done);
            for (int place = 0; place < subjects.Count; place++)
            {
                int subject = (number + place) % subjects.Count;
                blocks[subject] += subjects[subject](count);
            }

            done += count;
        }

        return blocks;
    }
}
