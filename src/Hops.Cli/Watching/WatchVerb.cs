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

    public string Brief => "show every TCP connection of this host, with its distance";

    public string Footer => """
        Prints a line for each connection when it is established: time, direction, process, remote end, hops, received and initial TTL, round trip, unit.
        '-' means unknown. '?' after the hops marks an implausible distance: the initial TTL is more likely an unusual one. The process of an incoming
        connection is the one that bound the port. Connections that came faster than they could be read are counted, and the number is printed at the end.

        Examples:
          hops watch                                     all connections of the host, in all network namespaces, until Ctrl-C
          hops watch --out --near 1                      outgoing connections to hosts at most one hop away, or of unknown distance
          hops watch --in --network 0.0.0.0/0            incoming connections over IPv4
          hops watch --unit nginx --json                 connections of one unit, one JSON object per line
          hops watch --command curl --count 1            wait until curl connects
          hops watch --duration 60 --summary             only totals, after a minute
          hops watch --out --learn usual.txt             learn the usual distances of the remote ends, until Ctrl-C
          hops watch --out --against usual.txt -c 1      wait for a connection that is new, nearer or farther
          hops watch --closed --out                      outgoing connections, and how each ended
          hops watch --drift --network 203.0.113.0/24    also packets whose TTL differs from that of their connection
          hops watch --top --names                       a table by remote network, with names

        Exit status:
          0 watched, until the end or a signal   1 learnt distances could not be written, or the cgroup was removed
          2 wrong usage, or an invalid file of learnt distances
          3 a connection deviated (--against)   4 this machine or user cannot watch   141 the reader of the output has closed it
        """;

    public Command Build()
    {
        Option<bool> outgoing = Options.Flag("--out", "Only connections that processes of this host open.");
        Option<bool> incoming = Options.Flag("--in", "Only connections that processes of this host accept.");
        Option<int?> near = Options.Number("--near", "Only connections at most N hops away, or of unknown or implausible distance.", 0, 126, null);
        Option<IPNetwork[]> networks = NetworksOption();
        Option<int?> process = Options.Number("--process", "Only connections of the process with this ID.", 1, int.MaxValue, null);
        Option<string?> command = Options.Text("--command", "NAME", "Only connections of processes with this command, as 'ps -o comm' shows it.");
        Option<string?> cgroup = Options.Text(
            "--cgroup", "NAME", "Only sockets of this cgroup and the cgroups below it: a unit's name, or a path from the root of the hierarchy.");
        Option<string?> unit = Options.Text("--unit", "NAME", "Only sockets of this systemd unit: nginx, nginx.service, user@1000, session-3.scope.");
        Option<KernelSide?> side = SideOption();
        Option<int?> count = Options.Number("--count", "End after this many connections.", 1, int.MaxValue, null, "-c");
        Option<double> duration = Options.Seconds("--duration", "End after S seconds; 0 means no limit.", 0, 31_536_000, 0);
        Option<bool> existing = Options.Flag("--existing", "Also show connections that are older than the watch, each when its next packet arrives.");
        Option<bool> closed = Options.Flag(
            "--closed", "Also show when connections end: duration, bytes each way, shortest round trip, retransmissions.");
        Option<bool> drift = Options.Flag("--drift", "Also show packets whose TTL differs from that of earlier packets of their connection.");
        Option<bool> noCommand = Options.Flag("--no-command", "Leave out the commands of processes.");
        Option<bool> share = Options.Flag("--share", "Answer programs of this host that ask for the distance of a socket of theirs.");
        Option<bool> summary = Options.Flag("--summary", "Print no lines, only the number of connections at each distance, at the end.");
        Option<string?> learn = FileOption("--learn", "Learn the distance of each network and port, and save it in FILE; see --against.");
        Option<string?> against = FileOption(
            "--against", "Only connections that deviate from FILE, which --learn saved: of a new network or port, or nearer or farther than learnt.");
        Option<bool> top = Options.Flag("--top", "Show a table on the terminal instead of lines, by remote network or by process.");
        Option<bool> names = Options.Flag("--names", "Look up the names of remote ends. The owner of an address chooses its name: it proves nothing.");
        Option<bool> json = Options.Flag("--json", "Print one JSON object per line: see docs/command-line.md.");
        Command verb = new(
            Name, "Shows each TCP connection that a process of this host opens or accepts, and how many routers away the other end is.")
        {
            outgoing,
            incoming,
            near,
            networks,
            process,
            command,
            cgroup,
            unit,
            existing,
            closed,
            drift,
            count,
            duration,
            summary,
            side,
            noCommand,
            learn,
            against,
            top,
            names,
            share,
            json,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetResult(cgroup) is not null && result.GetResult(unit) is not null)
            {
                result.AddError("--cgroup and --unit exclude each other");
            }

            if (result.GetValue(top) && (result.GetValue(json) || result.GetValue(summary) || result.GetValue(against) is not null))
            {
                string other = result.GetValue(json) ? json.Name : result.GetValue(summary) ? summary.Name : against.Name;
                result.AddError($"--top draws a table and cannot be combined with {other}");
            }
        });
        verb.SetAction(result => (int)WatchCommand.Run(new WatchOptions
        {
            Kernel = new()
            {
                // Both options together are the same as neither.
                Direction = result.GetValue(outgoing) == result.GetValue(incoming) ? null
                    : result.GetValue(outgoing) ? ConnectionDirection.Outgoing : ConnectionDirection.Incoming,
                MostHops = result.GetValue(near),
                Networks = result.GetValue(networks)!,
                Cgroup = result.GetValue(cgroup),
                Unit = result.GetValue(unit),
                Side = result.GetValue(side),
                WithExisting = result.GetValue(existing),
                // The table needs the bytes of closed connections.
                WithClosed = result.GetValue(closed) || result.GetValue(top),
                WithDrift = result.GetValue(drift),
                WithCommands = !result.GetValue(noCommand),
                WithShare = result.GetValue(share),
            },
            Process = result.GetValue(process),
            Command = result.GetValue(command),
            Count = result.GetValue(count),
            Duration = TimeSpan.FromSeconds(result.GetValue(duration)),
            Summary = result.GetValue(summary),
            Json = result.GetValue(json),
            Learn = result.GetValue(learn),
            Against = result.GetValue(against),
            Top = result.GetValue(top),
            Names = result.GetValue(names),
        }));
        return verb;
    }

    private static Option<string?> FileOption(string name, string description) => Options.Text(name, "FILE", description);

    private static Option<IPNetwork[]> NetworksOption() => new("--network")
    {
        Description = "Only connections whose remote end is in this network; may be given several times.",
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
        Description = "How the kernel reads TTLs: header, once per connection, or packets, which needs no CAP_PERFMON. By default the first that works.",
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
