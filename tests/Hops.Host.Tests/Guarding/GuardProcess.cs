using System.Diagnostics;
using System.Globalization;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>A guard in a process of its own, which can be stopped (SIGSTOP).</summary>
internal sealed class GuardProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    /// <param name="network">Where it ends sockets.</param>
    /// <param name="cgroup">What it guards.</param>
    /// <param name="minimumHops">Of servers.</param>
    public GuardProcess(NetworkNamespace network, TemporaryCgroup cgroup, int minimumHops)
    {
        string program = Path.Combine(AppContext.BaseDirectory.Replace("Hops.Host.Tests", "GuardProcess", StringComparison.Ordinal), "GuardProcess");
        ProcessStartInfo start = new(program, [cgroup.Path, $"{minimumHops}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = network.Run(() => Process.Start(start)!);
        Assert.Equal("guards", _process.StandardOutput.ReadLine());
    }

    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

    /// <summary>Waits for what it tells, until that and what it does not tell are so many.</summary>
    /// <returns>The sockets' cookies, and how many more refusals there were.</returns>
    public (IReadOnlyList<ulong> Cookies, long Untold) ReadTold(int least)
    {
        List<ulong> cookies = [];
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            _process.StandardInput.WriteLine();
            string? line;
            while ((line = _process.StandardOutput.ReadLine())?.StartsWith("Near ", StringComparison.Ordinal) == true)
            {
                cookies.Add(ulong.Parse(line["Near ".Length..], CultureInfo.InvariantCulture));
            }

            Assert.StartsWith("untold ", line, StringComparison.Ordinal);
            long untold = long.Parse(line!["untold ".Length..], CultureInfo.InvariantCulture);
            if (cookies.Count + untold >= least)
            {
                return (cookies, untold);
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"{cookies.Count} refusals told and {untold} untold, of {least}");
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.Dispose();
    }

    private void Signal(string name) => Command.Run("bash", "-c", $"kill -{name} {_process.Id}");
}
