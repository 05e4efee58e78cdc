using System.Buffers;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Ebpf;
using Hops.Cli.Commands;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Cli.Targets;
using Hops.Lab;

namespace Hops.Cli;

/// <summary>The words of the command line. <c>measure</c> is the default verb, so its options are those of the program.</summary>
internal static partial class CommandLine
{
    internal const string MeasureVerb = "measure";
    internal const string LabVerb = "lab";

    // Error numbers (EMFILE, EPIPE), which .NET keeps in Exception.HResult.
    private const int TooManyOpenFiles = 24;
    private const int BrokenPipe = 32;

    internal const string MeasureFooter = """
        Targets:
          example.com  example.com:8080  192.0.2.1  2001:db8::1  [2001:db8::1]:8080  [fe80::1%eth0]:8080
          tcp://HOST:PORT  tcp4://HOST:PORT  tcp6://HOST:PORT  http://HOST[:PORT]/…  https://HOST[:PORT]/…
          udp4://HOST:PORT  udp6://HOST:PORT

        Verbs:
          hops [measure] TARGET...    this
          hops lab                    a private network on this machine, to see it work ('hops lab --help')
          hops doctor                 what works here, what does not, why, and what to do ('hops doctor --help')
          hops system enable          let ordinary users of this host measure ('hops system --help')
          hops calibrate IN OUT       propose the minimum distance for a guard ('hops calibrate --help')

        Examples:
          hops example.com                            how many routers away is it? (TCP port 443)
          hops --min-hops 2 --quiet 192.0.2.7:8080    exit status 3 if it is nearer than 2
          hops --source minimum-ttl example.com       without root: by connections made for that
          hops --verbose udp4://192.0.2.53            over UDP, by a query of the DNS; with TTL and time
          hops --json --input targets.txt             one JSON object a line

        Exit status:
          0 all measured   1 some failed   2 wrong usage   3 nearer than --min-hops, or unknown
          4 this machine or user cannot measure   130, 143 interrupted, terminated
        """;

    internal const string LabFooter = """
        Examples:
          sudo hops lab                 networks of 0 to 30 routers
          sudo hops lab --routers 12    one of 12

        Exit status:
          0 all distances right   1 some wrong   2 wrong usage   4 this machine or user cannot build or measure it
        """;

    internal static readonly HopSource[] Sources = [HopSource.SocketFilter, HopSource.PinnedFilter, HopSource.SocketOption, HopSource.MinimumTtl];

    public static int Run(string[] args)
    {
        try
        {
            // A single host is the usual call, says all by itself, and is measured a tenth sooner without a parser.
            return args is [not ("" or MeasureVerb or LabVerb or DoctorVerb or SystemVerb or CalibrateVerb)] && args[0][0] != '-'
                ? MeasureCommand.Run(new MeasureOptions { Targets = args })
                : ParseAndRun(args);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // Whoever read our output has gone: nobody is left to talk to.
            return ExitStatus.ClosedPipe;
        }
        catch (Exception e) when (e is SocketException or Win32Exception or BpfException or OutOfMemoryException or TypeInitializationException or IOException { HResult: TooManyOpenFiles })
        {
            // Descriptors, threads or memory ran out where nothing was measured yet: a target's failure would be a result.
            StandardError.WriteLine($"hops: this machine or user cannot measure: {(e.InnerException ?? e).Message}");
            return ExitStatus.CannotMeasure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"hops: reading or writing failed: {e.Message}");
            return ExitStatus.SomeFailed;
        }
    }

    private static int ParseAndRun(string[] args)
    {
        // A verb is only a verb as the first word; anything else is a host. Only what the verb needs is built.
        Command root = args switch
        {
            [LabVerb, ..] => Lab(),
            [DoctorVerb, ..] => Doctor(),
            [SystemVerb, ..] => HostSystem(),
            [CalibrateVerb, ..] => Calibrate(),
            _ => Measure(),
        };
        ParseResult result = root.Parse(args is [MeasureVerb, ..] ? args[1..] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return result.Action is not { ClearsParseErrors: true } && FirstMistake(result, args) is { } mistake
            ? WrongUsage(mistake)
            : result.Invoke(new InvocationConfiguration { Output = Streams.OpenOutput(), EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    internal static Command Measure()
    {
        MeasureOptions usual = new() { Targets = [] };
        Argument<string[]> targets = new("TARGET")
        {
            Description = "Hosts, addresses or URLs: see below.",
            Arity = ArgumentArity.ZeroOrMore,
            // The library's own way goes through reflection.
            CustomParser = static result => [.. result.Tokens.Select(static token => token.Value)],
        };
        Option<bool> ipv4 = Flag("-4", "IPv4 only, where the target does not say.");
        Option<bool> ipv6 = Flag("-6", "IPv6 only, where the target does not say.");
        Option<int?> port = Number("--port", "The port of targets that name none; over UDP it is 53 otherwise.", 1, ushort.MaxValue, 443, "-p");
        Option<string> input = new("--input") { Description = "Read targets from FILE, one a line; '-' is standard input.", HelpName = "FILE", Arity = ArgumentArity.ExactlyOne };
        Option<int?> parallel = Number("--parallel", "How many targets at once.", 1, 1024, usual.Parallel);
        Option<int?> count = Number("--count", "How often to measure each target.", 1, 1_000_000, usual.Count);
        Option<double> timeout = Seconds("--timeout", "How long a target may take to answer, in seconds.", 0.001, 3600, usual.Timeout.TotalSeconds);
        Option<HopSource?> source = Source("--source", "How to learn the TTL of TCP: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections). Otherwise the best of the first three that this user may use.");
        Option<byte[]> payload = Bytes("--payload", "What to send over UDP, in hexadecimal. Otherwise a query of the DNS.", UdpAsking.LongestPayload);
        Option<int?> minimumHops = Number("--min-hops", "Exit with 3 if a target is nearer than N, or its distance unknown or implausible.", 1, 255, null);
        Option<bool> json = Flag("--json", "Print an object a line: see docs/command-line.md.");
        Option<bool> quiet = Flag("--quiet", "Only results: no messages about failures, no progress, no summary.", "-q");
        Option<bool> verbose = Flag("--verbose", "With each result: TTL and time; for what is not permitted here, why.", "-v");

        Command root = Root(
            "Tells how many routers away the other end of a TCP connection is, from the TTL of its SYN+ACK, or who answers over UDP.",
            MeasureFooter,
            ipv4, ipv6, port, input, parallel, count, timeout, source, payload, minimumHops, json, quiet, verbose);
        root.Add(targets);
        root.SetAction(result => WhatIsMissing(result) is { } mistake ? WrongUsage(mistake) : MeasureCommand.Run(new MeasureOptions
        {
            Targets = result.GetValue(targets) ?? [],
            Input = result.GetValue(input),
            Family = result.GetValue(ipv4) ? AddressFamily.InterNetwork : result.GetValue(ipv6) ? AddressFamily.InterNetworkV6 : AddressFamily.Unspecified,
            Port = result.GetResult(port) is { Implicit: false } ? result.GetValue(port) : null,
            Parallel = result.GetValue(parallel)!.Value,
            Count = result.GetValue(count)!.Value,
            Timeout = TimeSpan.FromSeconds(result.GetValue(timeout)),
            Source = result.GetValue(source),
            // Not given is empty, and empty cannot be given.
            Payload = result.GetValue(payload) is { Length: > 0 } bytes ? bytes : null,
            MinimumHops = result.GetValue(minimumHops),
            Json = result.GetValue(json),
            Quiet = result.GetValue(quiet),
            Verbose = result.GetValue(verbose),
        }));
        return root;

        // Not a validator: the parser would tell of this instead of a wrong option that is the cause.
        string? WhatIsMissing(ParseResult result) =>
            result.GetValue(targets) is not { Length: > 0 } && result.GetValue(input) is null ? "no target given"
            : result.GetValue(ipv4) && result.GetValue(ipv6) ? "-4 and -6 exclude each other"
            : null;
    }

    internal static Command Lab()
    {
        Option<int?> routers = Number("--routers", "Only one network, with N routers.", 0, LabNetwork.MostRouters, null);
        Command lab = new(LabVerb, "Builds private networks on this machine, measures in them, and shows expected beside measured. Needs root and iproute2; leaves nothing behind.")
        {
            routers,
        };
        lab.SetAction((result, _) => LabCommand.RunAsync(result.GetValue(routers)));
        Command root = Root("", LabFooter);
        root.Add(lab);
        return root;
    }

    private static Command Root(string description, string footer, params ReadOnlySpan<Option> options)
    {
        // Not a RootCommand, which calls itself after the file that happens to be run.
        Command root = new("hops", description);
        // Nor the library's HelpOption and VersionOption: they load their texts in all languages before they take ours.
        Option<bool> help = Flag("--help", "Show this.", "-h");
        help.Recursive = true;
        help.Action = new HelpWithFooter(footer);
        Option<bool> version = Flag("--version", "Show the version.");
        version.Action = new ShowVersion();
        foreach (Option option in (ReadOnlySpan<Option>)[.. options, help, version])
        {
            root.Options.Add(option);
        }

        return root;
    }

    // Without a value of its own: else '--json true' would swallow a host of that name.
    private static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    private static Option<int?> Number(string name, string description, int least, int most, int? usual, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name} takes a number from {least} to {most}, not '{text}'");
            return null;
        },
    };

    private static Option<HopSource?> Source(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            foreach (HopSource source in Sources)
            {
                if (SourceName.Of(source) == text)
                {
                    return source;
                }
            }

            result.AddError($"{name} takes {string.Join(", ", Sources.SkipLast(1).Select(SourceName.Of))} or {SourceName.Of(Sources[^1])}, not '{text}'");
            return null;
        },
    };

    private static Option<byte[]> Bytes(string name, string description, int most) => new(name)
    {
        Description = description,
        HelpName = "HEX",
        Arity = ArgumentArity.ExactlyOne,
        // Else the library makes an empty one, by reflection.
        DefaultValueFactory = static _ => [],
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            byte[] bytes = new byte[Math.Min(text.Length / 2, most)];
            if (bytes.Length > 0 && Convert.FromHexString(text, bytes, out int used, out _) == OperationStatus.Done && used == text.Length)
            {
                return bytes;
            }

            result.AddError($"{name} takes 1 to {most} bytes in hexadecimal, such as 0a1b2c, not '{text}'");
            return null;
        },
    };

    private static Option<double> Seconds(string name, string description, double least, double most, double usual) => new(name)
    {
        Description = description,
        HelpName = "S",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes seconds from {least} to {most}, not '{text}'"));
            return usual;
        },
    };

    private static int WrongUsage(string mistake)
    {
        StandardError.WriteLine($"hops: {TargetParser.Printable(mistake)} (see 'hops --help')");
        return ExitStatus.WrongUsage;
    }

    private static string? FirstMistake(ParseResult result, string[] args) =>
        FlagWithValue(result, args) is { } flag ? $"{flag} takes no value"
        : UnknownOption(result) is { } unknown ? $"unknown option '{unknown}'"
        : result.UnmatchedTokens is [var unexpected, ..] ? $"unexpected word '{unexpected}'"
        : result.Errors is [var error, ..] ? error.Message.TrimEnd('.')
        : null;

    /// <summary>The parser takes an option that it does not know for a target.</summary>
    private static string? UnknownOption(ParseResult result)
    {
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                break;
            }

            if (token.Type == TokenType.Argument && token.Value is ['-', _, ..] && !IsValue(token))
            {
                return token.Value;
            }
        }

        return null;

        bool IsValue(Token token) => result.CommandResult.Children.OfType<OptionResult>().Any(option => option.Tokens.Any(t => ReferenceEquals(t, token)));
    }

    /// <summary>The parser takes the value in <c>--json=yes</c> for a target.</summary>
    private static string? FlagWithValue(ParseResult result, string[] args)
    {
        foreach (string arg in args)
        {
            if (arg == "--")
            {
                break;
            }

            if (arg.StartsWith('-') && arg.IndexOfAny(['=', ':']) is var end and > 0 && IsFlag(arg[..end]))
            {
                return arg[..end];
            }
        }

        return null;

        bool IsFlag(string name) => result.CommandResult.Command.Options.Any(o => o.Arity.MaximumNumberOfValues == 0 && (o.Name == name || o.Aliases.Contains(name)));
    }

    /// <summary>The library's help, and below it what the library has no place for.</summary>
    private sealed class HelpWithFooter(string footer) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int status = new HelpAction().Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(footer);
            return status;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
            return ExitStatus.Measured;
        }
    }
}
