using System.Diagnostics;

namespace Hops.TestSupport;

/// <summary>Runs a program to its end, and leaves nothing of it behind.</summary>
internal static class Command
{
    /// <returns>What it printed. Where it fails, so does the test, with what it said.</returns>
    public static string Run(string program, params string[] arguments)
    {
        (int status, string output, string errors) = Try(program, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)}: {(errors.Length > 2000 ? errors[..2000] : errors)}");
        return output;
    }

    public static (int Status, string Output, string Errors) Try(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Disposing the process leaves them open.
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        Task<string> output = outputReader.ReadToEndAsync();
        string errors = errorReader.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), errors);
    }
}
