namespace Hops.Benchmarks.Processes;

/// <summary>A program of this repository, published for the runtime that is installed.</summary>
internal static class ReleaseProgram
{
    /// <param name="project">Its folder in the repository, whose name is the program's.</param>
    /// <returns>The path of its library, for <c>dotnet</c>.</returns>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    public static string Publish(string project)
    {
        string repository = NativeProgram.Repository();
        string program = Path.GetFileName(project);
        string folder = Path.Combine(repository, "artifacts", "publish", program, "release");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? ProgramPath.Find("dotnet")
            ?? throw new InvalidOperationException($"{program} could not be published, for there is no 'dotnet' in the PATH.");
        Console.Error.WriteLine($"Publishing {program}.");
        ProcessRun run = ProcessRun.Of(
            // No compiler server stays behind that would take processor time from the measured programs.
            dotnet,
            [
                "publish", "-p:UseSharedCompilation=false", "-nodeReuse:false", Path.Combine(repository, project), "-c", "Release", "-o", folder,
                "--nologo", "-v", "quiet",
            ],
            captures: true);
        return run.ExitStatus == 0
            ? Path.Combine(folder, $"{program}.dll")
            : throw new InvalidOperationException($"{program} could not be published. {run.Output.Trim()}");
    }
}
