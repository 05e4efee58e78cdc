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

    public string Brief => "the routers on the way there, beside the way back";

    public string Footer => """
        Target: as 'hops --help' has it, of TCP or UDP. No right is needed for the way there.

        Examples:
          hops trace example.com                           the routers on the way to port 443, and how many are on the way back
          hops trace --source minimum-ttl example.com      without root, also the way back over IPv4: by connections made for that
          hops trace udp4://192.0.2.53                     over UDP, by queries of the DNS
          hops trace --probes 10 --no-names example.com    more packets with each TTL: more of the ways that a network balances load over
          hops trace --json example.com                    the same as one JSON object

        Exit status:
          0 both ways are known   1 the target was not reached, or the way back is unknown   2 wrong usage
          4 this machine or user cannot trace   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        TraceOptions usual = new() { Target = "" };
        Argument<string> target = new("TARGET") { Description = "A host, an address or a URL.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> ipv4 = Options.Flag("-4", "IPv4 only, where the target does not say.");
        Option<bool> ipv6 = Options.Flag("-6", "IPv6 only, where the target does not say.");
        Option<int?> port = Options.Number(
            "--port", "The port, where the target names none; over UDP it is 53 otherwise.", 1, ushort.MaxValue, Scheme.Tcp.Port, "-p");
        Option<int?> maximumHops = Options.Number("--max-hops", "The greatest TTL.", 1, byte.MaxValue, usual.Limits.MaximumHops);
        Option<int?> probes = Options.Number("--probes", "How many packets with each TTL.", 1, MostProbes, usual.Limits.Probes);
        Option<double> timeout = Options.Seconds(
            "--timeout", "How long each packet may take to be answered, in seconds.", 0.001, 60, usual.Limits.Timeout.TotalSeconds);
        Option<HopSource?> source = Options.Source(
            "--source",
            "How to learn the way back over TCP: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections). "
            + "Otherwise the best of the first three that this user may use.");
        Option<bool> onePath = Options.Flag(
            "--one-path", "TCP only: send all packets from one port, one after the other, so that routers that share the load choose the same way.");
        Option<bool> noNames = Options.Flag("--no-names", "Do not ask name servers for the routers' names.");
        Option<bool> json = Options.Flag("--json", "Print one object: see docs/command-line.md.");
        Command command = new(
            Name, "Tells which routers are on the way to a target, and how many the way there and the way back cross: they need not be the same.")
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
