using System.CommandLine;
using System.ComponentModel;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Calibrating;
using Hops.Cli.Diagnosing;
using Hops.Cli.Guarding;
using Hops.Cli.Lab;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Cli.Sharing;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;
using Hops.Cli.Tracing;
using Hops.Cli.Watching;

namespace Hops.Cli;

/// <summary>The command line as a whole: its verbs, and how the words of a call become one of them. A new verb is a folder and a row here.</summary>
internal static class CommandLine
{
    /// <summary>What words without a verb mean: its options are those of the program.</summary>
    public static MeasureVerb Default { get; } = new();

    /// <summary>All verbs, in the order of the help.</summary>
    public static IVerb[] Verbs { get; } =
        [Default, new WatchVerb(), new GuardVerb(), new LabVerb(), new DoctorVerb(), new TraceVerb(), new SystemVerb(), new CalibrateVerb()];

    public static ExitStatus Run(string[] args)
    {
        try
        {
            if (GuardedChild.IsMeant(args))
            {
                return GuardedChild.Run(args);
            }

            args = args switch
            {
                // As many programs have it. A host of that name has a port, or stands behind a verb.
                ["help"] => ["--help"],
                ["help", var verb] => [verb, "--help"],
                ["version"] => ["--version"],
                _ => args,
            };

            // A single host is the usual call, says all by itself, and is measured a tenth sooner without a parser.
            return args is [{ Length: > 0 } host] && host[0] != '-' && Find(host) is null
                ? MeasureCommand.Run(new MeasureOptions { Targets = args })
                : ParseAndRun(args);
        }
        catch (IOException e) when (e.HResult == (int)Errno.EPIPE)
        {
            // Whoever read our output has gone: nobody is left to talk to.
            return ExitStatus.ClosedPipe;
        }
        catch (Exception e) when (e is SocketException or Win32Exception or BpfException or OutOfMemoryException or TypeInitializationException
            or IOException { HResult: (int)Errno.EMFILE })
        {
            // Descriptors, threads or memory ran out where nothing was measured yet: a target's failure would be a result.
            StandardError.WriteLine($"hops: this machine or user cannot measure: {Advice.Message(e.InnerException ?? e)}");
            return ExitStatus.CannotMeasure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"hops: reading or writing failed: {e.Message}");
            return ExitStatus.SomeFailed;
        }
    }

    /// <summary>The program as one verb sees it.</summary>
    public static Command RootOf(IVerb verb)
    {
        // Not a RootCommand, which calls itself after the file that happens to be run.
        Command command = verb.Build();
        Command root = verb == Default ? command : new(MeasureVerb.ProgramName, "") { command };
        // Nor the library's HelpOption and VersionOption: they load their texts in all languages before they take ours.
        Option<bool> help = Options.Flag("--help", "Show this help.", "-h");
        help.Recursive = true;
        help.Action = new HelpWithFooter(() => FooterOf(verb));
        Option<bool> version = Options.Flag("--version", "Show the version.");
        version.Action = new ShowVersion();
        root.Options.Add(help);
        root.Options.Add(version);
        return root;
    }

    /// <summary>What the help says below the options. That of the program tells of targets and verbs, too.</summary>
    public static string FooterOf(IVerb verb) => verb != Default ? verb.Footer : $"""
        Targets:
        {TargetParser.Forms}

        Verbs:
        {string.Join('\n', Verbs.Select(InTheList))}

        {verb.Footer}
        """;

    private static string InTheList(IVerb verb) => $"  {verb.Usage,-26}  {verb.Brief}{(verb == Default ? "" : $" ('hops {verb.Name} --help')")}";

    private static ExitStatus ParseAndRun(string[] args)
    {
        // A verb is only a verb as the first word; anything else is a host. Only what the verb needs is built.
        IVerb verb = (args is [var first, ..] ? Find(first) : null) ?? Default;
        string[] words = verb == Default && args is [var word, ..] && word == verb.Name ? args[1..] : args;
        ParseResult result = RootOf(verb).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is not { ClearsParseErrors: true } && WrongUsage.In(result, args) is { } mistake)
        {
            return WrongUsage.Tell(mistake, verb == Default ? null : verb);
        }

        return (ExitStatus)result.Invoke(new InvocationConfiguration
        {
            Output = Streams.OpenOutput(),
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static IVerb? Find(string word)
    {
        foreach (IVerb verb in Verbs)
        {
            if (verb.Name == word)
            {
                return verb;
            }
        }

        return null;
    }
}
