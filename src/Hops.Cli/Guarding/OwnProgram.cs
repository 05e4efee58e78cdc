using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>This program, once more.</summary>
internal static class OwnProgram
{
    private const string Self = "/proc/self/exe";
    private const string Runner = "dotnet";

    /// <exception cref="ConfinementException">It could not be started.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<(int From, int To)> descriptors)
    {
        string name = Environment.ProcessPath ?? Self;
        // 'dotnet Hops.Cli.dll': then the file to run is the first word.
        string[] before = Path.GetFileNameWithoutExtension(name) == Runner ? [name, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [name];
        return ChildProcess.Start(Self, [.. before, .. words], environment, descriptors);
    }
}
