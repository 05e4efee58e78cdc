using System.CommandLine;
using Hops.Cli.Commands;

namespace Hops.Cli;

/// <content><c>hops calibrate</c>.</content>
internal static partial class CommandLine
{
    internal const string CalibrateVerb = "calibrate";

    internal const string CalibrateFooter = """
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

    internal static Command Calibrate()
    {
        Argument<string> inside = new("INSIDE") { Description = "A file of targets that are inside, which a guard must refuse; '-' is standard input." };
        Argument<string> outside = new("OUTSIDE") { Description = "A file of targets that are outside, which a guard must let through." };
        Option<HopSource?> source = Source("--source", "How to learn the TTL: socket-filter, pinned-filter, socket-option (IPv6 only) or minimum-ttl (extra connections).");
        Option<bool> json = Flag("--json", "Print one object: see docs/command-line.md.");
        Command calibrate = new(CalibrateVerb, "Measures targets of which you know where they are, and proposes the minimum distance for a guard that must tell inside from outside.")
        {
            inside,
            outside,
            source,
            json,
        };
        calibrate.SetAction(result => CalibrateCommand.Run(
            result.GetValue(inside)!, result.GetValue(outside)!, result.GetValue(source), result.GetValue(json)));
        Command root = Root("", CalibrateFooter);
        root.Add(calibrate);
        return root;
    }
}
