using System.Reflection;
using Hops.TestSupport;

[assembly: AssemblyFixture(typeof(Debian.Tests.BuiltPackage))]

namespace Debian.Tests;

/// <summary>The Debian package, built once for all tests by the script that builds releases, and a machine on which it is installed.</summary>
public sealed class BuiltPackage : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-deb-").FullName;
    private readonly Lazy<string> _path;
    private readonly Lazy<PrivateMachine> _machine;

    public BuiltPackage()
    {
        _path = new(() => Build(Folder("built")));
        _machine = new(() =>
        {
            PrivateMachine machine = PrivateMachine.Start(Path);
            machine.Run("dpkg", "--install", PrivateMachine.Package);
            File.AppendAllText(machine.File("/etc/hosts"), "\n192.0.2.1 far.example\n");
            return machine;
        });
    }

    /// <summary>Where the package is.</summary>
    public string Path
    {
        get
        {
            Requires.Program("dpkg", "dpkg-deb");
            Requires.Program("binutils", "readelf");
            Requires.Program("gcc", "gcc");
            return _path.Value;
        }
    }

    internal static string Repository { get; } =
        typeof(BuiltPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    /// <summary>Where it is installed, for tests that change nothing.</summary>
    internal PrivateMachine Machine
    {
        get
        {
            Requires.Root();
            return _machine.Value;
        }
    }

    /// <returns>The new package in that folder.</returns>
    internal static string Build(string folder, params string[] arguments) =>
        Command.Run(System.IO.Path.Combine(Repository, "eng/package.sh"), ["--output", folder, .. arguments]).TrimEnd('\n');

    /// <returns>A new folder, which goes with this.</returns>
    internal string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(_folder, name)).FullName;

    /// <returns>What is in the package, in a folder.</returns>
    internal string Extract(string name)
    {
        string folder = Folder(name);
        Command.Run("dpkg-deb", "--raw-extract", Path, folder);
        return folder;
    }

    public void Dispose()
    {
        if (_machine.IsValueCreated)
        {
            _machine.Value.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
