using System.Diagnostics;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Support;

/// <summary>The TTL, or hop limit, of each packet that tcpdump sees arrive at an interface.</summary>
internal sealed partial class SeenTtls : IDisposable
{
    private readonly Process _process;
    private readonly StreamReader _output;
    private readonly StreamReader _errors;

    /// <summary>Returns when it listens.</summary>
    /// <param name="at">Where.</param>
    /// <param name="device">The interface.</param>
    /// <param name="count">It ends after so many packets.</param>
    /// <param name="filter">Which packets, in tcpdump's notation.</param>
    public SeenTtls(NetworkNamespace at, string device, int count, string filter)
    {
        string tcpdump = Requires.Program("tcpdump", "tcpdump");
        ProcessStartInfo start = new(tcpdump, ["-i", device, "-n", "-v", "-l", "--immediate-mode", "-Q", "in", "-c", $"{count}", filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = at.Run(() => Process.Start(start)!);
        _output = _process.StandardOutput;
        _errors = _process.StandardError;
        string? line;
        do
        {
            line = _errors.ReadLine();
        }
        while (line?.Contains("listening on", StringComparison.Ordinal) is false);
        Assert.NotNull(line);
    }

    /// <summary>Waits until all have come.</summary>
    public int[] Wait()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)), "tcpdump did not see as many packets as expected.");
        return [.. Ttl().Matches(_output.ReadToEnd()).Select(static match => int.Parse(match.Groups[1].Value))];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _output.Dispose();
        _errors.Dispose();
        _process.Dispose();
    }

    [GeneratedRegex(@"(?:ttl|hlim) (\d+)")]
    private static partial Regex Ttl();
}
