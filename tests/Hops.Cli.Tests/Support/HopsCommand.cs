using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Hops.Lab;

// The command runs elsewhere; its tests need namespaces and /proc.
[assembly: SupportedOSPlatform("linux")]

namespace Hops.Cli.Tests.Support;

/// <summary>The real executable, run as a child process with an environment of its own, so that it behaves the same on every machine.</summary>
internal sealed record HopsCommand
{
    /// <summary>The build puts the outputs of all projects side by side, for each configuration.</summary>
    public static readonly string Folder = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../Hops.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    public static readonly string Executable = Path.Combine(Folder, "hops");

    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>The program to run.</summary>
    public string Program { get; init; } = Executable;

    /// <summary>The network to run it in; null for that of the tests.</summary>
    public NetworkNamespace? At { get; init; }

    /// <summary>A command that in the end executes the one that follows it, such as <c>setpriv</c>.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>The content of standard input; null keeps it open and empty.</summary>
    public string? Input { get; init; } = "";

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs a shell script, where <c>$HOPS</c> is the executable.</summary>
    public static Outcome Shell(string script) => new HopsCommand { Program = "/bin/bash" }.Run("-c", script);

    public Outcome Run(params IEnumerable<string> arguments)
    {
        using RunningCommand running = Start(arguments);
        return running.Wait();
    }

    public RunningCommand Start(params IEnumerable<string> arguments)
    {
        string[] command = [.. Through, Program, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["HOPS"] = Executable;
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        Process process = At is null ? Process.Start(start)! : At.Run(() => Process.Start(start)!);
        RunningCommand running = new(process);
        if (Input is not null)
        {
            try
            {
                running.Input.Write(Input);
                running.Input.Close();
            }
            catch (IOException)
            {
                // It ended without reading all of it.
            }
        }

        return running;
    }
}
