namespace Hops.Cli.Measuring.Pacing;

/// <summary>Represents an attempt at a target.</summary>
/// <param name="Text">The target, as the user wrote it.</param>
/// <param name="Number">The number of the attempt at this target, from 1.</param>
internal readonly record struct Attempt(string Text, int Number)
{
    /// <summary>Returns the attempts of a run without rounds: all attempts at a target, then those at the next.</summary>
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
