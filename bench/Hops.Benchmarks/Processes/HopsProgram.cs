using System.Runtime.InteropServices;

namespace Hops.Benchmarks.Processes;

/// <summary>The command <c>hops</c> as it is given to users: compiled with NativeAOT.</summary>
internal static class HopsProgram
{
    private const string Project = "src/Hops.Cli";

    /// <summary>Publishes it from this repository, which takes a minute or two when something has changed.</summary>
    /// <returns>The path of the program.</returns>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    public static string Publish()
    {
        string repository = Repository();
        string runtime = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string folder = Path.Combine(repository, "artifacts", "publish", "Hops.Cli", $"release_{runtime}");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? ProgramPath.Find("dotnet")
            ?? throw new InvalidOperationException("hops could not be published, for there is no 'dotnet' in the PATH: --hops takes the path of a program that is there already.");
        Console.Error.WriteLine("Publishing hops with NativeAOT.");
        ProcessRun run = ProcessRun.Of(
            dotnet, ["publish", Path.Combine(repository, Project), "-c", "Release", "-r", runtime, "-p:PublishAot=true", "-o", folder, "--nologo", "-v", "quiet"], captures: true);
        return run.ExitStatus == 0
            ? Path.Combine(folder, "hops")
            : throw new InvalidOperationException($"hops could not be published (NativeAOT needs clang or gcc, and zlib1g-dev); --hops takes the path of a program that is there already. {run.Output.Trim()}");
    }

    private static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hops.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("hops could not be published, for this program is outside its repository: --hops takes the path of a program that is there already.");
    }
}
