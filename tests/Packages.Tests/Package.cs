using System.IO.Compression;
using System.Xml.Linq;

namespace Packages.Tests;

/// <summary>A package that was made: its files, and what it says of itself.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;

    private Package(string path)
    {
        _archive = ZipFile.OpenRead(path);
        string name = _archive.Entries.Single(static e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName;
        XElement nuspec = XDocument.Parse(ReadText(name)).Root!;
        Metadata = nuspec.Elements().Single();
    }

    public XElement Metadata { get; }

    /// <summary>Its files without those of the format.</summary>
    public IEnumerable<string> Files => _archive.Entries.Select(static e => e.FullName)
        .Where(static name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)
            && name != "[Content_Types].xml" && !name.EndsWith(".nuspec", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public IEnumerable<string> Dependencies => Metadata.Descendants(Metadata.Name.Namespace + "dependency")
        .Select(static d => $"{d.Attribute("id")!.Value} {d.Attribute("version")!.Value}").Order(StringComparer.Ordinal);

    public static Package Open(PackedCopy packed, string id, string extension = "nupkg") =>
        new(Path.Combine(packed.Folder, $"{id}.{packed.Version}.{extension}"));

    public string? Says(string element) => Metadata.Element(Metadata.Name.Namespace + element)?.Value;

    /// <summary>Asserts that it has an icon, and names the repository and the commit that it was built from.</summary>
    public void AssertNamesItsOrigin(PackedCopy packed)
    {
        Assert.Equal((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'], Read(Says("icon")!)[..4]);
        Assert.Equal(packed.RepositoryUrl, Says("projectUrl"));
        XElement repository = Metadata.Element(Metadata.Name.Namespace + "repository")!;
        Assert.Equal(("git", packed.RepositoryUrl), (repository.Attribute("type")!.Value, repository.Attribute("url")!.Value));
        Assert.Equal(packed.Run("hops", "git", "rev-parse", "HEAD").Trim(), repository.Attribute("commit")!.Value);
    }

    public byte[] Read(string file)
    {
        using Stream stream = _archive.GetEntry(file)!.Open();
        using MemoryStream memory = new();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    public string ReadText(string file)
    {
        using StreamReader reader = new(_archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    public void Dispose() => _archive.Dispose();
}
