using System.CommandLine;
using Hops.Cli.Syntax;

namespace Hops.Cli.Diagnosing;

/// <summary><c>hops doctor</c>.</summary>
internal sealed class DoctorVerb : IVerb
{
    public string Name => "doctor";

    public string Usage => "hops doctor";

    public string Brief => "show what works on this machine, what does not, why, and what to do";

    public string Footer => """
        Examples:
          hops doctor                              try every source on connections over loopback
          hops doctor --json                       one JSON object
          hops doctor example.com example.org      does something near answer in place of far hosts?

        Exit status:
          0 a TCP client's connections can be measured   1 only part works, a target failed, or something near answers for the targets
          2 wrong usage   4 nothing can be measured here   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        Argument<string[]> targets = new("TARGET")
        {
            Description = "Hosts to measure as well, to detect something near that answers in their place.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> json = Options.Flag("--json", "Print one JSON object: see docs/command-line.md.");
        Command command = new(
            Name,
            "Tries every source of hop distances on connections over loopback, and shows what works, what does not, why, and what to do about it.")
        {
            targets,
            json,
        };
        command.SetAction(async (result, _) =>
            (int)await DoctorCommand.RunAsync(result.GetValue(targets) ?? [], result.GetValue(json)).ConfigureAwait(false));
        return command;
    }
}
