using Microsoft.Win32.SafeHandles;

namespace Hops.Benchmarks.Processes;

/// <summary>This very program, in another process.</summary>
internal static class ThisProgram
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>Runs it to its end; it prints where this process prints.</summary>
    /// <returns>Its exit status.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        using SafeFileHandle output = new(StandardOutput, ownsHandle: false);
        using SafeFileHandle errors = new(StandardError, ownsHandle: false);
        string program = Environment.ProcessPath!;
        // 'dotnet Hops.Benchmarks.dll' is this program, too.
        string[] library = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        using ChildProcess child = ChildProcess.Start(program, [.. library, .. arguments], output: output, errors: errors);
        return child.Wait().ExitStatus;
    }
}
