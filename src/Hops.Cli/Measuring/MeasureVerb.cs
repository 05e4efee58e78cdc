using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary><c>hops measure</c>, and <c>hops</c> without a verb.</summary>
internal sealed class MeasureVerb : IVerb
{
    /// <summary>Its options are those of the program, so its command has the program's name.</summary>
    public const string ProgramName = "hops";

    private const int MostPerSecond = 1_000_000;

    public string Name => "measure";

    public string Usage => "hops [measure] TARGET...";

    public string Brief => "this";

    public string Footer => """
        Examples:
          hops example.com                            how many routers away is it? (TCP port 443)
          hops --min-hops 2 --quiet 192.0.2.7:8080    exit status 3 if it is nearer than 2
          hops --source minimum-ttl example.com       without root: by connections made for that
          hops --verbose udp4://192.0.2.53            over UDP, by a query of the DNS; with TTL and time
          hops --interval 60 --input targets.txt      again and again, in a table; with --json an object a line

        Exit status:
          0 all measured   1 some failed   2 wrong usage   3 nearer than --min-hops, or unknown
          4 this machine or user cannot measure   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        MeasureOptions usual = new() { Targets = [] };
        Argument<string[]> targets = new("TARGET")
        {
            Description = "Hosts, addresses or URLs: see below.",
            Arity = ArgumentArity.ZeroOrMore,
            // The library's own way goes through reflection.
            CustomParser = static result => [.. result.Tokens.Select(static token => token.Value)],
        };
        Option<bool> ipv4 = Options.Flag("-4", "IPv4 only, where the target does not say.");
        Option<bool> ipv6 = Options.Flag("-6", "IPv6 only, where the target does not say.");
        Option<int?> port = Options.Number(
            "--port", "The port of targets that name none; over UDP it is 53 otherwise.", 1, ushort.MaxValue, Scheme.Tcp.Port, "-p");
        Option<string> input = new("--input")
        {
            Description = "Read targets from FILE, one a line; '-' is standard input.",
            HelpName = "FILE",
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<int?> parallel = Options.Number("--parallel", "How many targets at once.", 1, ParallelRun.MostThreads, usual.Parallel);
        Option<int?> count = Options.Number("--count", "How often to measure each target.", 1, 1_000_000, usual.Count, "-c");
        Option<double?> interval = Options.OptionalSeconds(
            "--interval", "Measure all targets again and again, every S seconds, until Ctrl-C or --count rounds; on a terminal in a table.", 0.1, 3600, "-i");
        Option<int?> rate = Options.Number("--rate", "At most N connections a second, in all.", 1, MostPerSecond, null);
        Option<int?> ratePerHost = Options.Number(
            "--rate-per-host", "At most N connections a second to one host; this machine itself is not spared.", 1, MostPerSecond, usual.RatePerHost);
        Option<bool> noOrder = Options.Flag("--no-order", "Print each result as soon as it is there, not in the order of the targets.");
        Option<double> timeout = Options.Seconds(
            "--timeout", "How long a target may take to answer, in seconds.", 0.001, 3600, usual.Timeout.TotalSeconds);
        Option<HopSource?> source = Options.Source(
            "--source",
            "How to learn the TTL of TCP: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections). "
            + "Otherwise the best of the first three that this user may use.");
        Option<byte[]> payload = Options.Bytes(
            "--payload", "What to send over UDP, in hexadecimal. Otherwise a query of the DNS.", UdpAsking.LongestPayload);
        Option<string?> device = Options.Text("--interface", "NAME", "Connect through this network interface.");
        Option<IPAddress?> sourceAddress = LocalBindingOptions.SourceAddress();
        Option<uint?> mark = LocalBindingOptions.Mark();
        Option<bool> allAddresses = Options.Flag("--all-addresses", "Measure each address of a name, not only the first one that answers.");
        Option<GivenAddress[]> given = GivenAddressOption.Create();
        Option<int?> minimumHops = Options.Number(
            "--min-hops", "Exit with 3 if a target is nearer than N, or its distance unknown or implausible.", 1, 255, null);
        Option<bool> json = Options.Flag("--json", "Print an object a line: see docs/command-line.md.");
        Option<bool> csv = Options.Flag("--csv", "Print a line of names, then a record a line: see docs/command-line.md.");
        Option<bool> quiet = Options.Flag("--quiet", "Only results: no messages about failures, no progress, no summary.", "-q");
        Option<bool> verbose = Options.Flag("--verbose", "With each result: TTL and time; for what is not permitted here, why.", "-v");
        Command command = new(
            ProgramName, "Tells how many routers away the other end of a TCP connection is, from the TTL of its SYN+ACK, or who answers over UDP. "
            + "mtr and traceroute show one more: their last line is the target.")
        {
            ipv4, ipv6, port, input, parallel, count, interval, rate, ratePerHost, noOrder, timeout, source, payload,
            device, sourceAddress, mark, allAddresses, given, minimumHops, json, csv, quiet, verbose, targets,
        };
        command.SetAction(result => (int)(WhatIsMissing(result) is { } mistake ? WrongUsage.Tell(mistake) : MeasureCommand.Run(new MeasureOptions
        {
            Targets = result.GetValue(targets) ?? [],
            Input = result.GetValue(input),
            Family = result.GetValue(ipv4) ? AddressFamily.InterNetwork : result.GetValue(ipv6) ? AddressFamily.InterNetworkV6 : AddressFamily.Unspecified,
            Port = result.GetResult(port) is { Implicit: false } ? result.GetValue(port) : null,
            Parallel = result.GetValue(parallel)!.Value,
            Count = IsEndless(result) ? MeasureOptions.Endless : result.GetValue(count)!.Value,
            Interval = result.GetValue(interval) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Rate = result.GetValue(rate),
            RatePerHost = result.GetValue(ratePerHost)!.Value,
            Ordered = !result.GetValue(noOrder),
            Timeout = TimeSpan.FromSeconds(result.GetValue(timeout)),
            Source = result.GetValue(source),
            // Not given is empty, and empty cannot be given.
            Payload = result.GetValue(payload) is { Length: > 0 } bytes ? bytes : null,
            Binding = LocalBinding.Of(result.GetValue(device), result.GetValue(sourceAddress), result.GetValue(mark)),
            AllAddresses = result.GetValue(allAddresses),
            Given = result.GetValue(given) ?? [],
            MinimumHops = result.GetValue(minimumHops),
            Json = result.GetValue(json),
            Csv = result.GetValue(csv),
            Quiet = result.GetValue(quiet),
            Verbose = result.GetValue(verbose),
        })));
        return command;

        // Not a validator: the parser would tell of this instead of a wrong option that is the cause.
        string? WhatIsMissing(ParseResult result) =>
            result.GetValue(targets) is not { Length: > 0 } && result.GetValue(input) is null ? "no target given"
            : result.GetValue(targets) is [var host, .. { Length: > 0 } others] && Array.Find(others, NumericHost.IsNumber) is { } number
            ? $"'{number}' is no host: a port stands behind its host, as in {TargetParser.WithoutPassword(host)}:{number}, or behind --port"
            : result.GetValue(ipv4) && result.GetValue(ipv6) ? "-4 and -6 exclude each other"
            : result.GetValue(json) && result.GetValue(csv) ? "--json and --csv exclude each other"
            : result.GetValue(interval) is not null && result.GetValue(noOrder) ? "--interval has no order, and needs no --no-order"
            : null;

        bool IsEndless(ParseResult result) => result.GetValue(interval) is not null && result.GetResult(count) is not { Implicit: false };
    }
}
