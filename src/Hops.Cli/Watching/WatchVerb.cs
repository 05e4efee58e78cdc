using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hops.Cli.Output;
using Hops.Cli.Syntax;
using Hops.Common.Addresses;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary><c>hops watch</c>.</summary>
internal sealed class WatchVerb : IVerb
{
    public string Name => "watch";

    public string Usage => "hops watch";

    public string Brief => "every TCP connection of this host, with its distance";

    public string Footer => """
        A line is printed for each connection when it is established: time, direction, process, remote end, hops, received and initial TTL, round trip.
        '-' is unknown; '?' behind the hops marks a distance that is more likely an unusual initial TTL. A process of an incoming connection is the one that
        bound the port. What came too fast is counted and told at the end.

        Examples:
          hops watch                                    all of the host, in all network namespaces, until Ctrl-C
          hops watch --out --near 1                     what is opened to inside the datacenter, and what may be
          hops watch --in --network 0.0.0.0/0           who comes over IPv4
          hops watch --cgroup nginx.service --json      one unit, one JSON object a line
          hops watch --command curl --count 1           until curl connects
          hops watch --duration 60 --summary            only totals, after a minute

        Exit status:
          0 watched, until the end or a signal   2 wrong usage   4 this machine or user cannot watch   141 nobody reads the output
        """;

    public Command Build()
    {
        Option<bool> outgoing = Options.Flag("--out", "Only connections that processes of this host open.");
        Option<bool> incoming = Options.Flag("--in", "Only connections that they accept.");
        Option<int?> near = Options.Number("--near", "Only connections at this many hops or fewer, or of unknown or implausible distance.", 0, 126, null);
        Option<IPNetwork[]> networks = NetworksOption();
        Option<int?> process = Options.Number("--process", "Only connections of the process of this number.", 1, int.MaxValue, null);
        Option<string?> command = TextOption("--command", "NAME", "Only connections of processes with this command, as 'ps -o comm' shows it.");
        Option<string?> cgroup = TextOption(
            "--cgroup", "NAME", "Only sockets of this cgroup and of those below: a unit's name, or a path from the root of the hierarchy.");
        Option<KernelSide?> side = SideOption();
        Option<int?> count = Options.Number("--count", "End after this many connections.", 1, int.MaxValue, null, "-c");
        Option<double> duration = Options.Seconds("--duration", "End after this time; 0 is never.", 0, 31_536_000, 0);
        Option<bool> noCommand = Options.Flag("--no-command", "Do not tell the processes' commands.");
        Option<bool> share = Options.Flag("--share", "Answer programs of this host that ask for the distance of a socket which they hold.");
        Option<bool> summary = Options.Flag("--summary", "Print no lines, only how many connections there were at which distance, at the end.");
        Option<bool> json = Options.Flag("--json", "Print one object a line: see docs/command-line.md.");
        Command verb = new(
            Name, "Tells the TCP connections of this host as they are opened and accepted, whoever does it, and how many routers away the other end is.")
        {
            outgoing,
            incoming,
            near,
            networks,
            process,
            command,
            cgroup,
            count,
            duration,
            summary,
            side,
            noCommand,
            share,
            json,
        };
        verb.SetAction(result => (int)WatchCommand.Run(new WatchOptions
        {
            Kernel = new()
            {
                // Both is the same as neither.
                Direction = result.GetValue(outgoing) == result.GetValue(incoming) ? null
                    : result.GetValue(outgoing) ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming,
                MostHops = result.GetValue(near),
                Networks = result.GetValue(networks)!,
                Cgroup = result.GetValue(cgroup),
                Side = result.GetValue(side),
                WithCommands = !result.GetValue(noCommand),
                WithShare = result.GetValue(share),
            },
            Process = result.GetValue(process),
            Command = result.GetValue(command),
            Count = result.GetValue(count),
            Duration = TimeSpan.FromSeconds(result.GetValue(duration)),
            Summary = result.GetValue(summary),
            Json = result.GetValue(json),
        }));
        return verb;
    }

    private static Option<string?> TextOption(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            if (result.Tokens[^1].Value is { Length: > 0 } text)
            {
                return text;
            }

            result.AddError($"{name} takes a name, not nothing");
            return null;
        },
    };

    private static Option<IPNetwork[]> NetworksOption() => new("--network")
    {
        Description = "Only connections with remote ends in this network; may be given several times.",
        HelpName = "PREFIX",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = static _ => [],
        CustomParser = static result =>
        {
            List<IPNetwork> networks = [];
            foreach (Token token in result.Tokens)
            {
                if (!AddressNotation.TryReadNetwork(token.Value, out IPNetwork network, out string? problem))
                {
                    result.AddError(
                        $"--network takes a network such as 192.0.2.0/24 or 2001:db8::/32, not '{TerminalText.Escape(token.Value)}': {problem}");
                    return [];
                }

                networks.Add(network);
            }

            return [.. networks];
        },
    };

    private static Option<KernelSide?> SideOption() => new("--side")
    {
        Description = "How the kernel learns TTLs: header, where a connection is established, or packets, which needs no CAP_PERFMON; else what works first.",
        HelpName = "NAME",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            foreach (KernelSide side in Enum.GetValues<KernelSide>())
            {
                if (KebabCase.Of(side) == text)
                {
                    return side;
                }
            }

            result.AddError($"--side takes {string.Join(" or ", Enum.GetValues<KernelSide>().Select(static side => KebabCase.Of(side)))}, not '{text}'");
            return null;
        },
    };
}
