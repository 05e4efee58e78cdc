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

    public string Brief => "measure the distance of hosts, with the options above";

    public string Footer => """
        Examples:
          hops example.com                            how many routers away is it? (TCP port 443)
          hops --min-hops 2 --quiet 192.0.2.7:8080    exit status 3 if it is nearer than 2 hops
          hops --source minimum-ttl example.com       without root, by extra connections
          hops --verbose udp4://192.0.2.53            over UDP, by a DNS query; also prints TTL and time
          hops --interval 60 --input targets.txt      every minute, in a table; with --json one object per line

        Exit status:
          0 all measured   1 some failed   2 wrong usage   3 a distance is below --min-hops, unknown or implausible
          4 this machine or user cannot measure   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        MeasureOptions usual = new() { Targets = [] };
        Argument<string[]> targets = new("TARGET")
        {
            Description = "Host names, addresses or URLs: see Targets.",
            Arity = ArgumentArity.ZeroOrMore,
            // The library's own parser uses reflection.
            CustomParser = static result => [.. result.Tokens.Select(static token => token.Value)],
        };
        Option<bool> ipv4 = Options.Flag("-4", "IPv4 only, for targets that name no family.");
        Option<bool> ipv6 = Options.Flag("-6", "IPv6 only, for targets that name no family.");
        Option<int?> port = Options.Number(
            "--port", "The port of targets that name none; without this option 53 for UDP.", 1, ushort.MaxValue, Scheme.Tcp.Port, "-p");
        Option<string> input = new("--input")
        {
            Description = "Read targets from FILE, one per line; '-' is standard input.",
            HelpName = "FILE",
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<int?> parallel = Options.Number("--parallel", "How many targets to measure at once.", 1, ParallelRun.MostThreads, usual.Parallel);
        Option<int?> count = Options.Number("--count", "How often to measure each target.", 1, 1_000_000, usual.Count, "-c");
        Option<double?> interval = Options.OptionalSeconds(
            "--interval", "Measure all targets every S seconds, until Ctrl-C or for --count rounds; on a terminal, show a table.", 0.1, 3600, "-i");
        Option<int?> rate = Options.Number("--rate", "At most N connections per second, in total.", 1, MostPerSecond, null);
        Option<int?> ratePerHost = Options.Number(
            "--rate-per-host", "At most N connections per second to one host; loopback addresses are exempt.", 1, MostPerSecond, usual.RatePerHost);
        Option<bool> noOrder = Options.Flag("--no-order", "Print each result as soon as it is known, not in the order of the targets.");
        Option<double> timeout = Options.Seconds(
            "--timeout", "How long a target may take to answer, in seconds.", 0.001, 3600, usual.Timeout.TotalSeconds);
        Option<HopSource?> source = Options.Source(
            "--source",
            "How to measure TCP: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections). "
            + "By default the best of the first three that this user may use.");
        Option<byte[]> payload = Options.Bytes(
            "--payload", "The datagram to send over UDP, in hexadecimal. By default a DNS query.", UdpAsking.LongestPayload);
        Option<string?> device = Options.Text("--interface", "NAME", "Connect through this network interface.");
        Option<IPAddress?> sourceAddress = LocalBindingOptions.SourceAddress();
        Option<uint?> mark = LocalBindingOptions.Mark();
        Option<bool> allAddresses = Options.Flag("--all-addresses", "Measure each address of a name, not only the first one that answers.");
        Option<GivenAddress[]> given = GivenAddressOption.Create();
        Option<int?> minimumHops = Options.Number(
            "--min-hops", "Exit with 3 if a target is nearer than N hops, or its distance is unknown or implausible.", 1, 255, null);
        Option<bool> json = Options.Flag("--json", "Print one JSON object per line: see docs/command-line.md.");
        Option<bool> csv = Options.Flag("--csv", "Print CSV, with a header line: see docs/command-line.md.");
        Option<bool> quiet = Options.Flag("--quiet", "Print only results: no messages about failures, no progress, no summary.", "-q");
        Option<bool> verbose = Options.Flag("--verbose", "Print TTL and time with each result, and why a better source cannot be used.", "-v");
        Command command = new(
            ProgramName, "Measures how many routers away a host is, from the TTL of its answer: the SYN+ACK over TCP, a datagram over UDP. "
            + "mtr and traceroute show one more, because they count the target, too.")
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
            // Empty if the option is not given; the option takes no empty value.
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

        // Not a validator: the parser would report this instead of the wrong option that causes it.
        string? WhatIsMissing(ParseResult result) =>
            result.GetValue(targets) is not { Length: > 0 } && result.GetValue(input) is null ? "no target given"
            : result.GetValue(targets) is [var host, .. { Length: > 0 } others] && Array.Find(others, NumericHost.IsNumber) is { } number
            ? $"'{number}' is not a host: write a port as in {TargetParser.WithoutPassword(host)}:{number}, or use --port"
            : result.GetValue(ipv4) && result.GetValue(ipv6) ? "-4 and -6 exclude each other"
            : result.GetValue(json) && result.GetValue(csv) ? "--json and --csv exclude each other"
            : result.GetValue(interval) is not null && result.GetValue(noOrder)
            ? "--interval and --no-order exclude each other: results of --interval have no order"
            : null;

        bool IsEndless(ParseResult result) => result.GetValue(interval) is not null && result.GetResult(count) is not { Implicit: false };
    }
}
