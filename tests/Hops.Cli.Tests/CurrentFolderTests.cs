using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>
/// Root's current folder belongs to another user and has programs and libraries with the names that <c>hops</c> looks for. None of them runs.
/// </summary>
public sealed partial class CurrentFolderTests : IDisposable
{
    private const string Usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // An /etc of its own, without the group that 'enable' makes.
    private const string OwnEtc = "cp -a /etc /run/etc && mount --bind /run/etc /etc && sed -i '/^hops:/d' /etc/group /etc/gshadow && mkdir /run/empty";

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-hostile-").FullName;

    public CurrentFolderTests()
    {
        Requires.Root();
        foreach (string name in (string[])["ip", "groupadd", "addgroup"])
        {
            Plant(name);
            Plant($"bin/{name}");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Usual)]
    [InlineData($".:{Usual}")]
    [InlineData($":{Usual}")]
    [InlineData($"bin::./bin:{Usual}:")]
    public void No_program_of_the_current_folder_runs_whatever_PATH_says(string path)
    {
        using PrivateHost host = PrivateHost.Start(OwnEtc);
        Standing(host, path).Run("lab", "--routers", "1").AssertStatus(0);
        Outcome enabled = Standing(host, path).Run("system", "enable");
        enabled.AssertStatus(0);
        Assert.Contains("created the system group hops\n", enabled.Errors, StringComparison.Ordinal);
        Assert.Empty(Ran());
        // The real one made it.
        Assert.StartsWith("hops:", new HopsCommand { Program = "getent", Through = host.Through }.Run("group", "hops").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("bin:/run/empty")]
    public void Where_there_is_no_other_program_none_runs(string path)
    {
        using PrivateHost host = PrivateHost.Start(OwnEtc);
        Outcome lab = Standing(host, path).Run("lab", "--routers", "1");
        lab.AssertStatus(4);
        Assert.Contains("install iproute2", lab.Errors, StringComparison.Ordinal);
        Outcome enabled = Standing(host, path).Run("system", "enable");
        enabled.AssertStatus(4);
        Assert.Contains("there is no group 'hops', and making it failed", enabled.Errors, StringComparison.Ordinal);
        Assert.Contains("remedy: sudo groupadd --system hops", enabled.Errors, StringComparison.Ordinal);
        Assert.Empty(Ran());
        // Nor is anything left of it.
        Assert.Equal("", new HopsCommand { Program = "find", Through = host.Through }.Run("/run/hops", "-type", "d").Output);
    }

    [Fact]
    public void A_program_that_PATH_names_by_its_whole_folder_runs_and_gets_an_environment_of_ours()
    {
        using PrivateHost host = PrivateHost.Start();
        HopsCommand hops = Standing(host, $".:{_folder}:{Usual}");
        hops = hops with
        {
            Variables = new Dictionary<string, string>(hops.Variables) { ["IP_LIB_DIR"] = _folder, ["BASH_ENV"] = $"{_folder}/ip", ["LC_ALL"] = "de_DE.UTF-8" }
        };
        // It does nothing, so there is no network.
        hops.Run("lab", "--routers", "1").AssertStatus(4);
        Assert.Contains("ip", Ran());
        string[] variables =
        [
            .. File.ReadAllLines(Path.Combine(_folder, "ran.ip"))
                .Where(static line => line[..line.IndexOf('=', StringComparison.Ordinal)] is not ("PWD" or "OLDPWD" or "SHLVL" or "_")),
        ];
        Assert.Equal(["LC_ALL=C", $"PATH={_folder}:{Usual}"], variables.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_library_or_setting_of_the_current_folder_is_read()
    {
        // On the machine's .NET its host looks for other builds of packages here.
        foreach (string package in (string[])
            ["spectre.console/0.57.2/lib/net10.0/Spectre.Console.dll", "system.commandline/3.0.0/lib/net10.0/System.CommandLine.dll"])
        {
            Assert.True(File.Exists(Path.Combine(HopsCommand.Folder, Path.GetFileName(package))));
            foreach (string place in (string[])["x64", "arm64", "pkgs"])
            {
                string file = Path.Combine(_folder, "opt/coreservicing", place, package);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, "no assembly");
            }
        }

        string trace = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(_folder)}.trace");
        try
        {
            using PrivateHost host = PrivateHost.Start();
            HopsCommand hops = Standing(host, Usual);
            hops = hops with
            {
                Through = [.. hops.Through, Requires.Program("strace", "strace"), "-f", "-qq", "-A", "-o", trace, "-e", "trace=open,openat,execve"]
            };
            hops.Run("lab", "--routers", "1").AssertStatus(0);
            hops.Run("system", "enable", "--group", "61234").AssertStatus(0);
            string[] opened = File.ReadAllLines(trace);
            Assert.Contains(opened, static line => line.Contains("/hops.dll\"", StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(opened, line => DependsOnCurrentFolder().IsMatch(line) || line.Contains(_folder, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static HopsCommand InFolder(PrivateHost host, string folder) =>
        new() { Through = [.. host.Through, "/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder] };

    private HopsCommand Standing(PrivateHost host, string path)
    {
        // The programs before it need a PATH of their own.
        HopsCommand hops = InFolder(host, _folder);
        return hops with { Through = [.. hops.Through, "/usr/bin/env", $"PATH={path}"] };
    }

    private string[] Ran() => [.. Directory.GetFiles(_folder, "ran.*").Select(static file => Path.GetExtension(file)[1..])];

    private void Plant(string name)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n/usr/bin/env >{_folder}/ran.{Path.GetFileName(name)}\nexit 0\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
    }

    [GeneratedRegex("(AT_FDCWD, |open\\(|execve\\()\"[^/]")]
    private static partial Regex DependsOnCurrentFolder();
}
