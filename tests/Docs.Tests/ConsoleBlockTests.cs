using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>The shell sessions on the pages show the real output, on a network where example.com is six routers away.</summary>
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
            File.WriteAllText(
                hosts,
                $"""
                127.0.0.1 localhost
                {lab.ServerAddress(AddressFamily.InterNetwork)} example.com
                {lab.ServerAddress(AddressFamily.InterNetworkV6)} example.com

                """);
            string[] lines = text.Split('\n');
            (int From, int To)[] commands = [.. Commands(lines)];
            string[] printed = Run(lab.Client, hosts, commands.Select(c => lines[c.From]));
            Assert.Equal(commands.Length, printed.Length);
            foreach (((int from, int to), string output) in commands.Zip(printed))
            {
                Assert.Equal(Steady(string.Join('\n', lines[(from + 1)..to])), Steady(output.TrimEnd('\n')));
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
        // In the repository, installed, or what the lines before install.
        string[] folders = [Documentation.Repository, .. Environment.GetEnvironmentVariable("PATH")!.Split(':')];
        IEnumerable<string> commands = text.Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Select(static l => l.Split(' ').First(static word => word != "sudo" && !word.Contains('=', StringComparison.Ordinal)));
        foreach (string command in commands.Where(static word => word is not ("hops" or "\"$(which")))
        {
            Assert.True(folders.Select(folder => Path.Combine(folder, command)).Any(IsProgram), $"{page}:{line}: {command}");
        }

        static bool IsProgram(string path) => File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute);
    }

    /// <summary>Finds each command, and the end of its output.</summary>
    private static IEnumerable<(int From, int To)> Commands(string[] lines)
    {
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => Prompt().IsMatch(lines[i]))];
        return starts.Zip(starts.Skip(1).Append(lines.Length));
    }

    /// <summary>Runs the commands one after the other: those after <c>$</c> as root, those after <c>alice$</c> as alice, who has just logged in.</summary>
    private static string[] Run(NetworkNamespace at, string hosts, IEnumerable<string> commands)
    {
        string program = AppContext.BaseDirectory.Replace("Docs.Tests", "Hops.Cli", StringComparison.Ordinal);
        IEnumerable<string> scripts = commands.Select(
            static c => c.StartsWith('$') ? c[2..] : $"setpriv --reuid alice --regid alice --init-groups {c["alice$ ".Length..]}");
        // A mount namespace of its own, in which example.com is what we say, and nothing that is shared or changed is this machine's.
        string script = $"""
            set -e
            mount -t tmpfs -o mode=755 tmpfs /run
            cp -a /etc /run/etc
            mount --bind /run/etc /etc
            mkdir /run/program
            mount --bind '{program}' /run/program
            cat '{hosts}' > /etc/hosts
            useradd --no-create-home alice
            set +e
            export PATH="/run/program:$PATH"
            {string.Join("\nprintf '\\0'\n", scripts)}
            """;
        ProcessStartInfo start = new("unshare", ["--mount", "bash", "-c", script]) { RedirectStandardOutput = true };
        using Process process = at.Run(() => Process.Start(start)!);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\0');
    }

    /// <summary>Without what differs from run to run.</summary>
    private static string Steady(string text) => Varying().Replace(text, "$1?");

    [GeneratedRegex(
        """("time":|"connectMilliseconds":|connected in |/run/hops/bpf/v1/|since    )"""
        + """("[^"]*"|[0-9a-f.]{32}|[0-9.]+(?= ms|,|\})|[-0-9: ]+Z \(\d+ h \d+ min ago\))""")]
    private static partial Regex Varying();

    [GeneratedRegex("^(alice)?\\$ ")]
    private static partial Regex Prompt();
}
