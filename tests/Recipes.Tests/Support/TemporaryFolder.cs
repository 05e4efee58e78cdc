using Hops.TestSupport;

namespace Hops.Recipes.Tests.Support;

/// <summary>A folder that goes with this object.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hops-recipe-").FullName;

    /// <returns>Where the file is.</returns>
    public string Write(string name, string text)
    {
        string file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>For servers that do not run as root.</summary>
    public void GiveTo(string user) => Command.Run("chown", "-R", user, Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
