namespace Hops.Benchmarks;

/// <summary>
/// Subjects take turns of a few operations, so that whatever else the machine does, and however its clock drifts, meets all of them alike.
/// Who goes first changes every turn.
/// </summary>
internal static class Turns
{
    /// <param name="subjects">Each does some operations and says what they took.</param>
    /// <param name="operations">How many each is to do in all.</param>
    /// <param name="turn">How many at a time.</param>
    /// <returns>What each took.</returns>
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
