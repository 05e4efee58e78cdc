using System.Runtime.Versioning;
using System.Text;
using Hops.Cli.Shell;

namespace Hops.Cli.Output;

/// <summary>
/// Writes messages to standard error that is not a terminal. A message that cannot be written is lost, and changes neither results nor exit status.
/// </summary>
internal static class StandardError
{
    private static TextWriter? _writer;

    public static TextWriter Writer => _writer ??= OperatingSystem.IsWindows() ? Console.Error : Open();

    public static void WriteLine(string text) => Writer.WriteLine(text);

    [UnsupportedOSPlatform("windows")]
    private static TextWriter Open()
    {
        StandardStream stream = new(InheritedDescriptors.StandardError, isLossy: true);
        return TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
    }
}
