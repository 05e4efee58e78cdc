using System.CommandLine;
using System.Globalization;
using Hops.Cli;
using Hops.Cli.Syntax;

namespace Manual;

/// <summary>Represents a verb of the command line, with the texts of its help.</summary>
/// <param name="Name">Such as <c>lab</c>.</param>
/// <param name="Brief">Its description in the list of verbs.</param>
/// <param name="Command">Its options and arguments.</param>
/// <param name="Options">Its options, including those that all verbs have.</param>
/// <param name="Footer">The text below the options.</param>
internal sealed record Verb(string Name, string Brief, Command Command, IReadOnlyList<Option> Options, Footer Footer)
{
    /// <summary>Gets the default verb, whose options are those of the program.</summary>
    public static Verb Measure => All[0];

    public static IReadOnlyList<Verb> All { get; } = [.. CommandLine.Verbs.Select(Of)];

    /// <summary>Gets the verbs of a verb, such as <c>enable</c> of <c>system</c>.</summary>
    public IReadOnlyList<Verb> Verbs { get; private init; } = [];

    public IEnumerable<Option> OwnOptions => Options.Where(static o => !IsCommon(o));

    /// <summary>Returns all names of an option, short ones first, as in the help.</summary>
    public static IEnumerable<string> NamesOf(Option option) => option.Aliases.Append(option.Name).OrderBy(static name => name.Length);

    public static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0;

    /// <summary>Returns the default value of an option, or null.</summary>
    public static string? DefaultOf(Option option) =>
        TakesValue(option) && option.HasDefaultValue && option.GetDefaultValue() is { } usual and not Array
            ? Convert.ToString(usual, CultureInfo.InvariantCulture) : null;

    private static Verb Of(IVerb verb)
    {
        Footer words = new(CommandLine.FooterOf(verb));
        Command root = CommandLine.RootOf(verb);
        if (verb == CommandLine.Default)
        {
            return new Verb(verb.Name, root.Description!.Split(',')[0], root, HelpLast(root.Options), words);
        }

        // The option --help is for every verb, --version for the program only.
        Option[] everywhere = [.. root.Options.Where(static o => o.Recursive)];
        Command command = root.Subcommands.Single();
        return new Verb(verb.Name, verb.Brief, command, HelpLast([.. command.Options, .. everywhere]), words)
        {
            Verbs = [.. command.Subcommands.Select(sub => new Verb(sub.Name, sub.Description!, sub, HelpLast([.. sub.Options, .. everywhere]), words))],
        };
    }

    private static Option[] HelpLast(IEnumerable<Option> options) => [.. options.OrderBy(static o => IsCommon(o))];

    private static bool IsCommon(Option option) => option.Name is "--help" or "--version";
}
