using System.CommandLine;
using Hops.Cli.Commands;

namespace Hops.Cli;

/// <content><c>hops doctor</c>.</content>
internal static partial class CommandLine
{
    internal const string DoctorVerb = "doctor";

    internal const string DoctorFooter = """
        Examples:
          hops doctor                              every source, tried on connections over loopback
          hops doctor --json                       the same as one JSON object
          hops doctor example.com example.org      does something near answer in place of far hosts?

        Exit status:
          0 a TCP client's connections can be measured   1 only part works, or a target smells
          2 wrong usage   4 nothing can be measured here   130, 143 interrupted, terminated
        """;

    internal static Command Doctor()
    {
        Argument<string[]> targets = new("TARGET") { Description = "Hosts to measure as well, to see whether something near answers for them.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = Flag("--json", "Print one object: see docs/command-line.md.");
        Command doctor = new(DoctorVerb, "Tries every way to measure hop distances on connections over loopback, and says what works, what does not, why, and what to do about it.")
        {
            targets,
            json,
        };
        doctor.SetAction((result, _) => DoctorCommand.RunAsync(result.GetValue(targets) ?? [], result.GetValue(json)));
        Command root = Root("", DoctorFooter);
        root.Add(doctor);
        return root;
    }
}
