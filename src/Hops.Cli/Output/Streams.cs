using System.Text;
using Hops.Cli.Shell;
using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>Represents standard output, for results, and standard error, for everything else, each a terminal or not.</summary>
internal sealed class Streams : IDisposable
{
    private const int KeptSize = 32 * 1024;

    private readonly StreamWriter _output;
    private BufferedStream? _kept;

    public Streams()
    {
        _output = OpenOutput();
        OutputTerminal = Console.IsOutputRedirected ? null : Draw(Console.Out, isTerminal: true);
        // If both are the same terminal, one object must draw both: lines have to replace a progress bar.
        ErrorTerminal = Console.IsErrorRedirected ? null : OutputTerminal ?? Draw(Console.Error, isTerminal: true);
    }

    /// <summary>Opens standard output as a text writer without colours.</summary>
    public static StreamWriter OpenOutput()
    {
        Stream stream = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(InheritedDescriptors.StandardOutput);
        return new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <summary>Gets the terminal of standard output; null if it is a file or a pipe.</summary>
    public IAnsiConsole? OutputTerminal { get; }

    /// <summary>Gets the terminal of standard error; null if it is a file or a pipe.</summary>
    public IAnsiConsole? ErrorTerminal { get; }

    /// <summary>Buffers lines until <see cref="Flush"/>.</summary>
    public void KeepLines()
    {
        _output.AutoFlush = false;
        _kept = new(_output.BaseStream, KeptSize);
    }

    /// <summary>Writes the buffered lines.</summary>
    /// <exception cref="IOException">The reader of the output has closed it.</exception>
    public void Flush()
    {
        _output.Flush();
        _kept?.Flush();
    }

    /// <summary>Writes a line of UTF-8 to standard output. Must not be mixed with buffered lines of text.</summary>
    /// <exception cref="IOException">The reader of the output has closed it.</exception>
    public void WriteRaw(ReadOnlySpan<byte> line)
    {
        Stream stream = _kept ?? _output.BaseStream;
        stream.Write(line);
        stream.Write("\n"u8);
    }

    /// <summary>Writes a line to standard output without colour and wrapping.</summary>
    /// <exception cref="IOException">The reader of the output has closed it.</exception>
    public void WriteRaw(string line) => _output.WriteLine(line);

    /// <summary>Writes a result.</summary>
    /// <param name="sign">The start of the line.</param>
    /// <param name="color">The colour of the sign on a terminal.</param>
    /// <param name="text">The rest of the line.</param>
    /// <exception cref="IOException">The reader of the output has closed it.</exception>
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

    /// <summary>Creates a console for standard error, terminal or not.</summary>
    public IAnsiConsole ErrorConsole => ErrorTerminal ?? Draw(StandardError.Writer, isTerminal: false);

    /// <summary>Creates a console for standard output, terminal or not.</summary>
    public IAnsiConsole OutputConsole => OutputTerminal ?? Draw(_output, isTerminal: false);

    public void Dispose() => _output.Dispose();

    // Spectre.Console detects the features of a terminal, and honours NO_COLOR.
    private static IAnsiConsole Draw(TextWriter writer, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        // Standard error may be a terminal while standard output is not.
        Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
    });

    private static void WriteLine(IAnsiConsole terminal, string sign, Color color, string text) =>
        terminal.Write(new UnwrappedLine(sign, new Style(color), sign.Length == 0 ? text : $" {text}"));
}
