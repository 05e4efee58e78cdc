using System.Runtime.CompilerServices;

namespace Hops.Cli.Targets;

/// <summary>Collects the targets' texts: the command line's, then the input's, a line each; empty lines and those that start with <c>#</c> are passed over.</summary>
internal sealed class TargetReader(IReadOnlyList<string> arguments, string? input)
{
    /// <summary>Opens the input, or gives null when there is none: a wrong name is found before anything is measured.</summary>
    /// <exception cref="IOException">The input cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The input may not be read.</exception>
    public StreamReader? OpenInput() => input switch
    {
        null => null,
        // Not Console.In: its asynchronous reads block.
        "-" => new StreamReader(Console.OpenStandardInput()),
        _ => new StreamReader(input),
    };

    /// <summary>How many targets there are, or null when only reading to the end would tell.</summary>
    public int? Count => input switch
    {
        null => arguments.Count,
        "-" => null,
        _ => File.Exists(input) ? arguments.Count + File.ReadLines(input).Count(static line => Significant(line) is not null) : null,
    };

    public async IAsyncEnumerable<string> ReadAsync(StreamReader? reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (string argument in arguments)
        {
            yield return argument;
        }

        // A read from a terminal or a pipe cannot be called off, only no longer be waited for.
        while (reader is not null && await reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (Significant(line) is { } text)
            {
                yield return text;
            }
        }
    }

    private static string? Significant(string line)
    {
        string text = line.Trim();
        return text.Length == 0 || text[0] == '#' ? null : text;
    }
}
