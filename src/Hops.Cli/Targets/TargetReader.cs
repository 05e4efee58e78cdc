using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hops.Cli.Shell;

namespace Hops.Cli.Targets;

/// <summary>
/// Reads the texts of targets: those of the command line, then those of the input, one per line. Ignores empty lines and comments: a <c>#</c> at the start
/// or after a blank, and the text after it.
/// </summary>
internal sealed class TargetReader : IDisposable
{
    private readonly IReadOnlyList<string> _arguments;
    private readonly string? _input;
    private readonly StreamReader? _reader;

    /// <exception cref="ArgumentException">The name is not a file name.</exception>
    /// <exception cref="IOException">The input cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open the input.</exception>
    private TargetReader(IReadOnlyList<string> arguments, string? input)
    {
        _arguments = arguments;
        _input = input;
        if (DescriptorOf(input) is { } descriptor && !InheritedDescriptors.Has(descriptor))
        {
            throw new IOException(descriptor == InheritedDescriptors.StandardInput ? "standard input is closed" : $"descriptor {descriptor} is closed");
        }

        if (Directory.Exists(input))
        {
            throw new IOException("it is a folder");
        }

        _reader = input switch
        {
            null => null,
            "-" => new StreamReader(Console.OpenStandardInput()),
            _ => new StreamReader(input),
        };
    }

    /// <param name="arguments">The targets of the command line.</param>
    /// <param name="input">The name of a file, <c>-</c> for standard input, or null.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="error">Otherwise why the input cannot be opened.</param>
    public static bool TryOpen(
        IReadOnlyList<string> arguments, string? input, [NotNullWhen(true)] out TargetReader? reader, [NotNullWhen(false)] out string? error)
    {
        reader = null;
        error = null;
        try
        {
            reader = new TargetReader(arguments, input);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message;
            return false;
        }
    }

    /// <summary>
    /// Returns the number of targets, or null if it is unknown before they are read. Reads a file to its end; pipes and devices can be read only once, or
    /// have no end.
    /// </summary>
    /// <exception cref="OperationCanceledException">The count was canceled.</exception>
    public long? Count(CancellationToken interrupted)
    {
        if (_reader is null)
        {
            return _arguments.Count;
        }

        if (_reader.BaseStream is not FileStream { CanSeek: true, Length: > 0 })
        {
            return null;
        }

        using StreamReader again = new(_input!);
        LineReader lines = new(again);
        long count = _arguments.Count;
        while (lines.Read() is { } line)
        {
            interrupted.ThrowIfCancellationRequested();
            count += Significant(line) is null ? 0 : 1;
        }

        return count;
    }

    public IEnumerable<string> Read()
    {
        foreach (string argument in _arguments)
        {
            yield return argument;
        }

        LineReader? lines = _reader is null ? null : new(_reader);
        while (lines?.Read() is { } line)
        {
            if (Significant(line) is { } text)
            {
                yield return text;
            }
        }
    }

    public void Dispose() => _reader?.Dispose();

    /// <summary>Returns the descriptor that a name stands for, if any: its number may be that of a file of the runtime.</summary>
    private static int? DescriptorOf(string? input)
    {
        if (input is "-" or "/dev/stdin")
        {
            return InheritedDescriptors.StandardInput;
        }

        foreach (string folder in (ReadOnlySpan<string>)["/dev/fd/", "/proc/self/fd/"])
        {
            if (input?.StartsWith(folder, StringComparison.Ordinal) == true
                && int.TryParse(input.AsSpan(folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>
    /// Returns whether a word with an at sign follows directly: then this may be part of a password, and the text before it must not be printed.
    /// </summary>
    private static bool IsPassword(string rest) => Credentials.MayBeIn(rest.Split(' ', '\t')[0]);

    private static string? Significant(string line)
    {
        // Within a word it is part of the word, for example of a URL.
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        while (comment > 0 && (!char.IsWhiteSpace(line[comment - 1]) || IsPassword(line[(comment + 1)..])))
        {
            comment = line.IndexOf('#', comment + 1);
        }

        string text = (comment < 0 ? line : line[..comment]).Trim();
        return text.Length == 0 ? null : text;
    }
}
