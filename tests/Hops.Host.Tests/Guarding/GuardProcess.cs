using System.Diagnostics;
using System.Globalization;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>A guard in a process of its own, which can be stopped (SIGSTOP).</summary>
internal sealed class GuardProcess : IDisposable
{
    private const string Untold = "untold ";

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

    /// <summary>Reads what it tells, with a certain refusal and all before that.</summary>
    /// <param name="last">The cookie of its socket.</param>
    /// <returns>The sockets' cookies, and how many more refusals there were.</returns>
    public (IReadOnlyList<ulong> Cookies, long Untold) ReadTold(ulong last)
    {
        List<ulong> cookies = [];
        while (true)
        {
            string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The guard's process ended.");
            if (line.StartsWith(Untold, StringComparison.Ordinal))
            {
                return (cookies, NumberOf(line));
            }

            cookies.Add((ulong)NumberOf(line));
            if (cookies[^1] == last)
            {
                _process.StandardInput.WriteLine();
            }
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

    private static long NumberOf(string line) => long.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);

    private void Signal(string name) => Command.Run("bash", "-c", $"kill -{name} {_process.Id}");
}
