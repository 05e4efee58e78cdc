using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>Starts this program again.</summary>
internal static class OwnProgram
{
    private const string Self = "/proc/self/exe";
    private const string Runner = "dotnet";

    /// <exception cref="ConfinementException">The program could not be started.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<(int From, int To)> descriptors)
    {
        string name = Environment.ProcessPath ?? Self;
        // For 'dotnet Hops.Cli.dll' the file to run is the first argument.
        string[] before = Path.GetFileNameWithoutExtension(name) == Runner ? [name, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [name];
        return ChildProcess.Start(Self, [.. before, .. words], environment, descriptors);
    }
}
