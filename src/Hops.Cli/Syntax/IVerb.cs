using System.CommandLine;

namespace Hops.Cli.Syntax;

/// <summary>A verb of the command line: its words, its options, and what it does.</summary>
internal interface IVerb
{
    /// <summary>The word, such as <c>lab</c>.</summary>
    string Name { get; }

    /// <summary>The usual call, for the list of verbs in the program's help: its second word is the name.</summary>
    string Usage { get; }

    /// <summary>What it does, in half a line, for the same list.</summary>
    string Brief { get; }

    /// <summary>What its help says below the options: sections with a title and indented lines.</summary>
    string Footer { get; }

    /// <summary>What the shell is told of a wrong call.</summary>
    ExitStatus OfWrongUsage => ExitStatus.WrongUsage;

    /// <summary>Makes the command with its options, arguments and action. Called only when the verb is used, as it takes a good part of a short run.</summary>
    Command Build();
}
