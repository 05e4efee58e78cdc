using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hops.Cli.Syntax;

/// <summary>The library's help, and below it what the library has no place for.</summary>
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
