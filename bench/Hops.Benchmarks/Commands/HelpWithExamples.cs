using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Hops.Benchmarks.Commands;

/// <summary>The usual help, and after it the examples of a <see cref="BenchmarkCommand"/>.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string Program = "dotnet run -c Release --project bench/Hops.Benchmarks --";

    public override int Invoke(ParseResult parseResult)
    {
        int status = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is BenchmarkCommand { Examples: { Count: > 0 } examples } command)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string arguments in examples)
            {
                output.WriteLine($"  {Program} {command.Name} {arguments}".TrimEnd());
            }

            output.WriteLine();
        }

        return status;
    }
}
