using System.Text;
using Hops.Cli.Shell;
using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>Standard output for results, standard error for everything else, and what of that is a terminal.</summary>
internal sealed class Streams : IDisposable
{
    private const int KeptSize = 32 * 1024;

    private readonly StreamWriter _output;
    private BufferedStream? _kept;

    public Streams()
    {
        _output = OpenOutput();
        OutputTerminal = Console.IsOutputRedirected ? null : Draw(Console.Out, isTerminal: true);
        // Where both are the same terminal, one object must draw both: a progress bar has to make way for lines.
        ErrorTerminal = Console.IsErrorRedirected ? null : OutputTerminal ?? Draw(Console.Error, isTerminal: true);
    }

    /// <summary>Standard output as a text without colours.</summary>
    public static StreamWriter OpenOutput()
    {
        Stream stream = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(InheritedDescriptors.StandardOutput);
        return new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <summary>Null when standard output is a file or a pipe.</summary>
    public IAnsiConsole? OutputTerminal { get; }

    /// <summary>Null when standard error is a file or a pipe.</summary>
    public IAnsiConsole? ErrorTerminal { get; }

    /// <summary>Keeps lines back until <see cref="Flush"/>, for many at a time.</summary>
    public void KeepLines()
    {
        _output.AutoFlush = false;
        _kept = new(_output.BaseStream, KeptSize);
    }

    /// <summary>Writes what was kept back.</summary>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    public void Flush()
    {
        _output.Flush();
        _kept?.Flush();
    }

    /// <summary>Writes a line of UTF-8 to standard output, not mixed with lines of text that are kept back.</summary>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    public void WriteRaw(ReadOnlySpan<byte> line)
    {
        Stream stream = _kept ?? _output.BaseStream;
        stream.Write(line);
        stream.Write("\n"u8);
    }

    /// <summary>Writes a line to standard output that must stay as it is: no colour, no wrapping.</summary>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    public void WriteRaw(string line) => _output.WriteLine(line);

    /// <summary>Writes a result.</summary>
    /// <param name="sign">What the line starts with.</param>
    /// <param name="color">The sign's colour on a terminal.</param>
    /// <param name="text">The rest.</param>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    public void WriteResult(string sign, Color color, string text)
    {
        if (OutputTerminal is null)
        {
            _output.WriteLine($"{sign} {text}");
        }
        else
        {
            WriteLine(OutputTerminal, sign, color, text);
        }
    }

    /// <summary>Writes a message to standard error.</summary>
    public void WriteMessage(string sign, Color color, string text)
    {
        if (ErrorTerminal is null)
        {
            StandardError.WriteLine($"{sign} {text}");
        }
        else
        {
            WriteLine(ErrorTerminal, sign, color, text);
        }
    }

    /// <summary>Writes a line of explanation to standard error.</summary>
    public void WriteMessage(string text)
    {
        if (ErrorTerminal is null)
        {
            StandardError.WriteLine(text);
        }
        else
        {
            WriteLine(ErrorTerminal, "", Color.Default, text);
        }
    }

    /// <summary>Something to draw on standard error, terminal or not.</summary>
    public IAnsiConsole ErrorConsole => ErrorTerminal ?? Draw(StandardError.Writer, isTerminal: false);

    /// <summary>Something to draw on standard output, terminal or not.</summary>
    public IAnsiConsole OutputConsole => OutputTerminal ?? Draw(_output, isTerminal: false);

    public void Dispose() => _output.Dispose();

    // On a terminal Spectre.Console finds out what it can do, and honours NO_COLOR.
    private static IAnsiConsole Draw(TextWriter writer, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        // Standard error may be a terminal while standard output is none.
        Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
    });

    private static void WriteLine(IAnsiConsole terminal, string sign, Color color, string text) =>
        terminal.Write(new UnwrappedLine(sign, new Style(color), sign.Length == 0 ? text : $" {text}"));
}
