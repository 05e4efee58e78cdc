using Hops.Cli.Tests.Support;

namespace Hops.Cli.Tests.Guarding;

/// <summary>The output of a program that tried to escape: for each try the answer of the kernel, or a signal; and what arrived at a near server.</summary>
internal static class Tries
{
    private const string Arrived = "arrived ";

    /// <summary>Returns the kernel's answer to a try.</summary>
    public static string Said(this Outcome outcome, string name)
    {
        string[] said = [.. outcome.Lines.Where(line => line.StartsWith(name + ' ', StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..])];
        Assert.True(said.Length == 1, $"'{name}' is not there once: {outcome}");
        return said[0];
    }

    /// <summary>Whether bytes of a try arrived.</summary>
    public static bool HasArrived(this Outcome outcome, string name) => outcome.Lines.Contains(Arrived + name);

    /// <summary>Asserts what the kernel said to several tries.</summary>
    /// <param name="outcome">Of the program.</param>
    /// <param name="expected">A line a try: its name, and what was said.</param>
    public static void AssertSaid(this Outcome outcome, string expected)
    {
        string[] lines = expected.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        HashSet<string> names = [.. lines.Select(static line => line.Split(' ')[0])];
        Assert.Equal(lines, outcome.Lines.Where(line => names.Contains(line.Split(' ')[0])));
    }
}
