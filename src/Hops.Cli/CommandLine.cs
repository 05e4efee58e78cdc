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

/// <summary>Represents the whole command line: its verbs, and the choice of a verb by the arguments. A new verb needs a folder and an entry here.</summary>
internal static class CommandLine
{
    /// <summary>Gets the verb of a call without one, whose options are those of the program.</summary>
    public static MeasureVerb Default { get; } = new();

    /// <summary>Gets all verbs, in the order of the help.</summary>
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
                // As in many programs. A host of that name needs a port, or a verb before it.
                ["help"] => ["--help"],
                ["help", var verb] => [verb, "--help"],
                ["version"] => ["--version"],
                _ => args,
            };

            // A single host is the usual call; without a parser it is measured in nine tenths of the time.
            return args is [{ Length: > 0 } host] && host[0] != '-' && Find(host) is null
                ? MeasureCommand.Run(new MeasureOptions { Targets = args })
                : ParseAndRun(args);
        }
        catch (IOException e) when (e.HResult == (int)Errno.EPIPE)
        {
            // The reader of the output has closed it.
            return ExitStatus.ClosedPipe;
        }
        catch (Exception e) when (e is SocketException or Win32Exception or BpfException or OutOfMemoryException or TypeInitializationException
            or IOException { HResult: (int)Errno.EMFILE })
        {
            // Descriptors, threads or memory ran out before anything was measured: the failure of a target would be a result.
            StandardError.WriteLine($"hops: this machine or user cannot measure: {Advice.Message(e.InnerException ?? e)}");
            return ExitStatus.CannotMeasure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"hops: reading or writing failed: {e.Message}");
            return ExitStatus.SomeFailed;
        }
    }

    /// <summary>Builds the root command with one verb.</summary>
    public static Command RootOf(IVerb verb)
    {
        // Not a RootCommand, whose name is that of the executed file.
        Command command = verb.Build();
        Command root = verb == Default ? command : new(MeasureVerb.ProgramName, "") { command };
        // Not the library's HelpOption and VersionOption either: they load their texts in all languages first.
        Option<bool> help = Options.Flag("--help", "Show this help.", "-h");
        help.Recursive = true;
        help.Action = new HelpWithFooter(() => FooterOf(verb));
        Option<bool> version = Options.Flag("--version", "Show the version.");
        version.Action = new ShowVersion();
        root.Options.Add(help);
        root.Options.Add(version);
        return root;
    }

    /// <summary>Returns the text of the help below the options. That of the program also lists targets and verbs.</summary>
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
        // Only the first word can be a verb; any other word is a host. Only the verb of the call is built.
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
