using System.Text.RegularExpressions;

namespace Debian.Tests;

/// <summary>The options in the help of the installed program.</summary>
internal static partial class Help
{
    /// <summary>Everything that can stand before <c>--help</c>.</summary>
    public static TheoryData<string> Verbs =>
        ["measure", "watch", "guard", "lab", "doctor", "trace", "system", "system enable", "system disable", "system status", "system serve", "calibrate"];

    public static string Of(PrivateMachine machine, string verb) => machine.Run(["hops", .. verb.Split(' '), "--help"]);

    /// <summary>All names of its options, with the short ones.</summary>
    public static string[] Options(string help) =>
        [.. Option().Matches(help).SelectMany(static m => m.Groups["name"].Captures.Select(static c => c.Value))];

    [GeneratedRegex(@"^  (?<name>-\w|--[a-z-]+)(, (?<name>--[a-z-]+))*", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Option();
}
