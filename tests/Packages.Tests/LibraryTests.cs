using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Packages.Tests;

/// <summary>The packages of the libraries: what is in them, and what they say of themselves.</summary>
public sealed class LibraryTests(PackedCopy packed)
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string> Libraries => ["Ebpf", "Hops", "Hops.Guard", "Hops.Host", "Hops.Http", "Hops.Testing"];

    [Fact]
    public void There_is_a_package_for_each_library_and_the_tool_and_all_have_one_version() =>
        Assert.Equal(
            [
                .. Libraries.Select(static l => l.Data)
                    .SelectMany(l => (string[])[$"{l}.{packed.Version}.nupkg", $"{l}.{packed.Version}.snupkg"])
                    .Concat(((string[])["Hops.Cli", "Hops.Cli.any", "Hops.Cli.linux-musl-x64", "Hops.Cli.linux-x64"])
                        .Select(t => $"{t}.{packed.Version}.nupkg"))
                    .Order(StringComparer.Ordinal),
            ],
            Directory.GetFileSystemEntries(packed.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_holds_an_assembly_its_documentation_a_readme_and_an_icon_and_nothing_else(string id)
    {
        using Package package = Package.Open(packed, id);
        Assert.Equal(["README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], package.Files);
        Assert.StartsWith($"# {id}\n", package.ReadText("README.md"), StringComparison.Ordinal);
        Assert.Contains($"dotnet add package {id}\n", package.ReadText("README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_says_what_it_is_and_under_which_licence(string id)
    {
        using Package package = Package.Open(packed, id);
        Assert.Equal(
            (id, packed.Version, "MIT", "README.md", "The Hops authors"),
            (package.Says("id"), package.Says("version"), package.Says("license"), package.Says("readme"), package.Says("authors")));
        package.AssertNamesItsOrigin(packed);
        Assert.EndsWith(".", package.Says("description"), StringComparison.Ordinal);
        Assert.Contains(id == "Ebpf" ? "ebpf" : "hops", package.Says("tags")!.Split(' '));
    }

    [Theory]
    [InlineData("Ebpf")]
    [InlineData("Hops", "Ebpf")]
    [InlineData("Hops.Guard", "Hops")]
    [InlineData("Hops.Host", "Hops.Guard")]
    [InlineData(
        "Hops.Http",
        "Hops.Guard",
        "Microsoft.Extensions.Configuration.Abstractions",
        "Microsoft.Extensions.Diagnostics.HealthChecks",
        "Microsoft.Extensions.Hosting.Abstractions",
        "Microsoft.Extensions.Http")]
    [InlineData("Hops.Testing", "Hops.Http")]
    public void A_package_needs_no_other_than_these(string id, params string[] expected)
    {
        using Package package = Package.Open(packed, id);
        Assert.Equal(expected, package.Dependencies.Select(static d => d.Split(' ')[0]));
        Assert.All(
            package.Dependencies.Where(static d => !d.StartsWith("Microsoft.", StringComparison.Ordinal)),
            d => Assert.EndsWith($" [{packed.Version}]", d, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_is_documented_in_the_package(string id)
    {
        using Package package = Package.Open(packed, id);
        XDocument documentation = XDocument.Parse(package.ReadText($"lib/net10.0/{id}.xml"));
        HashSet<string> documented = [.. documentation.Descendants("member").Select(static m => m.Attribute("name")!.Value)];
        using PEReader assembly = new(new MemoryStream(package.Read($"lib/net10.0/{id}.dll")));
        MetadataReader metadata = assembly.GetMetadataReader();
        string[] types =
        [
            .. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
                .Where(static t => (t.Attributes & System.Reflection.TypeAttributes.VisibilityMask) == System.Reflection.TypeAttributes.Public)
                .Select(t => $"T:{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}"),
        ];
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains(type, documented));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Its_symbols_lie_beside_it_with_every_source_inside(string id)
    {
        using Package package = Package.Open(packed, id);
        using Package symbols = Package.Open(packed, id, "snupkg");
        Assert.Equal([$"lib/net10.0/{id}.pdb"], symbols.Files);

        using PEReader assembly = new(new MemoryStream(package.Read($"lib/net10.0/{id}.dll")));
        DebugDirectoryEntry entry = assembly.ReadDebugDirectory().Single(static e => e.Type == DebugDirectoryEntryType.CodeView);
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols.Read($"lib/net10.0/{id}.pdb")));
        MetadataReader pdb = provider.GetMetadataReader();
        Assert.Equal(assembly.ReadCodeViewDebugDirectoryData(entry).Guid, new BlobContentId(pdb.DebugMetadataHeader!.Id).Guid);

        HashSet<DocumentHandle> withSource =
        [
            .. pdb.CustomDebugInformation.Select(pdb.GetCustomDebugInformation)
                .Where(c => pdb.GetGuid(c.Kind) == EmbeddedSource && c.Parent.Kind == HandleKind.Document)
                .Select(static c => (DocumentHandle)c.Parent),
        ];
        Assert.All(pdb.Documents, document =>
        {
            Assert.StartsWith("/_/", pdb.GetString(pdb.GetDocument(document).Name), StringComparison.Ordinal);
            Assert.Contains(document, withSource);
        });
    }

    [Fact]
    public void A_build_in_another_folder_gives_the_same_bytes()
    {
        packed.Clone("a folder of another name");
        packed.Run("a folder of another name", "dotnet", "build", "src/Hops.Testing", "--configuration", "Release", "-v", "quiet");
        packed.Run("a folder of another name", "dotnet", "build", "src/Hops.Host", "--configuration", "Release", "-v", "quiet");
        Assert.All(Libraries.Select(static l => l.Data), id =>
        {
            using Package package = Package.Open(packed, id);
            byte[] built = File.ReadAllBytes(Path.Combine(packed.PathOf("a folder of another name"), "artifacts", "bin", id, "release", id + ".dll"));
            Assert.True(built.AsSpan().SequenceEqual(package.Read($"lib/net10.0/{id}.dll")), id);
        });
    }
}
