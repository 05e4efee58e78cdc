using System.Runtime.InteropServices;

namespace Packages.Tests;

/// <summary>A program outside the repository, made of the examples of the READMEs, that refers to the packages as users do.</summary>
public sealed class Consumer
{
    private const string Folder = "consumer";
    private readonly PackedCopy _packed;
    private readonly Dictionary<string, Example> _examples;

    public Consumer(PackedCopy packed)
    {
        _packed = packed;
        _examples = LibraryTests.Libraries.Select(static l => l.Data).ToDictionary(static id => id, id =>
        {
            using Package package = Package.Open(packed, id);
            return new Example(package);
        });
        Directory.CreateDirectory(packed.PathOf(Folder));
        // Added to the sources that the user has.
        Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packed.Folder}" />
              </packageSources>
            </configuration>
            """);
        // Two packages: the others come with them.
        Write("consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RunAnalyzers>true</RunAnalyzers>
                <PublishAot>true</PublishAot>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Hops.Host" Version="{packed.Version}" />
                <PackageReference Include="Hops.Testing" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """);
        foreach (Example example in _examples.Values)
        {
            // Uses hosts that exist without the Internet.
            Write(example.Name + ".cs", example.Source
                .Replace("\"example.com\", 443", "\"127.0.0.1\", int.Parse(args[1])", StringComparison.Ordinal)
                .Replace("\"mx.example.com\", 25", "\"127.0.0.1\", 25", StringComparison.Ordinal)
                .Replace("https://example.com/", "https://127.0.0.1/", StringComparison.Ordinal));
        }

        Write("Program.cs", $$"""
            await (args[0] switch
            {
            {{string.Join('\n', _examples.Values.Select(static e => $"    \"{e.Name}\" => {e.Name}.RunAsync(args),"))}}
                _ => throw new ArgumentException(args[0]),
            });
            """);
        packed.Run(Folder, "dotnet", "build", "--configuration", "Release", "-v", "quiet");
        packed.Run(Folder, "dotnet", "publish", "--runtime", RuntimeInformation.RuntimeIdentifier, "-v", "quiet", "--output", "native");
    }

    /// <summary>The output of the example according to the README of a package.</summary>
    public string? Promised(string id) => _examples[id].Output;

    /// <returns>What the example of a package's README printed.</returns>
    public string Run(bool native, string id, params string[] arguments) =>
        _packed.Run(Folder, native ? "native/consumer" : "bin/Release/net10.0/consumer", [_examples[id].Name, .. arguments]);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_packed.PathOf(Folder), file), text + "\n");
}
