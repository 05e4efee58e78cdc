using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Hops.Lab;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>A sample that runs, as its reader would run it.</summary>
internal sealed class Sample : IDisposable
{
    /// <summary>What a sample prints once it is attached.</summary>
    private const string Ready = "Ctrl-C ends it.";

    /// <summary>The folder of this checkout.</summary>
    public static string Repository { get; } =
        typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    private readonly Process _process;
    private readonly StringBuilder _printed = new();
    private readonly Task<string> _errors;
    private Task<string>? _rest;

    private Sample(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it, here, and waits until it is at work.</summary>
    public static Sample Start(string name, params string[] arguments) => StartReady(PathOf(name), arguments);

    /// <summary>Starts it in a network of its own, in which a script of sh has run, and waits until it is at work.</summary>
    public static Sample StartInNetwork(string script, string name, params string[] arguments)
    {
        Requires.Program("iproute2", "ip");
        return StartReady("unshare", ["--net", "sh", "-ec", $"{script}\nexec \"$@\"", "sh", PathOf(name), .. arguments]);
    }

    /// <summary>Starts it in a network namespace, and waits until it is at work.</summary>
    public static Sample StartIn(NetworkNamespace at, string name, params string[] arguments) => at.Run(() => StartReady(PathOf(name), arguments));

    /// <summary>Starts a web service in a network, through a command that starts what follows it, and waits until it serves.</summary>
    public static Sample StartService(NetworkNamespace at, IReadOnlyList<string> through, string name, params string[] arguments) =>
        at.Run(() => StartReady(through[0], [.. through.Skip(1), PathOf(name), .. arguments], "Application started."));

    /// <summary>Runs it to its end.</summary>
    public static (int Status, string Output, string Errors) Run(string name, params string[] arguments) => Command.Try(PathOf(name), arguments);

    /// <summary>Runs it as root without capabilities.</summary>
    public static (int Status, string Output, string Errors) RunWithoutCapabilities(string name, params string[] arguments) =>
        RunWithCapabilities("-all", name, arguments);

    /// <summary>Runs it as root with these capabilities, as setpriv(1) takes them: <c>-all</c>, <c>-all,+bpf</c>.</summary>
    public static (int Status, string Output, string Errors) RunWithCapabilities(string capabilities, string name, params string[] arguments) =>
        Command.Try(Requires.Program("util-linux", "setpriv"), [$"--bounding-set={capabilities}", PathOf(name), .. arguments]);

    /// <summary>Runs a script of bash in its network.</summary>
    public void InItsNetwork(string script)
    {
        Command.Try("nsenter", $"--net=/proc/{_process.Id}/ns/net", "bash", "-c", script);
    }

    /// <summary>Reads what it prints, until there is a line with that.</summary>
    public void WaitFor(string part)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _printed.Append(line).Append('\n');
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"It ended without '{part}': {_printed}{_errors.GetAwaiter().GetResult()}");
    }

    /// <summary>The process, or what it became of: a command that starts another in its place keeps its number.</summary>
    public int Id => _process.Id;

    /// <summary>Reads what it prints from now on, so that it can go on printing. <see cref="End"/> has it.</summary>
    public void ReadOn() => _rest = _process.StandardOutput.ReadToEndAsync();

    /// <summary>Sends it a signal, <c>INT</c> or <c>TERM</c>, and waits for its end.</summary>
    public (int Status, string Output, string Errors) End(string signal = "INT")
    {
        Command.Run("kill", $"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture));
        _printed.Append(_rest?.GetAwaiter().GetResult() ?? _process.StandardOutput.ReadToEnd());
        string errors = _errors.GetAwaiter().GetResult();
        _process.WaitForExit();
        return (_process.ExitCode, _printed.ToString(), errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    /// <returns>Where a sample was built; a whole path is its own.</returns>
    internal static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory.Replace("Samples.Tests", name, StringComparison.Ordinal), name);

    private static Sample StartReady(string program, string[] arguments, string ready = Ready)
    {
        Sample sample = new(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        try
        {
            sample.WaitFor(ready);
            return sample;
        }
        catch
        {
            sample.Dispose();
            throw;
        }
    }
}
