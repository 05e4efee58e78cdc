namespace Hops.Cli.Tests.Support;

/// <summary>A program that was built, copied to where all users may execute it: the sources may lie where only root can read.</summary>
internal sealed class PublicCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-public-").FullName;
    private readonly string _name;

    private PublicCopy(string from, string name)
    {
        _name = name;
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public string Program => Path.Combine(_folder, _name);

    /// <summary>The command.</summary>
    public static PublicCopy OfHops() => new(HopsCommand.Folder, "hops");

    /// <summary>The application of <c>tests/Client</c>.</summary>
    public static PublicCopy OfClient() => new(HopsCommand.Folder.Replace("Hops.Cli", "Client", StringComparison.Ordinal), "Client");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
