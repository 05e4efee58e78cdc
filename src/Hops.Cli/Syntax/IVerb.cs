using System.CommandLine;

namespace Hops.Cli.Syntax;

/// <summary>Represents a verb of the command line: its texts, options and action.</summary>
internal interface IVerb
{
    /// <summary>Gets the word, such as <c>lab</c>.</summary>
    string Name { get; }

    /// <summary>Gets the usual call, for the list of verbs in the program's help. Its second word is the name.</summary>
    string Usage { get; }

    /// <summary>Gets a description of half a line, for the same list.</summary>
    string Brief { get; }

    /// <summary>Gets the text of its help below the options: paragraphs, and sections with a title and indented lines.</summary>
    string Footer { get; }

    /// <summary>Gets the exit status of wrong usage.</summary>
    ExitStatus OfWrongUsage => ExitStatus.WrongUsage;

    /// <summary>Builds the command with its options, arguments and action. Called only for the verb in use, because it takes much of a short run.</summary>
    Command Build();
}
