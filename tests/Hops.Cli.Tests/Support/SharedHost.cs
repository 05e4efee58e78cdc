using Hops.TestSupport;

namespace Hops.Cli.Tests.Support;

/// <summary>A private host with its administrator and its users, and programs that all of them may execute.</summary>
internal sealed class SharedHost : IDisposable
{
    /// <summary>The group that the administrator shares with. It needs no name.</summary>
    public const string Group = "61234";

    private readonly PrivateHost _host;
    private readonly PublicCopy _hops = PublicCopy.OfHops();
    private readonly PublicCopy _client = PublicCopy.OfClient();
    private readonly SeccompLauncher _launcher = SeccompLauncher.Refusing("EPERM");
    private RunningCommand? _service;

    private SharedHost(PrivateHost host) => _host = host;

    public HopsCommand Administrator => new() { Through = _host.Through };

    /// <param name="setUp">Commands of sh that run first.</param>
    public static SharedHost Start(string setUp = ":") => new(PrivateHost.Start(setUp));

    /// <summary>A host where pins are shared with <see cref="Group"/>.</summary>
    public static SharedHost WithPins(string setUp = ":")
    {
        SharedHost host = Start(setUp);
        host.Enable(Group);
        return host;
    }

    /// <summary>A host where a service hands a filter to <see cref="Group"/>, and nothing is pinned.</summary>
    public static SharedHost WithService()
    {
        SharedHost host = Start();
        host._service = host.Serve();
        return host;
    }

    /// <returns>The folder of the pins.</returns>
    public string Enable(string group)
    {
        Outcome outcome = Administrator.Run("system", "enable", "--group", group);
        outcome.AssertStatus(0);
        return FolderOf(outcome);
    }

    /// <returns>The folder that <c>enable</c> named.</returns>
    public static string FolderOf(Outcome enabled) => enabled.Output.Split(' ')[3];

    /// <summary>Starts the service, and waits until it serves.</summary>
    public RunningCommand Serve()
    {
        RunningCommand service = Administrator.Start("system", "serve", "--group", Group);
        service.WaitUntil(static running => running.Errors.Contains("serving at /run/hops/hops.sock", StringComparison.Ordinal));
        return service;
    }

    /// <summary>The command <c>hops</c>, as a user runs it.</summary>
    public HopsCommand Hops(User user) => new() { Program = _hops.Program, Through = [.. _host.Through, .. Becoming(user)] };

    /// <summary>The application of <c>tests/Client</c>, as a user runs it.</summary>
    public HopsCommand Client(User user) => Hops(user) with { Program = _client.Program, Input = null };

    /// <summary>Anything else, as a user runs it.</summary>
    public HopsCommand Program(User user, string program) => Hops(user) with { Program = program };

    public void Dispose()
    {
        _service?.Dispose();
        _host.Dispose();
        _launcher.Dispose();
        _client.Dispose();
        _hops.Dispose();
    }

    private string[] Becoming(User user)
    {
        string[] nobody = ["setpriv", "--reuid", "65534", "--regid", "65534"];
        return user switch
        {
            User.Root => [],
            User.WithCapBpf => [.. nobody, "--clear-groups", "--inh-caps", "+bpf", "--ambient-caps", "+bpf"],
            User.Member => [.. nobody, "--groups", Group],
            User.Stranger => [.. nobody, "--clear-groups"],
            User.ContainedMember => [_launcher.Program, .. nobody, "--groups", Group, "--no-new-privs"],
            User.ContainedStranger => [_launcher.Program, .. nobody, "--clear-groups", "--no-new-privs"],
            _ => throw new ArgumentOutOfRangeException(nameof(user), user, null),
        };
    }
}
