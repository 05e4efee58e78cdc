using System.Runtime.InteropServices;

namespace Hops.Benchmarks.Processes;

/// <summary>A program of this repository as it is given to users: compiled with NativeAOT.</summary>
internal static class NativeProgram
{
    /// <summary>Publishes the command <c>hops</c>.</summary>
    /// <inheritdoc cref="Publish"/>
    public static string PublishHops() => Publish("src/Hops.Cli", "hops");

    /// <summary>Publishes the program that <c>hops</c> is compared with.</summary>
    /// <inheritdoc cref="Publish"/>
    public static string PublishPlainConnect() => Publish("bench/PlainConnect", "PlainConnect");

    /// <summary>Publishes from this repository, which takes a minute or two when something has changed.</summary>
    /// <returns>The path of the program.</returns>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    private static string Publish(string project, string program)
    {
        string repository = Repository();
        string runtime = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string folder = Path.Combine(repository, "artifacts", "publish", Path.GetFileName(project), $"release_{runtime}");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? ProgramPath.Find("dotnet")
            ?? throw new InvalidOperationException($"{program} could not be published, for there is no 'dotnet' in the PATH.");
        Console.Error.WriteLine($"Publishing {program} with NativeAOT.");
        ProcessRun run = ProcessRun.Of(
            // No compiler server stays behind that would take processor time from the measured programs.
            dotnet,
            [
                "publish", "-p:UseSharedCompilation=false", "-nodeReuse:false", Path.Combine(repository, project), "-c", "Release", "-r", runtime,
                "-p:PublishAot=true", "-o", folder, "--nologo", "-v", "quiet",
            ],
            captures: true);
        return run.ExitStatus == 0
            ? Path.Combine(folder, program)
            : throw new InvalidOperationException($"{program} could not be published (NativeAOT needs clang or gcc). {run.Output.Trim()}");
    }

    /// <returns>The folder of this repository.</returns>
    /// <exception cref="InvalidOperationException">This program is outside of it.</exception>
    public static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hops.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Nothing could be published, for this program is outside its repository.");
    }
}
