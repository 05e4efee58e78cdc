using System.Globalization;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>
/// Standard streams, descriptors and folders that are not as a program expects them: the exit status is the documented one, and nothing but input is read as
/// input. Limits of a process are for the native program alone, in Debian.Tests: .NET itself does not start with few descriptors.
/// </summary>
public sealed class DuressTests : IDisposable
{
    /// <summary>Redirections of bash that leave a descriptor closed, or open on something that cannot be read or written.</summary>
    private static readonly string[] NoInput = ["<&-", "0>/dev/null"];
    private static readonly string[] NoOutput = [">&-", ">/dev/full", "1</", "<&- >&-"];
    private static readonly string[] NoErrors = ["2>&-", "2>/dev/full", "2</"];
    private static readonly string[] NeitherOutputNorErrors = ["<&- >&- 2>&-", ">/dev/full 2>/dev/full"];

    private readonly PrivateHost _host;
    private readonly LabServer _server;
    private readonly string _folder;

    public DuressTests()
    {
        Requires.Root();
        _host = PrivateHost.Start();
        _server = LabServer.Start();
        _folder = Directory.CreateTempSubdirectory("hops-duress-").FullName;
        // No server listens on port 1.
        File.WriteAllText(Path.Combine(_folder, "refusing"), "127.0.0.1:1\n");
        File.WriteAllText(Path.Combine(_folder, "good"), $"127.0.0.1:{_server.Port}\n");
    }

    /// <summary>The arguments, the status, and whether something is written to standard output.</summary>
    public static TheoryData<string, int, bool> Verbs => new()
    {
        { "GOOD", 0, true },
        { "127.0.0.1:1", 1, false },
        { "GOOD 127.0.0.1:1 GOOD", 1, true },
        { "--json 127.0.0.1:1", 1, true },
        { "--input FOLDER/good", 0, true },
        { "--source minimum-ttl GOOD", 0, true },
        { "udp4://127.0.0.1:1", 1, false },
        { "lab --routers 1", 0, true },
        { "system status", 1, true },
        { "system disable", 0, true },
        { "calibrate FOLDER/good FOLDER/refusing", 1, true },
        { "--help", 0, true },
        { "--version", 0, true },
        { "--nonsense", 2, false },
    };

    public void Dispose()
    {
        _host.Dispose();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_status_is_the_documented_one_whatever_the_standard_streams_are(string arguments, int status, bool prints)
    {
        Outcome usual = Run(arguments, "");
        usual.AssertStatus(status);
        Assert.Equal(prints, usual.Output.Length > 0);
        Assert.All(NoInput, redirection => Run(arguments, redirection).AssertStatus(status));
        // Messages are lost; the results are not.
        Assert.All(NoErrors, redirection =>
        {
            Outcome outcome = Run(arguments, redirection);
            outcome.AssertStatus(status);
            Assert.Equal((usual.Lines.Length, ""), (outcome.Lines.Length, outcome.Errors));
        });
        Assert.All(NoOutput, redirection =>
        {
            Outcome outcome = Run(arguments, redirection);
            outcome.AssertStatus(prints ? 1 : status);
            Assert.Equal("", outcome.Output);
            Assert.Equal(prints, outcome.Errors.Contains("hops: reading or writing failed: ", StringComparison.Ordinal));
        });
        Assert.All(NeitherOutputNorErrors, redirection => Assert.Equal(new Outcome(prints ? 1 : status, "", ""), Run(arguments, redirection)));
    }

    /// <summary>Its own status says how quick this machine is, too: each source has less than a second.</summary>
    [Fact]
    public void The_doctor_needs_no_standard_streams()
    {
        foreach (string redirection in (ReadOnlySpan<string>)[.. NoInput, .. NoErrors])
        {
            Outcome outcome = Run("doctor --json", redirection);
            Assert.InRange(outcome.Status, 0, 1);
            Assert.Single(outcome.Json);
        }

        foreach (string redirection in (ReadOnlySpan<string>)[.. NoOutput, .. NeitherOutputNorErrors])
        {
            Run("doctor --json", redirection).AssertStatus(1);
        }
    }

    [Theory]
    [InlineData("--input -", "<&-")]
    [InlineData("--input -", "<&- >&-")]
    [InlineData("--input -", "<&- 2>&-")]
    [InlineData("--input /dev/stdin", "<&-")]
    [InlineData("--input /proc/self/fd/0", "<&-")]
    [InlineData("--input /dev/fd/3", "3>&-")]
    [InlineData("--input /dev/fd/7", "7>&-")]
    [InlineData("calibrate - FOLDER/good", "<&-")]
    [InlineData("calibrate FOLDER/good -", "<&-")]
    public void A_closed_descriptor_is_no_input(string arguments, string redirection)
    {
        Outcome outcome = Run(arguments, redirection);
        outcome.AssertStatus(2);
        Assert.Equal("", outcome.Output);
        Assert.True(
            redirection.Contains("2>&-", StringComparison.Ordinal) || outcome.Errors.EndsWith(" is closed\n", StringComparison.Ordinal), outcome.Errors);
    }

    [Theory]
    [InlineData("--input -", "</", 1)]
    [InlineData("--input -", "0>/dev/null", 1)]
    [InlineData("--input /dev/stdin", "</", 2)]
    [InlineData("--input /dev/fd/7", "7<FOLDER/good", 0)]
    [InlineData("--input -", "<FOLDER/good", 0)]
    [InlineData("--input /dev/stdin", "<FOLDER/good", 0)]
    public void An_input_is_read_or_its_status_says_that_it_was_not(string arguments, string redirection, int status) =>
        Run(arguments, redirection).AssertStatus(status);

    [Theory]
    [InlineData("")]
    [InlineData("open S, '<', '/dev/null'")]
    [InlineData("pipe S, T")]
    [InlineData("socket S, AF_UNIX, SOCK_STREAM, 0")]
    [InlineData("socketpair S, T, AF_UNIX, SOCK_STREAM, 0")]
    [InlineData("socket S, AF_UNIX, SOCK_DGRAM, 0; bind S, pack_sockaddr_un(\"\\0hops-duress-$$\")")]
    [InlineData("socket S, AF_INET, SOCK_STREAM, 0; bind S, pack_sockaddr_in(0, INADDR_LOOPBACK); listen S, 1")]
    public void A_passed_descriptor_that_is_no_Unix_listener_is_refused(string open)
    {
        string script = $"$^F = 9; {open}; $ENV{{LISTEN_FDS}} = 1; $ENV{{LISTEN_PID}} = $$; exec @ARGV";
        Outcome outcome = new HopsCommand { Through = [.. _host.Through, "perl", "-MSocket", "-e", script] }.Run("system", "serve");
        outcome.AssertStatus(4);
        Assert.Equal(2, outcome.ErrorLines.Length);
        Assert.Contains("not a Unix socket that listens", outcome.ErrorLines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cd FOLDER && mkdir gone && cd gone && rmdir ../gone")]
    [InlineData("export HOME=/nonexistent")]
    [InlineData("unset HOME PATH TERM")]
    [InlineData("export TMPDIR=/nonexistent")]
    public void Nothing_that_a_measurement_does_not_need_can_keep_it_from_measuring(string before)
    {
        foreach ((string arguments, int status) in (ReadOnlySpan<(string, int)>)
            [("GOOD", 0), ("--json GOOD 127.0.0.1:1", 1), ("--input nowhere", 2), ("system status", 1)])
        {
            new HopsCommand { Through = [.. _host.Through, "/bin/bash", "-c", $"{Filled(before)}; exec \"$@\"", "bash"] }
                .Run(Words(arguments)).AssertStatus(status);
        }
    }

    private Outcome Run(string arguments, string redirection) =>
        new HopsCommand { Through = [.. _host.Through, "/bin/bash", "-c", $"exec \"$@\" {Filled(redirection)}", "bash"] }.Run(Words(arguments));

    private string[] Words(string arguments) => Filled(arguments).Split(' ');

    private string Filled(string text) =>
        text.Replace("GOOD", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.Port}"), StringComparison.Ordinal)
            .Replace("FOLDER", _folder, StringComparison.Ordinal);
}
