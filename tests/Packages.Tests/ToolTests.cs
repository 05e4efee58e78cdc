using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Packages.Tests;

/// <summary>The .NET tool: a native program where there is one, and one for any machine with .NET.</summary>
public sealed class ToolTests(PackedCopy packed)
{
    [Fact]
    public void The_native_package_holds_the_program_once_and_stripped()
    {
        using Package package = Package.Open(packed, "Hops.Cli.linux-x64");
        Assert.Equal(
            [
                "DOTNET-THIRD-PARTY-NOTICES.txt", "README.md", "THIRD-PARTY-NOTICES.txt", "icon.png",
                "tools/any/linux-x64/DotnetToolSettings.xml", "tools/any/linux-x64/hops",
            ],
            package.Files);
        Assert.Contains(".NET Runtime uses third-party libraries", package.ReadText("DOTNET-THIRD-PARTY-NOTICES.txt"), StringComparison.Ordinal);

        byte[] program = package.Read("tools/any/linux-x64/hops");
        Assert.InRange(program.Length, 1_000_000, 11_000_000);
        string path = Path.Combine(Directory.CreateDirectory(packed.PathOf("stripped")).FullName, "hops");
        File.WriteAllBytes(path, program);
        string sections = Command.Run(Requires.Program("binutils", "readelf"), "--wide", "--section-headers", path);
        Assert.Contains(".text", sections, StringComparison.Ordinal);
        Assert.DoesNotContain(".symtab", sections, StringComparison.Ordinal);
        Assert.DoesNotContain(".debug_", sections, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_for_any_machine_holds_assemblies_and_nothing_else()
    {
        using Package package = Package.Open(packed, "Hops.Cli.any");
        Assert.Equal(
            [
                "DotnetToolSettings.xml", "Ebpf.dll", "Hops.Cli.deps.json", "Hops.Cli.dll", "Hops.Cli.runtimeconfig.json", "Hops.Guard.dll",
                "Hops.Host.dll", "Hops.Lab.dll", "Hops.dll", "Spectre.Console.Ansi.dll", "Spectre.Console.dll", "System.CommandLine.dll",
            ],
            package.Files.Where(static f => f.Contains('/')).Select(static f => f["tools/net10.0/any/".Length..]));
        Assert.Equal(["README.md", "THIRD-PARTY-NOTICES.txt", "icon.png"], package.Files.Where(static f => !f.Contains('/')));
    }

    [Theory]
    [InlineData("Hops.Cli")]
    [InlineData("Hops.Cli.any")]
    [InlineData("Hops.Cli.linux-musl-x64")]
    [InlineData("Hops.Cli.linux-x64")]
    public void A_package_of_the_tool_says_what_it_is_and_needs_no_other(string id)
    {
        using Package package = Package.Open(packed, id);
        Assert.Equal((id, "MIT", "README.md"), (package.Says("id"), package.Says("license"), package.Says("readme")));
        package.AssertNamesItsOrigin(packed);
        Assert.Contains("dotnet tool install --global Hops.Cli\n", package.ReadText("README.md"), StringComparison.Ordinal);
        string notices = package.ReadText("THIRD-PARTY-NOTICES.txt");
        Assert.Contains("System.CommandLine", notices, StringComparison.Ordinal);
        Assert.Contains("Spectre.Console", notices, StringComparison.Ordinal);
        Assert.Empty(package.Dependencies);
    }

    [Fact]
    public void It_installs_as_a_native_program_measures_and_leaves_nothing()
    {
        Requires.Root();
        // ELF, and no .NET needed.
        Install(
            "native",
            packed.Folder,
            environment: "DOTNET_ROOT=/nonexistent",
            hops => Assert.Equal("\u007fELF", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(hops)[..4])));
    }

    [Fact]
    public void Where_there_is_no_native_program_the_package_for_any_machine_is_installed()
    {
        Requires.Root();
        // As on another platform: the list in the first package has no other entry.
        string folder = Directory.CreateDirectory(packed.PathOf("only-any")).FullName;
        File.Copy(Path.Combine(packed.Folder, $"Hops.Cli.any.{packed.Version}.nupkg"), Path.Combine(folder, $"Hops.Cli.any.{packed.Version}.nupkg"));
        packed.Run("hops", "dotnet", "pack", "src/Hops.Cli", "-v", "quiet", "--output", folder, "-p:ToolPackageRuntimeIdentifiers=any", "--no-build");
        string dotnet = File.ResolveLinkTarget(Requires.Program("dotnet-sdk-10.0", "dotnet"), returnFinalTarget: true)?.FullName ?? "/usr/bin/dotnet";
        Install("any", folder, environment: "DOTNET_ROOT=" + Path.GetDirectoryName(dotnet), _ => { });
    }

    [Fact]
    public void A_machine_with_musl_does_not_get_the_program_for_glibc()
    {
        using Package package = Package.Open(packed, "Hops.Cli.linux-musl-x64");
        Assert.Contains(package.Files, static file => file.EndsWith("/Hops.Cli.dll", StringComparison.Ordinal));
        string folder = packed.PathOf("tools-musl");
        packed.Run(
            "user", "env", "DOTNET_RUNTIME_ID=linux-musl-x64", "dotnet", "tool", "install", "Hops.Cli",
            "--tool-path", folder, "--add-source", packed.Folder, "--version", packed.Version);
        Assert.NotEmpty(Directory.EnumerateFiles(folder, "Hops.Cli.dll", SearchOption.AllDirectories));
    }

    private void Install(string name, string source, string environment, Action<string> look)
    {
        string folder = packed.PathOf("tools-" + name);
        packed.Run("user", "dotnet", "tool", "install", "Hops.Cli", "--tool-path", folder, "--add-source", source, "--version", packed.Version);
        string hops = Path.Combine(folder, "hops");
        look(hops);
        Assert.StartsWith(packed.Version, packed.Run("user", "env", environment, hops, "--version"), StringComparison.Ordinal);

        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        int port = ((IPEndPoint)server.LocalEndpoint).Port;
        Assert.Contains($"127.0.0.1:{port} is 0 ", packed.Run("user", "env", environment, hops, $"tcp4://127.0.0.1:{port}"), StringComparison.Ordinal);

        packed.Run("user", "dotnet", "tool", "uninstall", "Hops.Cli", "--tool-path", folder);
        Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
    }
}
