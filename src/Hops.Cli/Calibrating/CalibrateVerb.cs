using System.CommandLine;
using Hops.Cli.Syntax;

namespace Hops.Cli.Calibrating;

/// <summary><c>hops calibrate</c>.</summary>
internal sealed class CalibrateVerb : IVerb
{
    public string Name => "calibrate";

    public string Usage => "hops calibrate IN OUT";

    public string Brief => "propose the minimum distance for a guard";

    public string Footer => """
        Targets: one a line, as 'hops --help' has them, TCP only; empty lines and those that start with '#' do not count.

        Examples:
          hops calibrate inside.txt outside.txt                         the minimum that tells them apart, and the options to paste
          hops calibrate --json inside.txt outside.txt                  the same as one JSON object
          hops calibrate --source minimum-ttl inside.txt outside.txt    without root: by connections made for that
          echo db.internal:5432 | hops calibrate - outside.txt          one of the lists from standard input
          hops calibrate inside.txt outside.txt || exit                 in a script: go on only with a proposal from all targets

        Exit status:
          0 a minimum is proposed   1 inside and outside overlap, or some target does not count
          2 wrong usage   4 this machine or user cannot measure   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        Argument<string> inside = new("INSIDE") { Description = "A file of targets that are inside, which a guard must refuse; '-' is standard input." };
        Argument<string> outside = new("OUTSIDE") { Description = "A file of targets that are outside, which a guard must let through." };
        Option<HopSource?> source = Options.Source(
            "--source", "How to learn the TTL: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections).");
        Option<bool> json = Options.Flag("--json", "Print one object: see docs/command-line.md.");
        Command command = new(
            Name,
            "Measures targets of which you know where they are, and proposes the minimum distance for a guard that must tell inside from outside.")
        {
            inside,
            outside,
            source,
            json,
        };
        command.SetAction(result => (int)CalibrateCommand.Run(
            result.GetValue(inside)!, result.GetValue(outside)!, result.GetValue(source), result.GetValue(json)));
        return command;
    }
}
