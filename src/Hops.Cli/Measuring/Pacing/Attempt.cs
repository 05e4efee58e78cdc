namespace Hops.Cli.Measuring.Pacing;

/// <summary>What to measure next.</summary>
/// <param name="Text">The target, as the user wrote it.</param>
/// <param name="Number">From 1 to as many as were asked for.</param>
internal readonly record struct Attempt(string Text, int Number)
{
    /// <summary>Each target so many times, one target after the other.</summary>
    public static IEnumerable<Attempt> Of(IEnumerable<string> texts, int count)
    {
        foreach (string text in texts)
        {
            for (int number = 1; number <= count; number++)
            {
                yield return new Attempt(text, number);
            }
        }
    }
}
