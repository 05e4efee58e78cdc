using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>
/// Three routers, a server on the first, which is near, one behind the last, which is far enough, and programs in C that try to get to the near one: without a
/// guard, and in one.
/// </summary>
public sealed class EscapeLab : IDisposable
{
    /// <summary>The number of a user without a name; no account has it.</summary>
    public const string User = "61236";

    // Not below /tmp, because isolated programs have their own /tmp.
    private readonly string _folder = $"/var/lib/hops-escapes-{Guid.NewGuid():N}";
    private readonly Dictionary<(Promise, string), Outcome> _outcomes = [];
    private LabNetwork? _network;
    private Receiver? _near;
    private Receiver? _far;

    // Made by the first test that needs it: without root there is none, and nothing to skip the tests from here.
    internal LabNetwork Network => _network ??= Build();

    internal string Near => $"{Network.AddressAt(1, AddressFamily.InterNetwork)}";

    internal string Near6 => $"{Network.AddressAt(1, AddressFamily.InterNetworkV6)}";

    internal string Far => $"{Network.ServerAddress(AddressFamily.InterNetwork)}";

    internal int Port => Network is null ? 0 : _near!.Port;

    internal int FarPort => Network is null ? 0 : _far!.Port;

    /// <summary>A folder where all users may execute.</summary>
    internal string Folder => Network is not null ? _folder : "";

    /// <summary>One of the programs of <c>Data/escapes</c>.</summary>
    internal string Program(string name)
    {
        string program = Path.Combine(Folder, name);
        if (!File.Exists(program))
        {
            string source = Repository.File("tests/Hops.Cli.Tests/Data/escapes");
            CCompiler.Build(File.ReadAllText($"{source}/tries.h") + File.ReadAllText($"{source}/{name}.c"), program);
        }

        return program;
    }

    /// <summary>The command that starts a program with a promise; the program's path and arguments follow.</summary>
    internal HopsCommand Command(Promise promise) => new()
    {
        At = Network.Client,
        Program = promise == Promise.None ? "setpriv" : HopsCommand.Executable,
    };

    /// <summary>The words before a program's.</summary>
    internal string[] Words(Promise promise) => promise == Promise.None ? ["--reuid", User, "--regid", User, "--clear-groups"] :
    [
        "guard", "--min-hops", $"{Network.Routers}", "--allow", "198.18.0.0/15", "--allow", "2001:db8::/32", "--resolver", Far,
        .. promise == Promise.Isolated ? (string[])["--isolate"] : ["--user", User], "--",
    ];

    internal RunningCommand Start(Promise promise, string program, params string[] arguments) =>
        (Command(promise) with { Input = null }).Start([.. Words(promise), Program(program), .. arguments]);

    internal Outcome Run(Promise promise, string program, params string[] arguments) =>
        Command(promise).Run([.. Words(promise), Program(program), .. arguments]);

    /// <summary>As <see cref="Run"/>, once for all tests of a class.</summary>
    internal Outcome RunOnce(Promise promise, string program, params string[] arguments) =>
        Once(promise, program, () => Run(promise, program, arguments));

    /// <summary>Runs a program once for all tests of a class; what arrives meanwhile is added to what it printed.</summary>
    internal Outcome Once(Promise promise, string program, Func<Outcome> run)
    {
        if (!_outcomes.TryGetValue((promise, program), out Outcome? outcome))
        {
            _ = Arrived();
            outcome = run();
            outcome = outcome with { Output = outcome.Output + string.Concat(Arrived().Select(static text => $"arrived {text}\n")) };
            _outcomes[(promise, program)] = outcome;
        }

        return outcome;
    }

    /// <summary>Returns what arrived at the near server since the last call.</summary>
    internal string[] Arrived() => (Network is null ? null : _near)!.Received(Network!.Client, Network.AddressAt(1, AddressFamily.InterNetwork));

    public void Dispose()
    {
        _near?.Dispose();
        _far?.Dispose();
        _network?.Dispose();
        if (_network is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private LabNetwork Build()
    {
        Requires.Root();
        Requires.Program("util-linux", "setpriv");
        LabNetwork network = LabNetwork.Create(3);
        _near = Receiver.Start(network.HostAt(1));
        _far = Receiver.Start(network.Server);
        Directory.CreateDirectory(_folder);
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return network;
    }
}
