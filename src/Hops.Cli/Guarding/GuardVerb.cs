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

    public string Brief => "run a program that cannot talk to servers nearby";

    public ExitStatus OfWrongUsage => ExitStatus.NotGuarded;

    public string Footer => """
        The kernel lets the program, and all that it starts, connect over TCP to servers that are far enough, and ask name servers. Private and special
        addresses, cloud metadata, near servers, UDP to elsewhere and other protocols are refused before a byte is sent. On this host it reaches only what
        it listens on itself. Each refusal is a line on standard error; the rest of standard error, and standard output, are the program's.

        It takes root, and the program does not get it: it is the user's who called sudo, or --user's. Without --isolate it is meant for programs that mean
        well and can be misled: helpers of the same user that it asks over Unix sockets (ssh-agent, systemd --user, docker) are not guarded. With --isolate
        it may be hostile: it is a user of its own, sees no other processes, and has folders for temporary files of its own.

        The exit status is the program's, or 128 and the number of the signal that ended it, unless it was not started.

        Examples:
          sudo hops guard --min-hops 4 -- git clone https://stranger.example/x       what is nearer than 4 hops is refused
          sudo hops guard --min-hops 4 --isolate -- ./agent                          the same for a program that may be hostile
          sudo hops guard --min-hops 4 --report -- npm install                       tell what would be refused, refuse nothing
          sudo hops guard --min-hops 4 --allow-near 203.0.113.0/24 -- ./crawler      but for this network
          sudo hops guard --policy inside.conf -- make                               a file with a line such as 'min-hops 4'

        Exit status:
          125 the guard could not begin, and the program was not started   126 the program cannot be executed
          127 there is no such program
        """;

    public Command Build()
    {
        PolicyOptions policies = new();
        Option<string?> file = Options.Text("--policy", "FILE", "Read a policy from this file, an option a line without its dashes: 'min-hops 4'.");
        Option<bool> report = Options.Flag("--report", "Refuse nothing, and tell what would be refused.");
        Option<bool> isolate = Options.Flag("--isolate", "The program may be hostile: see below.");
        Option<string?> user = Options.Text("--user", "USER", "Whose the program is, by name or number. Without it who called sudo.");
        Option<bool> proxy = Options.Flag(
            "--proxy", "Let the program use the proxy that its environment names, whose distance says nothing of servers behind it.");
        Option<string?> log = Options.Text("--log", "FILE", "Tell refusals into this file, at its end, instead of standard error.");
        Option<bool> json = Options.Flag("--json", "Tell refusals as one object a line: see docs/command-line.md.");
        Argument<string[]> words = new("COMMAND") { Description = "The program and its arguments, behind '--'.", Arity = ArgumentArity.ZeroOrMore };
        Command verb = new(Name, "Runs a program that cannot talk to servers nearby: the kernel refuses its connections, before a byte is sent.");
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
            mistake ??= command is not [{ Length: > 0 }, ..] ? "no command given: put it behind '--'"
                : policy.MinimumHops is null ? "--min-hops is needed: what is near differs from one network to the next, and 'hops calibrate' finds it"
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
