using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Hops.Cli.Syntax;

/// <summary>Prints the version of this program, alone on a line.</summary>
internal sealed class ShowVersion : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        AssemblyInformationalVersionAttribute version = typeof(ShowVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!;
        parseResult.InvocationConfiguration.Output.WriteLine(version.InformationalVersion);
        return (int)ExitStatus.Measured;
    }
}
