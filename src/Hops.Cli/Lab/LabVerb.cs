using System.CommandLine;
using Hops.Cli.Syntax;
using Hops.Lab;

namespace Hops.Cli.Lab;

/// <summary><c>hops lab</c>.</summary>
internal sealed class LabVerb : IVerb
{
    public string Name => "lab";

    public string Usage => "hops lab";

    public string Brief => "measure in a private network on this machine, to see it work";

    public string Footer => """
        Examples:
          sudo hops lab                 networks of 0 to 30 routers
          sudo hops lab --routers 12    one network of 12 routers

        Exit status:
          0 all distances are right   1 some are wrong   2 wrong usage   4 this machine or user cannot build or measure the network
        """;

    public Command Build()
    {
        Option<int?> routers = Options.Number("--routers", "Build only one network, of N routers.", 0, LabNetwork.MostRouters, null);
        Command command = new(
            Name,
            "Builds private networks on this machine, measures in them, and shows expected and measured distances. "
            + "Needs root and iproute2; leaves nothing behind.")
        {
            routers,
        };
        command.SetAction(async (result, _) => (int)await LabCommand.RunAsync(result.GetValue(routers)).ConfigureAwait(false));
        return command;
    }
}
