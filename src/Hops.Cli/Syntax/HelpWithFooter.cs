using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hops.Cli.Syntax;

/// <summary>Prints the library's help and a text below it.</summary>
internal sealed class HelpWithFooter(Func<string> footer) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int status = new HelpAction().Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(footer());
        return status;
    }
}
