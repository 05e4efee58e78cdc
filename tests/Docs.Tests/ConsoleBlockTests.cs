using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>What the pages show of a shell is what a shell shows, on a network where example.com is six routers away.</summary>
public sealed partial class ConsoleBlockTests
{
    public static TheoryData<string, int, string> Consoles => [.. Documentation.Blocks("console")];

    public static TheoryData<string, int, string> Scripts => [.. Documentation.Blocks("sh")];

    [Theory]
    [MemberData(nameof(Consoles))]
    public void A_console_block_shows_what_its_commands_print(string page, int line, string text)
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(6);
        using LabServer web = LabServer.Start(lab.Server, port: 80);
        using LabServer secure = LabServer.Start(lab.Server, port: 443);
        string hosts = Path.GetTempFileName();
        try
        {
            File.WriteAllText(hosts, $"127.0.0.1 localhost\n{lab.ServerAddress(AddressFamily.InterNetwork)} example.com\n{lab.ServerAddress(AddressFamily.InterNetworkV6)} example.com\n");
            string[] lines = text.Split('\n');
            foreach ((int from, int to) in Commands(lines))
            {
                string printed = Run(lab.Client, hosts, lines[from][2..]);
                Assert.Equal(Steady(string.Join('\n', lines[(from + 1)..to])), Steady(printed.TrimEnd('\n')));
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{page}:{line}: {e.Message}", e);
        }
        finally
        {
            File.Delete(hosts);
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    [SupportedOSPlatform("linux")]
    public void A_script_block_runs_programs_that_are_there(string page, int line, string text)
    {
        Requires.Linux();
        foreach (string command in text.Split('\n').Select(static l => l.Split(' ')[0]))
        {
            string path = Path.Combine(Documentation.Repository, command);
            Assert.True(File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"{page}:{line}: {command}");
        }
    }

    /// <summary>Where each command stands, and where what it prints ends.</summary>
    private static IEnumerable<(int From, int To)> Commands(string[] lines)
    {
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("$ ", StringComparison.Ordinal))];
        return starts.Zip(starts.Skip(1).Append(lines.Length));
    }

    private static string Run(NetworkNamespace at, string hosts, string command)
    {
        string program = AppContext.BaseDirectory.Replace("Docs.Tests", "Hops.Cli", StringComparison.Ordinal);
        // A mount namespace of its own, in which example.com is what we say.
        ProcessStartInfo start = new("unshare", ["--mount", "sh", "-c", "mount --bind \"$1\" /etc/hosts && exec bash -c \"$2\"", "sh", hosts, command])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{program}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = at.Run(() => Process.Start(start)!);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>Without what differs from run to run.</summary>
    private static string Steady(string text) => Times().Replace(text, "$1?");

    [GeneratedRegex("""("time":|"connectMilliseconds":|connected in )("[^"]*"|[0-9.]+)""")]
    private static partial Regex Times();
}
