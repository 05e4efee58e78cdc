using System.CommandLine;
using System.Net;
using Hops.Cli.Syntax;
using Hops.Guard;

namespace Hops.Cli.Guarding;

/// <summary><c>hops guard</c>.</summary>
internal sealed class GuardVerb : IVerb
{
    public string Name => "guard";

    public string Usage => "hops guard -- COMMAND";

    public string Brief => "run a program that cannot connect to near servers";

    public ExitStatus OfWrongUsage => ExitStatus.NotGuarded;

    public string Footer => """
        The program, and all that it starts, can connect over TCP to servers that are far enough away, and query name servers. The kernel refuses near
        servers, private and special addresses, cloud metadata, other UDP and other protocols before a byte is sent. On this host the program can connect
        only to its own listening sockets. Each refusal is a line on standard error; all other output is the program's.

        This command needs root. The program runs without root, as the user who called sudo, or as --user. Without --isolate, it may be misled but must not
        be hostile: services of the same user that it calls over Unix sockets (ssh-agent, systemd --user, docker) are not guarded. With --isolate it may be
        hostile: it runs as a user of its own, sees no other processes, and has its own folders for temporary files.

        The exit status is the program's, or 128 plus the number of the signal that ended it. If the program was not started, it is one of those below.

        Examples:
          sudo hops guard --min-hops 4 -- git clone https://stranger.example/x       refuse servers nearer than 4 hops
          sudo hops guard --min-hops 4 --isolate -- ./agent                          the same for a program that may be hostile
          sudo hops guard --min-hops 4 --report -- npm install                       show what would be refused, refuse nothing
          sudo hops guard --min-hops 4 --allow-near 203.0.113.0/24 -- ./crawler      allow near servers of this network
          sudo hops guard --policy inside.conf -- make                               read the policy from a file, with lines such as 'min-hops 4'

        Exit status:
          125 the guard could not start, and the program was not started   126 the program cannot be executed
          127 the program does not exist
        """;

    public Command Build()
    {
        PolicyOptions policies = new();
        Option<string?> file = Options.Text("--policy", "FILE", "Read policy options from FILE, one per line without dashes: 'min-hops 4'.");
        Option<bool> report = Options.Flag("--report", "Refuse nothing, and show what would be refused.");
        Option<bool> isolate = Options.Flag("--isolate", "Confine a program that may be hostile: see below.");
        Option<string?> user = Options.Text("--user", "USER", "Run the program as this user, by name or number. By default the user who called sudo.");
        Option<bool> proxy = Options.Flag(
            "--proxy", "Let the program use the proxy that its environment names. The distance of a proxy says nothing about the servers behind it.");
        Option<string?> log = Options.Text("--log", "FILE", "Append refusals to FILE instead of writing them to standard error.");
        Option<bool> json = Options.Flag("--json", "Write refusals as one JSON object per line: see docs/command-line.md.");
        Argument<string[]> words = new("COMMAND") { Description = "The program and its arguments, after '--'.", Arity = ArgumentArity.ZeroOrMore };
        Command verb = new(Name, "Runs a program that cannot connect to near servers: the kernel refuses such connections before a byte is sent.");
        foreach (Option option in (IEnumerable<Option>)[.. policies.All, file, report, isolate, user, proxy, log, json])
        {
            verb.Options.Add(option);
        }

        verb.Arguments.Add(words);
        verb.SetAction(result =>
        {
            HopGuardOptions policy = new();
            List<IPAddress> resolvers = [];
            bool isResolverNamed = false;
            string? mistake = result.GetValue(file) is { } path ? PolicyOptions.ReadFile(path, policy, resolvers, ref isResolverNamed) : null;
            policies.Read(result, policy, resolvers, ref isResolverNamed);
            policy.Mode = result.GetValue(report) ? HopGuardMode.ReportOnly : HopGuardMode.Enforce;
            string[] command = result.GetValue(words) ?? [];
            mistake ??= command is not [{ Length: > 0 }, ..] ? "no command given: write it after '--'"
                : policy.MinimumHops is null ? "--min-hops is required: the right minimum depends on your network, and 'hops calibrate' finds it"
                : result.GetValue(isolate) && result.GetValue(user) is not null
                    ? "--isolate and --user exclude each other: an isolated program has a user of its own"
                : null;
            return (int)(mistake is not null ? WrongUsage.Tell(mistake, this) : GuardCommand.Run(new GuardOptions
            {
                Command = command,
                Policy = policy,
                Resolvers = isResolverNamed ? resolvers : null,
                User = result.GetValue(user),
                Isolate = result.GetValue(isolate),
                Proxy = result.GetValue(proxy),
                Json = result.GetValue(json),
                Log = result.GetValue(log),
            }));
        });
        return verb;
    }
}
