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
        Each list has one target per line, in a form that 'hops --help' lists, TCP only. Empty lines, and comments after '#', are ignored.

        Examples:
          hops calibrate inside.txt outside.txt                         the minimum that separates the lists, and the options to paste
          hops calibrate --json inside.txt outside.txt                  one JSON object
          hops calibrate --source minimum-ttl inside.txt outside.txt    without root, by extra connections
          echo db.internal:5432 | hops calibrate - outside.txt          read one of the lists from standard input
          hops calibrate inside.txt outside.txt || exit                 in a script: continue only with a proposal from all targets

        Exit status:
          0 a minimum is proposed   1 inside and outside overlap, or a target has no usable distance
          2 wrong usage   4 this machine or user cannot measure   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        Argument<string> inside = new("INSIDE") { Description = "A file of targets inside, which a guard must refuse; '-' is standard input." };
        Argument<string> outside = new("OUTSIDE") { Description = "A file of targets outside, which a guard must allow; '-' is standard input." };
        Option<HopSource?> source = Options.Source(
            "--source", "How to measure: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections).");
        Option<bool> json = Options.Flag("--json", "Print one JSON object: see docs/command-line.md.");
        Command command = new(
            Name,
            "Measures targets whose location is known, and proposes the minimum distance for a guard that must tell inside from outside.")
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
