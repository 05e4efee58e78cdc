using System.CommandLine;
using System.Net.Sockets;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;

namespace Hops.Cli.Tracing;

/// <summary><c>hops trace</c>.</summary>
internal sealed class TraceVerb : IVerb
{
    private const int MostProbes = 10;

    public string Name => "trace";

    public string Usage => "hops trace TARGET";

    public string Brief => "show the routers on the way there, and the length of the way back";

    public string Footer => """
        TARGET takes the forms that 'hops --help' lists, for TCP and UDP. The way there can be traced without root.

        Examples:
          hops trace example.com                           the routers on the way to port 443, and how many are on the way back
          hops trace --source minimum-ttl example.com      without root, also the way back over IPv4, by extra connections
          hops trace udp4://192.0.2.53                     over UDP, by DNS queries
          hops trace --probes 10 --no-names example.com    more packets with each TTL, to find more of the load-balanced paths
          hops trace --json example.com                    one JSON object

        Exit status:
          0 both ways are known   1 the target was not reached, or the way back is unknown   2 wrong usage
          4 this machine or user cannot trace   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        TraceOptions usual = new() { Target = "" };
        Argument<string> target = new("TARGET") { Description = "A host name, an address or a URL.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> ipv4 = Options.Flag("-4", "IPv4 only, for a target that names no family.");
        Option<bool> ipv6 = Options.Flag("-6", "IPv6 only, for a target that names no family.");
        Option<int?> port = Options.Number(
            "--port", "The port of a target that names none; without this option 53 for UDP.", 1, ushort.MaxValue, Scheme.Tcp.Port, "-p");
        Option<int?> maximumHops = Options.Number("--max-hops", "The highest TTL to send.", 1, byte.MaxValue, usual.Limits.MaximumHops);
        Option<int?> probes = Options.Number("--probes", "How many packets to send with each TTL.", 1, MostProbes, usual.Limits.Probes);
        Option<double> timeout = Options.Seconds(
            "--timeout", "How long to wait for the answer to each packet, in seconds.", 0.001, 60, usual.Limits.Timeout.TotalSeconds);
        Option<HopSource?> source = Options.Source(
            "--source",
            "How to measure the way back over TCP: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections). "
            + "By default the best of the first three that this user may use.");
        Option<bool> onePath = Options.Flag(
            "--one-path", "TCP only: send all packets from one port, one after the other, so that load-balancing routers choose the same path.");
        Option<bool> noNames = Options.Flag("--no-names", "Do not look up the names of routers.");
        Option<bool> json = Options.Flag("--json", "Print one JSON object: see docs/command-line.md.");
        Command command = new(
            Name, "Shows the routers on the way to a target, and how many routers the way there and the way back cross. The two can differ.")
        {
            target, ipv4, ipv6, port, maximumHops, probes, timeout, source, onePath, noNames, json,
        };
        command.SetAction(async (result, _) => (int)(WhatIsWrong(result) is { } mistake
            ? WrongUsage.Tell(mistake, this)
            : await TraceCommand.RunAsync(new TraceOptions
            {
                Target = result.GetValue(target)!,
                Family = result.GetValue(ipv4) ? AddressFamily.InterNetwork
                    : result.GetValue(ipv6) ? AddressFamily.InterNetworkV6 : AddressFamily.Unspecified,
                Port = result.GetResult(port) is { Implicit: false } ? result.GetValue(port) : null,
                Limits = new(
                    result.GetValue(maximumHops)!.Value,
                    result.GetValue(probes)!.Value,
                    TimeSpan.FromSeconds(result.GetValue(timeout)),
                    result.GetValue(onePath)),
                Source = result.GetValue(source),
                Names = !result.GetValue(noNames),
                Json = result.GetValue(json),
            }).ConfigureAwait(false)));
        return command;

        string? WhatIsWrong(ParseResult result) =>
            result.GetValue(target) is null ? "no target given"
            : result.GetValue(ipv4) && result.GetValue(ipv6) ? "-4 and -6 exclude each other"
            : null;
    }
}
