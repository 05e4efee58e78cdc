using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hops.GuardedClient;
using Hops.Lab;

namespace Hops.Http.Tests.Support;

/// <summary>A service with a guarded client: a process of its own, so that it can have a network, names, an environment and a user of its own.</summary>
internal sealed class GuardedService : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    /// <param name="at">Its network; null for that of the tests.</param>
    /// <param name="through">A command that in the end executes the one that follows it, such as <c>setpriv</c>.</param>
    /// <param name="folder">Where the program lies, if not where it was built.</param>
    /// <param name="variables">More environment variables.</param>
    public GuardedService(NetworkNamespace? at, IReadOnlyList<string> through, string? folder = null, params (string Name, string Value)[] variables)
    {
        string[] command = [.. through, Path.Combine(folder ?? Folder, "GuardedClient")];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = at is null ? Process.Start(start)! : at.Run(() => Process.Start(start)!);
        _process.ErrorDataReceived += (_, e) => _errors.AppendLine(e.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>The build puts the outputs of all projects side by side, for each configuration.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../GuardedClient", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    /// <param name="errand">What to do.</param>
    /// <param name="whilePending">What to do here, or to wait for, once <see cref="Errand.Pending"/> has begun and before the second URL is fetched.</param>
    public Report Run(Errand errand, Action? whilePending = null)
    {
        Write(JsonSerializer.Serialize(errand));
        if (errand.Pending is not null)
        {
            Assert.Equal("pending", Read());
            whilePending?.Invoke();
            Write("go on");
        }

        return JsonSerializer.Deserialize<Report>(Read())!;
    }

    public void Dispose()
    {
        _process.StandardInput.Dispose();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.StandardOutput.Dispose();
        _process.Dispose();
    }

    private void Write(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It ended; reading says why.
        }
    }

    private string Read()
    {
        Task<string?> answer = _process.StandardOutput.ReadLineAsync();
        Assert.True(answer.Wait(Patience), $"No answer. {_errors}");
        Assert.True(answer.Result is not null, $"The service ended. {_errors}");
        return answer.Result;
    }
}
